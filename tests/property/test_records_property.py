"""Every record format on anything: what goes in comes out, and no bytes make a reader do more than refuse.

``IDVERIFY_FUZZ=100000 pytest tests/property/test_records_property.py`` tries that many mutated files of each format.
"""

from __future__ import annotations

import os
import resource
import time
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher.errors import MatcherError
from matcher.formats.minutiae_record import (
    NOT_REPORTED,
    Capture,
    Certification,
    FingerView,
    Frame,
    MinutiaeRecord,
    QualityBlock,
    RecordFormat,
)
from matcher.formats.records import convert, format_of, read_record, view_to_template, write_record

FRAME = Frame(300, 400)
FILES = int(os.environ.get("IDVERIFY_FUZZ", "1000"))
SLOWEST_SECONDS = 1.0
MOST_MEBIBYTES = 512
LATER = {RecordFormat.ISO_19794_2_2011, RecordFormat.ANSI_378_2009, RecordFormat.ANSI_378_2009_AM1}


def column(draw: st.DrawFn, count: int, most: int) -> NDArray[np.uint16]:
    return np.array(draw(st.lists(st.integers(0, most), min_size=count, max_size=count)), np.uint16)


def u(bits: int) -> st.SearchStrategy[int]:
    return st.integers(0, (1 << bits) - 1)


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    return Frame(draw(st.integers(1, 65535)), draw(st.integers(1, 65535)), draw(u(16)), draw(u(16)))


@st.composite
def captures(draw: st.DrawFn, certified: bool) -> Capture | None:
    certifications = st.lists(st.builds(Certification, u(16), u(8)), max_size=2).map(tuple)
    capture = Capture(
        draw(st.binary(min_size=9, max_size=9)),
        draw(u(8)),
        draw(u(16)),
        draw(u(16)),
        draw(certifications) if certified else (),
    )
    return None if capture == Capture() else capture


@st.composite
def views(draw: st.DrawFn, to: RecordFormat, shared: Frame, certified: bool) -> FingerView:
    n = draw(st.integers(0, 6))
    short = to is RecordFormat.ISO_19794_2_2011 and draw(st.booleans())
    most = {RecordFormat.ISO_19794_2_2011: 3, RecordFormat.ANSI_378_2004: 0}.get(to, 1)
    blocks = tuple(draw(st.builds(QualityBlock, u(8), u(16), u(16))) for _ in range(draw(st.integers(0, most))))
    if to in LATER - {RecordFormat.ISO_19794_2_2011} and not blocks:
        blocks = (QualityBlock(NOT_REPORTED),)
    own = draw(frames()) if to in LATER else shared
    nibble = 8 if to in LATER else 4
    quality = blocks[0].value if blocks else NOT_REPORTED if to in LATER else draw(u(8))
    return FingerView(
        position=draw(u(8)),
        impression_type=draw(u(nibble)),
        quality=quality,
        x=column(draw, n, 16383),
        y=column(draw, n, 16383),
        angle=column(draw, n, 255).astype(np.uint8),
        kind=column(draw, n, 3).astype(np.uint8),
        minutia_quality=np.full(n, NOT_REPORTED, np.uint8) if short else column(draw, n, 255).astype(np.uint8),
        view_number=draw(u(nibble)),
        extended_data=draw(st.binary(max_size=12)),
        frame=None if own == shared else own,
        quality_blocks=blocks if to in LATER else (),
        capture=draw(captures(certified)) if to is RecordFormat.ISO_19794_2_2011 else None,
        minutia_bytes=5 if short else 6,
        ending_type=draw(u(4)) if to is RecordFormat.ISO_19794_2_2011 else 0,
    )


@st.composite
def xyt_records(draw: st.DrawFn) -> MinutiaeRecord:
    n = draw(st.integers(1, 6))
    view = FingerView(
        position=0,
        impression_type=0,
        quality=NOT_REPORTED,
        x=column(draw, n, 16383),
        y=column(draw, n, 400),
        angle=column(draw, n, 359),
        kind=np.zeros(n, np.uint8),
        minutia_quality=np.array([draw(st.integers(0, 100) | st.just(NOT_REPORTED)) for _ in range(n)], np.uint8),
    )
    return MinutiaeRecord(300, 400, (view,), format=RecordFormat.XYT)


@st.composite
def records(draw: st.DrawFn) -> MinutiaeRecord:
    to = draw(st.sampled_from([f for f in RecordFormat if f is not RecordFormat.ISO_19794_2_2005]))
    if to is RecordFormat.XYT:
        return draw(xyt_records())
    iso = to is RecordFormat.ISO_19794_2_2011
    certified = iso and draw(st.booleans())
    shared = draw(frames())
    made = draw(st.lists(views(to, shared, certified), min_size=1, max_size=3))
    first = made[0].frame or shared
    own = [replace(v, frame=None if (v.frame or shared) == first else (v.frame or shared)) for v in made]
    later = to in {RecordFormat.ANSI_378_2009, RecordFormat.ANSI_378_2009_AM1}
    return MinutiaeRecord(
        width=first.width,
        height=first.height,
        views=tuple(own),
        x_resolution=first.x_resolution,
        y_resolution=first.y_resolution,
        equipment_certification=int(certified) if iso else draw(u(8 if later else 4)),
        equipment_id=0 if iso else draw(u(16 if later else 12)),
        format=to,
        vendor_id=0 if iso else draw(u(16)),
        product_id=0 if iso else draw(u(16)),
    )


def same(a: object, b: object) -> bool:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return np.array_equal(a, b)
    return a == b


def same_record(a: MinutiaeRecord, b: MinutiaeRecord) -> bool:
    plain = [f.name for f in fields(MinutiaeRecord) if f.name not in {"views", "warnings"}]
    return (
        all(getattr(a, name) == getattr(b, name) for name in plain)
        and len(a.views) == len(b.views)
        and all(
            same(getattr(x, f.name), getattr(y, f.name))
            for x, y in zip(a.views, b.views, strict=True)
            for f in fields(FingerView)
        )
    )


def exercise(data: bytes) -> bool:
    """Read, write, convert: either works, or fails with an error of the family. Says whether it was read."""
    try:
        read = read_record(data, frame=FRAME)
    except MatcherError:
        return False
    assert same_record(read_record(write_record(read), frame=FRAME, limit=1 << 20), read)
    for index in range(min(len(read.views), 2)):
        try:
            view_to_template(read, index)
        except MatcherError:
            continue
    return True


@given(records())
def test_a_written_record_reads_back_the_same(record: MinutiaeRecord) -> None:
    data = write_record(record)
    assert format_of(data) is record.format
    read = read_record(data, frame=FRAME)
    assert same_record(read, record)
    assert write_record(read) == data


@given(records(), st.sampled_from(RecordFormat))
def test_a_converted_record_is_written_and_read_in_the_new_format(record: MinutiaeRecord, to: RecordFormat) -> None:
    try:
        converted = convert(record, to).record
        data = write_record(converted)
    except MatcherError:
        return
    if not data:  # an xyt without minutiae is a file without content: nothing tells what it is
        assert to is RecordFormat.XYT
        return
    read = read_record(data, frame=record.frame_of(record.views[0]))
    assert read.format is to
    assert all(map(same, (read.views[0].x, read.views[0].y), (record.views[0].x, record.views[0].y)))


@given(
    st.binary(max_size=200), st.sampled_from([b"FMR\x00 20\x00", b"FMR\x00030\x00", b"FMR\x00035\x00", b"10 10 10 "])
)
def test_arbitrary_bytes_are_read_or_refused(data: bytes, start: bytes) -> None:
    exercise(start + data)


def seed_record(to: RecordFormat) -> MinutiaeRecord:
    """Two views (xyt one) with everything that the format has, from which mutations start."""
    n = 40
    rng = np.random.default_rng(11)
    view = FingerView(
        position=2,
        impression_type=0,
        quality=80,
        x=rng.integers(0, 300, n).astype(np.uint16),
        y=rng.integers(0, 400, n).astype(np.uint16),
        angle=rng.integers(0, 180, n).astype(np.uint8),
        kind=rng.integers(0, 3, n).astype(np.uint8),
        minutia_quality=rng.integers(1, 101, n).astype(np.uint8),
    )
    base = MinutiaeRecord(300, 400, (view,) if to is RecordFormat.XYT else (view, replace(view, view_number=1)))
    made = convert(base, to).record
    if to is not RecordFormat.ISO_19794_2_2011:
        return made
    capture = Capture(technology_id=1, certifications=(Certification(1, 1),))
    rich = [replace(v, capture=capture, extended_data=b"\x01\x01\x00\x05\x00") for v in made.views]
    return replace(made, views=tuple(rich), equipment_certification=1)


def mutated(rng: np.random.Generator, original: bytes) -> bytes:
    data = bytearray(original)
    for _ in range(int(rng.integers(1, 6))):
        # Headers are where structure is; most changes go there.
        end = len(data) if rng.random() < 0.4 else min(64, len(data))
        data[int(rng.integers(0, end))] = int(rng.choice([0, 1, 127, 128, 255, int(rng.integers(0, 256))]))
    cut = int(rng.integers(0, len(data) + 1)) if rng.random() < 0.2 else len(data)
    return bytes(data[:cut]) + rng.bytes(int(rng.integers(0, 9))) * (rng.random() < 0.1)


@pytest.mark.parametrize("to", RecordFormat)
def test_mutated_files_are_read_or_refused_quickly_and_in_little_memory(to: RecordFormat) -> None:
    rng = np.random.default_rng(20261125)
    original = write_record(seed_record(to))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest, read = 0.0, 0
    for _ in range(FILES):
        data = mutated(rng, original)
        start = time.process_time()
        read += exercise(data)
        slowest = max(slowest, time.process_time() - start)
    assert slowest < SLOWEST_SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MOST_MEBIBYTES
    assert 0 < read < FILES, "mutations must reach both outcomes, or nothing is tried"
