"""BIRs: what goes in comes out, in both forms, and no bytes make a reader do more than refuse.

``IDVERIFY_FUZZ=100000 pytest tests/property/test_cbeff_property.py`` tries that many mutated documents.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import MatcherError, SampleFormatUnsupportedError, SampleInvalidError
from matcher.formats.cbeff import Bir, Quality, RegistryId, read_bir_json, read_bir_xml, write_bir_json, write_bir_xml
from matcher.formats.cbeff.binary_header import strip_header
from matcher.formats.cbeff.subtypes import words_for
from matcher.types import FingerPosition

FILES = int(os.environ.get("IDVERIFY_FUZZ", "1000"))
names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
registered = st.builds(RegistryId, names, names)
qualities = st.builds(Quality, st.integers(0, 100)) | st.builds(Quality, st.none(), registered, names)
moments = st.integers(-(2**41), 2**42).map(
    lambda milliseconds: datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)
)
birs = st.builds(
    Bir,
    bdb=st.binary(max_size=60),
    modalities=st.sampled_from([(), ("Finger",), ("Face",), ("Finger", "Iris")]),
    subtype=st.sampled_from(FingerPosition).map(words_for),
    format=st.none() | registered,
    level=st.none() | st.sampled_from(["Raw", "Intermediate", "Processed"]),
    purpose=st.none() | st.sampled_from(["Verify", "Identify", "Enroll"]),
    quality=st.none() | qualities,
    created=st.none() | moments,
    index=st.none() | names,
    encrypted=st.booleans(),
    integrity=st.booleans(),
    sb=st.binary(max_size=20),
    others=st.dictionaries(names, names, max_size=3),
)


@given(st.lists(birs, max_size=4))
def test_bytes_of_xml_are_read_again(written: list[Bir]) -> None:
    assert read_bir_xml(write_bir_xml(written)) == tuple(written)


@given(st.lists(birs, max_size=4))
def test_json_is_read_again(written: list[Bir]) -> None:
    assert read_bir_json(json.loads(json.dumps(write_bir_json(written)))) == tuple(written)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["segments", "bdb", "bdbInfo", "birs", "creationDate", "quality", "score", "type", "others"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(values)
def test_any_json_is_read_or_refused(value: object) -> None:
    for record in (value, {"segments": value}, {"segments": [{"bdbInfo": value, "bdb": value}]}):
        with suppress(SampleInvalidError):
            assert all(isinstance(bir, Bir) for bir in read_bir_json(record))


def test_mutated_documents_are_read_or_refused() -> None:
    random = np.random.default_rng(16)
    sound = write_bir_xml([Bir(b"FMR\x00 20\x00" * 8, subtype=("Right", "Thumb"), quality=Quality(7)), Bir(b"\x01")])
    pieces = [b"<!DOCTYPE BIR>", b"<BIR>", b"</BIR>", b"&a;", b"<![CDATA[", b"\x00", b"<!--", b' xmlns="t"', b"\xff"]
    read = 0
    for _ in range(FILES):
        data = bytearray(sound)
        for _ in range(random.integers(1, 4)):
            at, until = sorted(random.integers(0, len(data), 2))
            until = min(until, at + random.integers(0, 12))
            data[at:until] = pieces[random.integers(len(pieces))] if random.random() < 0.3 else random.bytes(2)
        with suppress(SampleInvalidError, SampleFormatUnsupportedError):
            read += len(read_bir_xml(bytes(data))) > 0
    assert read < FILES


@given(st.binary(max_size=40), st.sampled_from([b"FMR\x00 20\x00", b"FIR\x00020\x00"]), st.binary(max_size=60))
def test_whatever_is_stripped_is_a_part(header: bytes, magic: bytes, rest: bytes) -> None:
    data = header + b"\x01\x01\x00\x02" + magic + rest
    stripped = strip_header(data)
    if stripped is not None:
        assert data[stripped.offset :].startswith(stripped.record)


@pytest.mark.parametrize("most", [1, 3])
def test_a_limit_of_birs_holds_in_both_forms(most: int) -> None:
    written = [Bir(b"\x01")] * (most + 1)
    with pytest.raises(MatcherError, match=f"more than {most}"):
        read_bir_xml(write_bir_xml(written), most_birs=most)
    with pytest.raises(MatcherError, match=f"more than {most}"):
        read_bir_json(write_bir_json(written), most_birs=most)
