"""Files of ANSI/NIST-ITL on anything: what was put in is found, and no bytes make the reader do more than refuse.

``IDVERIFY_FUZZ=100000 pytest tests/property/test_ansi_nist_property.py`` tries that many mutated files.
"""

from __future__ import annotations

import os
import resource
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import MatcherError
from matcher.formats.ansi_nist import read_transaction
from tests.golden.ansi_nist import make_ansi_nist as made

FILES = int(os.environ.get("IDVERIFY_FUZZ", "1000"))
SLOWEST_SECONDS = 1.0
MOST_MEBIBYTES = 512

SIDES = st.integers(1, 40)
FINGERS = st.integers(1, 10)


@given(st.lists(st.tuples(st.booleans(), FINGERS, SIDES, SIDES, st.integers(100, 2000)), min_size=1, max_size=12))
def test_every_image_is_found_as_it_was(images: list[tuple[bool, int, int, int, int]]) -> None:
    parts, expected = [made.person()], []
    for idc, (is_binary, finger, width, height, ppi) in enumerate(images, start=1):
        pixels = np.random.default_rng(idc).integers(0, 256, width * height, dtype=np.uint8).tobytes()
        if is_binary:
            parts.append(made.binary(pixels, finger=finger, width=width, height=height, idc=idc))
        else:
            size, stated = (width, height), (ppi, ppi)
            parts.append(made.tagged(pixels, finger=str(finger), size=size, ppi=stated, idc=idc))
        expected.append((idc, finger, width, height, 500 if is_binary else ppi, pixels))
    read = read_transaction(made.file_of(parts)).images
    assert [(i.idc, i.position, i.width, i.height, i.ppi, i.data) for i in read] == expected


@given(st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 359)), max_size=60))
def test_minutiae_keep_their_distances(rows: list[tuple[int, int, int]]) -> None:
    made_rows = [(n, f"{x:04}{y:04}{turn:03}", 20, "A") for n, (x, y, turn) in enumerate(rows, start=1)]
    if not rows:
        return
    (read,) = read_transaction(made.file_of([made.own(made_rows)])).minutiae
    view, top = read.record.views[0], max(y for _, y, _ in rows)
    assert view.x.tolist() == [x for x, _, _ in rows]
    assert view.y.tolist() == [top - y for _, y, _ in rows]


@given(st.binary(max_size=400))
def test_anything_behind_a_right_beginning_is_read_or_refused(data: bytes) -> None:
    for start in (b"", b"1.001:", made.WHOLE[:60]):
        try:
            read_transaction(start + data)
        except MatcherError:
            continue


@pytest.mark.parametrize("name", ["amputated_and_unable.an2", "minutiae_of_an_image.an2", "segments_with_corners.an2"])
def test_mutated_files_are_read_or_refused_quickly_and_in_little_memory(name: str) -> None:
    rng = np.random.default_rng(20261126)
    original = made.FILES[name]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest, read = 0.0, 0
    for _ in range(FILES):
        data = bytearray(original)
        for _ in range(int(rng.integers(1, 5))):
            at = int(rng.integers(0, len(data)))
            data[at] = int(rng.choice([0, 28, 29, 30, 31, 48, 57, 58, 255, int(rng.integers(0, 256))]))
        start = time.process_time()
        try:
            read_transaction(bytes(data))
            read += 1
        except MatcherError:
            pass
        slowest = max(slowest, time.process_time() - start)
    assert slowest < SLOWEST_SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MOST_MEBIBYTES
    assert 0 < read < FILES, "mutations must reach both outcomes, or nothing is tried"
