"""Finger image records: what goes in comes out, and no bytes make a reader do more than refuse.

Images within mutated records are tried by ``test_images_property.py``.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError
from matcher.formats.iso19794_4 import (
    FingerImageRecord,
    FingerImageView,
    ImageRecordFormat,
    Sampling,
    read_image_record,
    split_image_record,
    write_image_record,
)
from matcher.formats.minutiae_record import NOT_REPORTED, Capture, Certification, QualityBlock


def u(bits: int) -> st.SearchStrategy[int]:
    return st.integers(0, (1 << bits) - 1)


samplings = st.builds(Sampling, u(8), u(16), u(16), u(16), u(16))
sides = st.integers(1, 65535)


@st.composite
def earlier(draw: st.DrawFn) -> FingerImageRecord:
    shared = {"sampling": draw(samplings), "coding": draw(st.integers(2, 255)), "depth": draw(u(8))}
    views = st.builds(
        FingerImageView,
        u(8),
        u(8),
        sides,
        sides,
        st.binary(min_size=1, max_size=12),
        quality=u(8),
        view_number=u(8),
        view_count=u(8),
        **{name: st.just(value) for name, value in shared.items()},
    )
    kept = draw(st.lists(views, max_size=3).map(tuple))
    record = FingerImageRecord(
        ImageRecordFormat.ISO_19794_4_2005, kept, draw(u(8)), device_id=draw(u(16)), acquisition_level=draw(u(16))
    )
    if draw(st.booleans()):
        return record
    return replace(record, format=ImageRecordFormat.ANSI_381_2004, vendor_id=draw(u(16)), product_id=draw(u(16)))


@st.composite
def later(draw: st.DrawFn) -> FingerImageRecord:
    certified = draw(st.booleans())
    certifications = st.lists(st.builds(Certification, u(16), u(8)), max_size=2).map(tuple)
    captures = st.builds(
        Capture,
        st.binary(min_size=9, max_size=9),
        u(8),
        u(16),
        u(16),
        certifications if certified else st.just(()),
    ).filter(lambda capture: capture != Capture())
    views = []
    for _ in range(draw(st.integers(0, 3))):
        blocks = draw(st.lists(st.builds(QualityBlock, u(8), u(16), u(16)), max_size=2).map(tuple))
        view = FingerImageView(
            position=draw(u(8)),
            impression_type=draw(u(8)),
            width=draw(sides),
            height=draw(sides),
            data=draw(st.binary(max_size=12)),
            sampling=draw(samplings),
            coding=draw(u(8)),
            depth=draw(u(8)),
            quality=blocks[0].value if blocks else NOT_REPORTED,
            view_number=draw(u(8)),
            quality_blocks=blocks,
            capture=draw(st.none() | captures),
            extended=draw(st.binary(max_size=9)),
        )
        views.append(view)
    return FingerImageRecord(ImageRecordFormat.ISO_19794_4_2011, tuple(views), draw(u(8)), int(certified))


def without_warnings(record: FingerImageRecord) -> FingerImageRecord:
    return replace(record, warnings=())


@given(later())
def test_records_of_2011_come_back(record: FingerImageRecord) -> None:
    data = write_image_record(record)
    assert without_warnings(read_image_record(data)) == record
    assert [read_image_record(write_image_record(part)).views for part in split_image_record(record)] == [
        (view,) for view in record.views
    ]


@given(earlier())
def test_records_of_2005_come_back(record: FingerImageRecord) -> None:
    assert without_warnings(read_image_record(write_image_record(record))) == record


@given(later() | earlier(), st.data())
@pytest.mark.filterwarnings("error")
def test_mutated_records_are_read_or_refused(record: FingerImageRecord, data: st.DataObject) -> None:
    mutated = bytearray(write_image_record(record))
    for _ in range(data.draw(st.integers(1, 3))):
        mutated[data.draw(st.integers(4, len(mutated) - 1))] = data.draw(u(8))
    cut = data.draw(st.integers(0, len(mutated)))
    for version in (bytes(mutated), bytes(mutated[:cut]), bytes(mutated) + b"\x00\x01"):
        with suppress(SampleInvalidError, SampleFormatUnsupportedError):
            assert isinstance(read_image_record(version), FingerImageRecord)
