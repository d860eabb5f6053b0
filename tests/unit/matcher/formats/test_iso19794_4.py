"""Finger image records: read to the last field, written as they were, refused with the byte at fault."""

from __future__ import annotations

import base64
import runpy
from dataclasses import replace

import pytest

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError
from matcher.formats.iso19794_4 import (
    Coding,
    FingerImageRecord,
    ImageRecordFormat,
    Sampling,
    is_image_record,
    read_image_record,
    split_image_record,
    write_image_record,
)
from matcher.formats.iso19794_4.edition_2005 import read_2005
from matcher.formats.iso19794_4.edition_2011 import read_2011
from matcher.formats.minutiae_record import Capture, Certification, QualityBlock
from tests.places import GOLDEN

MADE: dict[str, bytes] = runpy.run_path(str(GOLDEN / "make_image_records.py"))["RECORDS"]
PIXELS = bytes(range(12))
REFUSED = {
    "fir2005_view_length_too_long.fir": "byte 58: truncated inside the image at byte 32",
    "fir2005_view_length_too_short.fir": "byte 32: the length of the image is less than that of its header",
    "fir2005_trailing_garbage.fir": "byte 58: bytes after the last image",
    "fir2005_truncated.fir": "byte 55: truncated inside the image at byte 32",
    "fir2005_truncated_in_header.fir": "byte 31: truncated inside the record header",
    "fir2005_truncated_in_view_header.fir": "byte 40: truncated inside the header of the image at byte 32",
    "ansi381_trailing_garbage.fir": "byte 62: bytes after the last image",
    "fir2011_flag_unknown.fir": "byte 14: whether images state certifications",
    "fir2011_more_views_than_data.fir": "byte 74: truncated inside the header of image 1 at byte 74",
    "fir2011_trailing_garbage.fir": "byte 74: bytes after the last image",
    "fir2011_truncated.fir": "byte 73: truncated inside image 0 at byte 16",
    "fir2011_truncated_in_header.fir": "byte 15: truncated inside the record header",
    "fir2011_truncated_in_view_header.fir": "byte 60: truncated inside the header of image 0",
}
QUIRKS = {
    "fir2005_no_views.fir": ["NO_VIEWS@18"],
    "fir2005_count_wrong.fir": ["COUNT_WRONG@18"],
    "fir2005_length_wrong.fir": ["LENGTH_WRONG@8"],
    "fir2005_view_length_without_header.fir": ["VIEW_LENGTH_WRONG@32"],
    "fir2005_trailing_zeros.fir": ["TRAILING_ZEROS@58"],
    "fir2005_reserved_set.fir": ["RESERVED_BYTE_SET@30"],
    "fir2005_unit_unknown.fir": ["UNITS_RESERVED@19"],
    "fir2005_resolution_zero.fir": ["RESOLUTION_ZERO@24"],
    "fir2005_coding_unknown.fir": ["CODING_RESERVED@29"],
    "fir2005_position_unknown.fir": ["POSITION_RESERVED@36"],
    "ansi381_no_views.fir": ["NO_VIEWS@22"],
    "ansi381_count_wrong.fir": ["COUNT_WRONG@22"],
    "ansi381_reserved_set.fir": ["RESERVED_BYTE_SET@34"],
    "ansi381_unit_unknown.fir": ["UNITS_RESERVED@23"],
    "ansi381_coding_unknown.fir": ["CODING_RESERVED@33"],
    "ansi381_trailing_zeros.fir": ["TRAILING_ZEROS@62"],
    "fir2011_quality_too_large.fir": ["QUALITY_OUT_OF_RANGE@35"],
    "fir2011_no_views.fir": ["NO_VIEWS@12"],
    "fir2011_count_wrong.fir": ["COUNT_WRONG@15"],
    "fir2011_length_wrong.fir": ["LENGTH_WRONG@8"],
    "fir2011_view_length_wrong.fir": ["VIEW_LENGTH_WRONG@16"],
    "fir2011_trailing_zeros.fir": ["TRAILING_ZEROS@74"],
    "fir2011_unit_unknown.fir": ["UNITS_RESERVED@42"],
}
OF_FORM = {"LENGTH_WRONG", "VIEW_LENGTH_WRONG", "TRAILING_ZEROS", "RESERVED_BYTE_SET"}


def test_the_golden_files_are_those_of_their_script() -> None:
    for name, content in MADE.items():
        assert (GOLDEN / name).read_bytes() == content, name


@pytest.mark.parametrize("name", [name for name in MADE if name not in {*REFUSED, "fir2011_unknown_version.fir"}])
def test_what_is_odd_is_told_and_what_is_not_odd_comes_out_as_it_was(name: str) -> None:
    record = read_image_record(MADE[name])
    told = [f"{warning.quirk.name}@{warning.offset}" for warning in record.warnings]
    assert told == QUIRKS.get(name, [])
    written = write_image_record(record)
    if not name.endswith("_no_views.fir") and not any(quirk.split("@")[0] in OF_FORM for quirk in told):
        assert written == MADE[name]
    again = read_image_record(written)
    assert replace(again, warnings=()) == replace(record, warnings=())
    assert [view.data for view in record.views] == [PIXELS] * len(record.views)


@pytest.mark.parametrize(("name", "message"), REFUSED.items())
def test_what_is_damaged_is_refused_with_the_byte(name: str, message: str) -> None:
    with pytest.raises(SampleInvalidError, match=message):
        read_image_record(MADE[name])


@pytest.mark.parametrize(
    "data", [b"FIR\x00040\x00" + bytes(40), b"FMR\x00020\x00", b"", MADE["fir2011_unknown_version.fir"]]
)
def test_what_is_no_record_is_not_read(data: bytes) -> None:
    with pytest.raises(SampleFormatUnsupportedError):
        read_image_record(data)
    for read in (read_2005, read_2011):
        with pytest.raises(SampleFormatUnsupportedError):
            read(data)


def test_a_record_that_ends_in_its_version_or_is_too_long_is_refused() -> None:
    with pytest.raises(SampleInvalidError, match="truncated"):
        read_image_record(b"FIR\x0001")
    with pytest.raises(SampleInvalidError, match="over the limit"):
        read_image_record(MADE["fir2005.fir"], limit=20)


def test_a_record_of_very_many_images_is_refused_before_they_are_read() -> None:
    one = MADE["fir2005.fir"][32:]
    many = MADE["fir2005.fir"][:8] + (32 + 300_000 * len(one)).to_bytes(6, "big") + MADE["fir2005.fir"][14:32]
    with pytest.raises(SampleInvalidError, match="more than 1000"):
        read_image_record(many + one * 300_000)
    with pytest.raises(SampleInvalidError, match="more than 1000"):
        read_image_record(MADE["fir2011.fir"][:12] + b"\xff\xff" + MADE["fir2011.fir"][14:])


def test_every_field_of_2005_is_read() -> None:
    record = read_image_record(MADE["fir2005_two_fingers.fir"])
    assert record.format is ImageRecordFormat.ISO_19794_4_2005
    assert (record.device_id, record.acquisition_level, record.fingers) == (0x0123, 31, 2)
    view = record.views[0]
    assert (view.position, view.impression_type, view.width, view.height) == (2, 0, 4, 3)
    assert (view.quality, view.view_number, view.view_count, view.depth) == (254, 1, 1, 8)
    assert view.sampling.ppi == (500.0, 500.0)
    assert record.coding_of(view) is Coding.UNCOMPRESSED
    assert [each.position for each in record.views] == [2, 7]


def test_the_longer_header_of_ansi_is_read() -> None:
    record = read_image_record(MADE["ansi381_two_fingers.fir"])
    assert record.format is ImageRecordFormat.ANSI_381_2004
    assert (record.vendor_id, record.product_id) == (0x1B, 0x0102)
    assert (record.device_id, record.acquisition_level, record.fingers) == (0x0123, 31, 2)
    assert [(view.position, view.sampling.ppi) for view in record.views] == [(2, (500.0, 500.0)), (7, (500.0, 500.0))]
    alone = write_image_record(split_image_record(record)[1])
    assert [view.position for view in read_image_record(alone).views] == [7]


def test_every_field_of_2011_is_read() -> None:
    record = read_image_record(MADE["fir2011_certified.fir"])
    assert record.format is ImageRecordFormat.ISO_19794_4_2011
    view = record.views[0]
    assert view.quality_blocks == (QualityBlock(83, 15, 1),)
    assert view.quality == 83
    assert view.capture == Capture(
        bytes.fromhex("07ea 01 05 07 1e 01 00fa"), 2, 15, 77, (Certification(1, 1), Certification(2, 3))
    )
    assert view.sampling.ppi == (500.0, 500.0)
    extended = read_image_record(MADE["fir2011_extended.fir"]).views[0].extended
    assert extended == bytes.fromhex("0001 000e 000f 0001 5a 000f 0001 00")


def test_text_and_a_header_before_are_passed_over() -> None:
    plain = MADE["fir2011.fir"]
    for data, quirk in (
        (base64.b64encode(plain), "AS_TEXT"),
        (b"\xef\xbb\xbf" + base64.encodebytes(plain), "AS_TEXT"),
        (base64.urlsafe_b64encode(plain).rstrip(b"="), "AS_TEXT"),
        (b"\x01\x01\x00\x07" + plain + b"signed", "HEADER_BEFORE"),
    ):
        assert is_image_record(data)
        record = read_image_record(data)
        assert [warning.quirk.name for warning in record.warnings] == [quirk]
        assert write_image_record(record) == plain
    earlier = MADE["fir2005.fir"]
    assert write_image_record(read_image_record(b"\x00\x1b\x04\x01" + earlier + b"signed")) == earlier
    assert not is_image_record(b"FMR\x00")
    assert not is_image_record(b"\x01\x01\x00\x02" + (GOLDEN / "two_views.iso").read_bytes())


def test_a_record_comes_apart_into_records_of_one_image() -> None:
    for name in ("fir2005_two_fingers.fir", "fir2011_two_fingers.fir", "fir2005_two_views.fir"):
        record = read_image_record(MADE[name])
        parts = [read_image_record(write_image_record(part)) for part in split_image_record(record)]
        assert [part.views[0].position for part in parts] == [view.position for view in record.views]
        assert all(part.warnings == () and len(part.views) == 1 for part in parts)


@pytest.mark.parametrize(
    ("sampling", "ppi"),
    [
        (Sampling(1, 1000, 1000, 500, 500), (500.0, 500.0)),
        (Sampling(2, 394, 394, 394, 394), (1000.76, 1000.76)),
        (Sampling(2, 197, 197, 196, 198), (500.0, 500.0)),
        (Sampling(3, 500, 500, 500, 500), None),
        (Sampling(1, 500, 500, 0, 500), None),
        (Sampling.at_ppi(499.6), (500.0, 500.0)),
    ],
)
def test_resolutions(sampling: Sampling, ppi: tuple[float, float] | None) -> None:
    assert sampling.ppi == (None if ppi is None else pytest.approx(ppi))


def changed(name: str, **of_view: object) -> FingerImageRecord:
    record = read_image_record(MADE[name])
    return replace(record, views=tuple(replace(view, **of_view) for view in record.views))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (changed("fir2005.fir", position=256), "position does not fit"),
        (changed("fir2005.fir", width=0), "no width"),
        (changed("fir2005.fir", extended=b"x"), "no place"),
        (changed("fir2005.fir", sampling=Sampling(1, 1 << 16, 0, 0, 0)), "scan_x does not fit"),
        (replace(changed("fir2005.fir"), certified=1), "no place"),
        (replace(changed("fir2005.fir"), device_id=1 << 16), "device_id does not fit"),
        (replace(changed("fir2011.fir"), device_id=1), "no place"),
        (replace(changed("fir2011.fir"), views=changed("fir2011.fir").views * 1001), "more than 1000"),
        (changed("fir2011.fir", height=0), "no height"),
        (changed("fir2011.fir", quality=1), "quality is not that"),
        (changed("fir2011.fir", capture=Capture(b"")), "nine bytes"),
        (changed("fir2011.fir", coding=256), "coding does not fit"),
    ],
)
def test_what_does_not_fit_is_not_written(record: FingerImageRecord, message: str) -> None:
    with pytest.raises(SampleInvalidError, match=message):
        write_image_record(record)


def test_images_of_different_codings_have_no_place_in_2005() -> None:
    record = read_image_record(MADE["fir2005_two_fingers.fir"])
    mixed = replace(record, views=(record.views[0], replace(record.views[1], depth=4)))
    with pytest.raises(SampleInvalidError, match="differ in resolution, depth or coding"):
        write_image_record(mixed)
    assert read_image_record(write_image_record(replace(record, views=(), finger_count=None))).views == ()
