"""Records of every format: told apart, read to the last field, refused with the byte at fault, converted."""

from __future__ import annotations

import base64
import runpy
from dataclasses import replace

import numpy as np
import pytest

from matcher.errors import (
    SampleFormatUnsupportedError,
    SampleInvalidError,
    SampleResolutionUnknownError,
)
from matcher.formats.ansi378 import read_ansi_2004, read_ansi_2009
from matcher.formats.iso19794_2 import template_to_record
from matcher.formats.iso19794_2_2011 import read_iso_2011
from matcher.formats.minutiae_record import (
    NOT_COMPUTED,
    NOT_REPORTED,
    Certification,
    FingerView,
    Frame,
    MinutiaeRecord,
    QualityBlock,
    Quirk,
    RecordFormat,
)
from matcher.formats.records import Loss, convert, format_of, read_record, view_to_template, write_record
from matcher.templates.confidence import UNREPORTED
from matcher.types import FingerPosition, Template
from tests.places import GOLDEN

FRAME = Frame(300, 400)
MADE: dict[str, bytes] = runpy.run_path(str(GOLDEN / "make_records.py"))["RECORDS"]
BINARY = [f for f in RecordFormat if f is not RecordFormat.XYT]


def golden(name: str) -> MinutiaeRecord:
    return read_record(MADE[name], frame=FRAME)


def template(n: int = 5) -> Template:
    return Template(
        x=np.linspace(10, 290, n, dtype=np.float32),
        y=np.linspace(390, 20, n, dtype=np.float32),
        angle=np.linspace(-3, 3, n, dtype=np.float32),
        kind=np.arange(n, dtype=np.uint8) % 3,
        quality=np.linspace(0.2, 1, n, dtype=np.float32),
        width=300,
        height=400,
        extractor="test-1",
    )


def test_the_golden_files_are_those_of_their_script() -> None:
    for name, content in MADE.items():
        assert (GOLDEN / name).read_bytes() == content, name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("iso2011.fmr", RecordFormat.ISO_19794_2_2011),
        ("iso2011_no_views.fmr", RecordFormat.ISO_19794_2_2011),
        ("iso2011_truncated.fmr", RecordFormat.ISO_19794_2_2011),
        ("iso2011_view_length_wrong.fmr", RecordFormat.ISO_19794_2_2011),
        ("ansi2009.fmr", RecordFormat.ANSI_378_2009),
        ("ansi2009_no_views.fmr", RecordFormat.ANSI_378_2009),
        ("ansi2009_truncated.fmr", RecordFormat.ANSI_378_2009),
        ("ansi2009_am1.fmr", RecordFormat.ANSI_378_2009_AM1),
        ("ansi2004.fmr", RecordFormat.ANSI_378_2004),
        ("ansi2004_long_length_needless.fmr", RecordFormat.ANSI_378_2004),
        ("nbis.xyt", RecordFormat.XYT),
    ],
)
def test_the_bytes_tell_the_format(name: str, expected: RecordFormat) -> None:
    assert format_of(MADE[name]) is expected


def test_the_bytes_tell_the_edition_of_2005() -> None:
    assert format_of((GOLDEN / "two_views.iso").read_bytes()) is RecordFormat.ISO_19794_2_2005


@pytest.mark.parametrize("data", [b"FIR\x00 20\x00", b"\x89PNG\r\n\x1a\n", b"1 2\n", b"FMR\x00 21\x00", b"FMR\x0099"])
def test_other_bytes_are_unsupported(data: bytes) -> None:
    with pytest.raises(SampleFormatUnsupportedError):
        read_record(data)


@pytest.mark.parametrize("data", [b"", b"FM", b"FMR\x00", b"FMR\x0003"])
def test_a_beginning_is_truncated_not_foreign(data: bytes) -> None:
    with pytest.raises(SampleInvalidError, match=rf"byte {len(data)}: truncated"):
        read_record(data)


def test_every_reader_refuses_the_others_formats() -> None:
    for read, name in ((read_ansi_2004, "iso2011.fmr"), (read_ansi_2009, "ansi2004.fmr"), (read_iso_2011, "nbis.xyt")):
        with pytest.raises(SampleFormatUnsupportedError, match="byte 0: not a record of"):
            read(MADE[name])


def test_a_limit_holds_for_every_format() -> None:
    for name in ("iso2011.fmr", "ansi2009.fmr", "ansi2004.fmr", "nbis.xyt"):
        data = MADE[name]
        assert read_record(data, frame=FRAME, limit=len(data)).views
        with pytest.raises(SampleInvalidError, match="over the limit"):
            read_record(data, frame=FRAME, limit=len(data) - 1)


def test_iso_2011_to_the_last_field() -> None:
    read = golden("iso2011_certified.fmr")
    (view,) = read.views
    assert (read.width, read.height, read.x_resolution, read.y_resolution) == (300, 400, 197, 197)
    assert (view.position, view.view_number, view.impression_type, view.ending_type) == (2, 0, 0, 1)
    assert view.quality == 80
    assert view.quality_blocks == (QualityBlock(80, 0x33, 1), QualityBlock(NOT_COMPUTED, 0x44, 2))
    assert view.capture is not None
    assert view.capture.time == bytes.fromhex("07ea 03 01 08 1e 00 0000")
    assert (view.capture.technology_id, view.capture.vendor_id, view.capture.device_id) == (1, 0x33, 7)
    assert view.capture.certifications == (Certification(0x55, 1), Certification(0x55, 2))
    assert view.x.tolist() == [0, 299, 150]
    assert view.y.tolist() == [0, 399, 20]
    assert view.angle.tolist() == [0, 90, 179]
    assert view.kind.tolist() == [1, 2, 0]
    assert view.minutia_quality.tolist() == [0, 100, NOT_REPORTED]


def test_iso_2011_views_have_their_own_frames_and_short_minutiae() -> None:
    read = golden("iso2011.fmr")
    first, second = read.views
    assert first.frame is None
    assert read.frame_of(second) == Frame(500, 400)
    assert second.minutia_bytes == 5
    assert second.minutia_quality.tolist() == [NOT_REPORTED]
    assert second.quality == NOT_REPORTED
    assert second.extended_data == bytes.fromhex("010100065a5a")


def test_ansi_2009_to_the_last_field() -> None:
    read = golden("ansi2009.fmr")
    assert (read.vendor_id, read.product_id, read.equipment_certification, read.equipment_id) == (0x33, 1, 0x80, 0x1234)
    first, second = read.views
    assert (first.position, first.impression_type, first.quality) == (2, 0, 80)
    assert first.quality_blocks == (QualityBlock(80, 0x33, 1),)
    assert first.angle.tolist() == [0, 90, 179]
    assert read.frame_of(second) == Frame(500, 400)
    assert second.extended_data == bytes.fromhex("010100065a5a")
    assert golden("ansi2009_am1.fmr").views[0].angle.tolist() == [0, 90, 179]


def test_ansi_2004_to_the_last_field() -> None:
    read = golden("ansi2004.fmr")
    assert (read.vendor_id, read.product_id, read.equipment_certification, read.equipment_id) == (0x33, 1, 8, 0x123)
    assert (read.width, read.height, read.x_resolution, read.y_resolution) == (300, 400, 197, 197)
    first, second = read.views
    assert first.angle.tolist() == [0, 90]
    assert (second.view_number, second.impression_type, second.quality) == (1, 8, 40)
    assert second.extended_data == bytes.fromhex("010100065a5a")


def test_xyt_y_runs_up_and_its_direction_is_turned() -> None:
    read = golden("nbis.xyt")
    (view,) = read.views
    assert view.x.tolist() == [10, 20, 299]
    assert view.y.tolist() == [10, 399, 0]
    assert view.angle.tolist() == [0, 180, 225]
    assert view.minutia_quality.tolist() == [50, 100, 0]
    assert golden("without_quality.xyt").views[0].minutia_quality.tolist() == [NOT_REPORTED, NOT_REPORTED]


def test_xyt_without_a_frame_is_refused() -> None:
    with pytest.raises(SampleResolutionUnknownError, match="neither the image's size nor its resolution"):
        read_record(MADE["nbis.xyt"])


@pytest.mark.parametrize(
    ("name", "quirks"),
    [
        ("iso2011_no_views.fmr", ["NO_VIEWS@12"]),
        ("iso2011_no_minutiae.fmr", ["NO_MINUTIAE@46"]),
        ("iso2011_length_wrong.fmr", ["LENGTH_WRONG@8"]),
        ("iso2011_length_too_long.fmr", ["LENGTH_WRONG@8"]),
        ("iso2011_view_length_wrong.fmr", ["VIEW_LENGTH_WRONG@15"]),
        ("iso2011_trailing_zeros.fmr", ["TRAILING_ZEROS@122"]),
        ("iso2011_extended_length_missing.fmr", ["EXTENDED_LENGTH_MISSING@65"]),
        ("iso2011_resolution_zero.fmr", ["RESOLUTION_ZERO@36"]),
        ("ansi2009_no_views.fmr", ["NO_VIEWS@19"]),
        ("ansi2009_length_wrong.fmr", ["LENGTH_WRONG@8"]),
        ("ansi2009_reserved_byte.fmr", ["RESERVED_BYTE_SET@20"]),
        ("ansi2009_trailing_zeros.fmr", ["TRAILING_ZEROS@89"]),
        ("ansi2009_angle_too_large.fmr", ["ANGLE_OUT_OF_RANGE@38"]),
        ("ansi2004_long_length_needless.fmr", ["LONG_LENGTH_NEEDLESS@8"]),
        ("ansi2004_length_wrong.fmr", ["LENGTH_WRONG@8"]),
        ("ansi2004_resolution_zero.fmr", ["RESOLUTION_ZERO@20"]),
        ("ansi2004_trailing_zeros.fmr", ["TRAILING_ZEROS@62"]),
        ("ansi2004_extended_length_2_short.fmr", ["EXTENDED_LENGTH_WRONG@36"]),
        ("ansi2004_extended_length_1_long.fmr", ["EXTENDED_LENGTH_WRONG@36"]),
        ("ansi2004_length_counts_itself.fmr", ["EXTENDED_LENGTH_WRONG@36"]),
        ("ansi2004_header_byte_missing.fmr", ["HEADER_BYTE_MISSING@25"]),
        ("ansi2009_extended_length_1_short.fmr", ["EXTENDED_LENGTH_WRONG@56"]),
        ("iso2011_extended_length_2_long.fmr", ["EXTENDED_LENGTH_WRONG@65"]),
        ("windows_and_blank_lines.xyt", ["BLANK_LINES@15"]),
        ("angle_too_large.xyt", ["ANGLE_OUT_OF_RANGE@14"]),
        ("quality_too_large.xyt", ["QUALITY_OUT_OF_RANGE@0"]),
        ("right_of_frame.xyt", ["OUTSIDE_FRAME@0"]),
    ],
)
def test_quirks_are_tolerated_and_reported(name: str, quirks: list[str]) -> None:
    assert [f"{w.quirk.name}@{w.offset}" for w in golden(name).warnings] == quirks


def test_extended_data_of_a_wrong_length_are_kept_and_written_with_the_right_one() -> None:
    for name, views in (("ansi2004_extended_length_2_short.fmr", 2), ("iso2011_extended_length_2_long.fmr", 1)):
        read = golden(name)
        assert [view.extended_data for view in read.views] == [bytes.fromhex("0101 0006 5a5a")] * views
        assert read_record(write_record(read)).warnings == ()


@pytest.mark.parametrize(
    "name",
    ["iso2011.fmr", "iso2011_certified.fmr", "ansi2009.fmr", "ansi2009_am1.fmr", "ansi2004.fmr", "nbis.xyt"],
)
def test_what_has_no_quirk_is_written_byte_for_byte(name: str) -> None:
    read = golden(name)
    assert read.warnings == ()
    assert write_record(read) == MADE[name]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("iso2011_trailing_garbage.fmr", "byte 122: bytes after the last view"),
        ("iso2011_truncated.fmr", "byte 119: truncated, the record length says 122"),
        ("iso2011_truncated_in_header.fmr", "byte 13: truncated inside the record header of 15"),
        ("iso2011_truncated_in_view_header.fmr", "byte 35: truncated inside the header of view 0"),
        ("iso2011_more_views_than_data.fmr", "byte 122: truncated inside the header of view 2"),
        ("iso2011_flag_unknown.fmr", "byte 14: whether views state certifications"),
        ("iso2011_minutia_size_7.fmr", "byte 45: minutiae of view 0 at byte 15 have 7 bytes"),
        ("iso2011_no_width.fmr", "byte 41: the image of view 0 at byte 15 has no width"),
        ("ansi2009_truncated.fmr", "byte 86: truncated, the record length says 89"),
        ("ansi2009_truncated_in_view_header.fmr", "byte 31: truncated inside the header of view 0"),
        ("ansi2009_no_width.fmr", "byte 29: the image of view 0 at byte 21 has no width"),
        ("ansi2009_trailing_garbage.fmr", "byte 89: bytes after the last view"),
        ("ansi2004_extended_length_3_long.fmr", "byte 36: extended data of view 0 reach beyond"),
        ("ansi2004_extended_block_too_short.fmr", "byte 36: extended data of view 0 reach beyond"),
        ("ansi2004_truncated.fmr", "byte 59: truncated, the record length says 62"),
        ("ansi2004_truncated_in_header.fmr", "byte 25: truncated inside the record header of 26"),
        ("ansi2004_more_views_than_data.fmr", "byte 62: truncated inside the header of view 2"),
        ("above_frame.xyt", "line 2: the minutia lies outside the frame"),
        ("float.xyt", "line 2: not a minutia"),
        ("five_columns.xyt", "line 2: not a minutia"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(name: str, message: str) -> None:
    with pytest.raises(SampleInvalidError, match=message):
        golden(name)


@pytest.mark.parametrize("name", ["iso2011.fmr", "ansi2009.fmr", "ansi2004.fmr", "ansi2004_trailing_zeros.fmr"])
def test_the_base64_text_of_a_record_is_the_record(name: str) -> None:
    text = base64.encodebytes(MADE[name])
    packed = text.replace(b"\n", b"")
    for data in (
        text,
        packed,
        b"\r\n" + text.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + packed,
        base64.urlsafe_b64encode(MADE[name]).rstrip(b"="),
        base64.b64encode(b"\x01\x01\x00\x02" + MADE[name]),
    ):
        read = read_record(data)
        assert [warning.quirk for warning in read.warnings][:1] == [Quirk.AS_TEXT]
        assert write_record(read) == write_record(golden(name))


@pytest.mark.parametrize("damage", [b"!", b"=", b"\xff"])
def test_damaged_base64_text_is_invalid(damage: bytes) -> None:
    text = base64.b64encode(MADE["ansi2004.fmr"])
    with pytest.raises(SampleInvalidError):
        read_record(text[:20] + damage + text[20:])


def test_a_long_record_of_ansi_2004_has_the_long_length() -> None:
    view = golden("ansi2004.fmr").views[0]
    long = replace(golden("ansi2004.fmr"), views=(replace(view, extended_data=bytes(65535)),))
    data = write_record(long)
    assert data[8:14] == bytes(2) + len(data).to_bytes(4, "big")
    read = read_record(data, limit=1 << 20)
    assert (read.format, read.warnings) == (RecordFormat.ANSI_378_2004, ())
    assert write_record(read) == data


def test_a_quarter_turn_is_the_same_direction_in_every_format() -> None:
    """64 of 256, 45 of 180, and 270 degrees of the text whose direction is the opposite: up the image."""
    up = {
        RecordFormat.ISO_19794_2_2005: 64,
        RecordFormat.ISO_19794_2_2011: 64,
        RecordFormat.ANSI_378_2004: 45,
        RecordFormat.ANSI_378_2009: 45,
        RecordFormat.ANSI_378_2009_AM1: 45,
        RecordFormat.XYT: 90,
    }
    for record_format, steps in up.items():
        base = template_to_record(template(1), FingerPosition.UNKNOWN)
        turned = replace(base.views[0], angle=np.array([steps], np.uint16))
        angle = view_to_template(replace(base, views=(turned,), format=record_format)).angle
        assert angle.tolist() == pytest.approx([np.pi / 2]), record_format
    assert view_to_template(read_record(b"5 5 270 9\n", frame=FRAME)).angle.tolist() == pytest.approx([np.pi / 2])


@pytest.mark.parametrize("to", RecordFormat)
def test_a_template_survives_every_format_within_its_rounding(to: RecordFormat) -> None:
    original = template_to_record(template(), FingerPosition.LEFT_THUMB, finger_quality=70)
    expected = view_to_template(original)
    data = write_record(convert(original, to).record)
    back = view_to_template(read_record(data, frame=FRAME))
    assert back.x.tolist() == expected.x.tolist()
    assert back.y.tolist() == expected.y.tolist()
    assert (back.width, back.height) == (300, 400)
    assert back.quality is not None
    assert expected.quality is not None
    assert back.quality.tolist() == pytest.approx(expected.quality.tolist())
    turned = np.angle(np.exp(1j * (back.angle.astype(np.float64) - expected.angle)))
    assert np.abs(turned).max() <= np.pi / to.angle_steps + 1e-6
    if to is not RecordFormat.XYT:
        assert back.kind.tolist() == expected.kind.tolist()


@pytest.mark.parametrize("source", ["iso2011.fmr", "ansi2009.fmr", "ansi2004.fmr"])
@pytest.mark.parametrize("to", BINARY)
def test_conversion_writes_what_reads_back_without_quirk(source: str, to: RecordFormat) -> None:
    record = golden(source)
    one = replace(record, views=record.views[:1])
    converted = convert(one, to).record
    read = read_record(write_record(converted))
    assert (read.format, read.warnings) == (to, ())
    assert read.views[0].x.tolist() == one.views[0].x.tolist()
    assert read.views[0].position == one.views[0].position
    assert read.views[0].quality == one.views[0].quality


def test_what_a_conversion_drops_is_said() -> None:
    assert convert(golden("ansi2009.fmr"), RecordFormat.ANSI_378_2009_AM1).losses == ()
    assert convert(golden("ansi2009.fmr"), RecordFormat.ISO_19794_2_2011).losses == (
        Loss.EXTENDED_DATA_DROPPED,
        Loss.EQUIPMENT_DROPPED,
        Loss.PRODUCT_DROPPED,
        Loss.QUALITY_BLOCKS_DROPPED,
    )
    one = golden("iso2011_certified.fmr")
    assert convert(one, RecordFormat.ISO_19794_2_2005).losses == (Loss.CAPTURE_DROPPED, Loss.QUALITY_BLOCKS_DROPPED)
    assert convert(one, RecordFormat.XYT).losses == (
        Loss.CAPTURE_DROPPED,
        Loss.QUALITY_BLOCKS_DROPPED,
        Loss.POSITION_DROPPED,
        Loss.KINDS_DROPPED,
        Loss.FRAME_DROPPED,
    )
    contactless = replace(one, views=(replace(one.views[0], impression_type=25),))
    there = convert(contactless, RecordFormat.ANSI_378_2004)
    assert Loss.IMPRESSION_TYPE_CHANGED in there.losses
    assert there.record.views[0].impression_type == 1


def test_conversion_to_its_own_format_changes_nothing() -> None:
    record = golden("iso2011.fmr")
    assert convert(record, RecordFormat.ISO_19794_2_2011).record is record


def test_the_certified_bit_moves_with_the_edition() -> None:
    later = replace(golden("ansi2009.fmr"), equipment_id=0x234, views=golden("ansi2009.fmr").views[:1])
    earlier = convert(later, RecordFormat.ANSI_378_2004).record
    assert (earlier.equipment_certification, earlier.equipment_id) == (8, 0x234)
    again = convert(earlier, RecordFormat.ANSI_378_2009).record
    assert (again.equipment_certification, again.equipment_id) == (0x80, 0x234)


@pytest.mark.parametrize(
    ("to", "message"),
    [
        (RecordFormat.ISO_19794_2_2005, "views of different size"),
        (RecordFormat.ANSI_378_2004, "views of different size"),
        (RecordFormat.XYT, "2 views; xyt holds one"),
    ],
)
def test_what_another_format_has_no_room_for_is_refused(to: RecordFormat, message: str) -> None:
    with pytest.raises(SampleInvalidError, match=message):
        convert(golden("iso2011.fmr"), to)


def test_of_more_than_255_minutiae_the_best_are_kept() -> None:
    text = b"".join(b"%d 10 0 %d\n" % (i, 50 if i % 2 else 90) for i in range(300))
    conversion = convert(read_record(text, frame=FRAME), RecordFormat.ANSI_378_2004)
    assert conversion.losses == (Loss.QUALITY_UNSTATED, Loss.MINUTIAE_DROPPED)
    (view,) = conversion.record.views
    assert len(view) == 255
    assert set(range(0, 300, 2)) <= set(view.x.tolist())


def test_zero_is_a_quality_in_later_formats_and_none_in_earlier() -> None:
    later = golden("iso2011.fmr")
    stated = view_to_template(later, 0).quality
    assert stated is not None
    assert stated.tolist() == pytest.approx([0.0, 1.0, UNREPORTED])
    one = replace(later, views=later.views[:1])
    earlier = convert(one, RecordFormat.ISO_19794_2_2005).record
    assert earlier.views[0].minutia_quality.tolist() == [1, 100, 0]
    stated = view_to_template(earlier).quality
    assert stated is not None
    assert stated.tolist() == pytest.approx([0.01, 1.0, UNREPORTED])


@pytest.mark.parametrize("to", RecordFormat)
def test_that_no_quality_is_reported_survives_every_format(to: RecordFormat) -> None:
    silent = template_to_record(replace(template(), quality=None), FingerPosition.LEFT_THUMB)
    data = write_record(convert(silent, to).record)
    assert view_to_template(read_record(data, frame=FRAME)).quality is None


def test_templates_say_from_which_family_they_came() -> None:
    made = {name: view_to_template(golden(name)).extractor for name in ("iso2011.fmr", "ansi2004.fmr", "nbis.xyt")}
    assert made == {"iso2011.fmr": "iso19794-2", "ansi2004.fmr": "ansi378", "nbis.xyt": "xyt"}


def with_view(record: MinutiaeRecord, **changes: object) -> MinutiaeRecord:
    view: FingerView = replace(record.views[0], **changes)  # type: ignore[arg-type]
    return replace(record, views=(view,))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (replace(golden("ansi2004.fmr"), vendor_id=65536), "vendor_id does not fit 16 bits"),
        (replace(golden("ansi2009.fmr"), equipment_id=65536), "equipment_id does not fit 16 bits"),
        (with_view(golden("ansi2009.fmr"), quality=81), "quality is not that of its first quality block"),
        (with_view(golden("ansi2009.fmr"), quality_blocks=()), "not exactly one quality block"),
        (with_view(golden("ansi2009.fmr"), frame=Frame(0, 400)), "no width or no height"),
        (with_view(golden("iso2011.fmr"), minutia_bytes=4), "minutia_bytes is neither 5 nor 6"),
        (with_view(golden("iso2011.fmr"), ending_type=16), "ending_type does not fit 4 bits"),
        (replace(golden("iso2011_certified.fmr"), equipment_certification=0), "certifications, but the record says"),
        (replace(golden("iso2011.fmr"), equipment_id=1), "equipment_id has no place"),
        (with_view(golden("ansi2004.fmr"), frame=Frame(1, 1)), "a frame of its own"),
        (replace(golden("nbis.xyt"), views=()), "0 views; an xyt text holds one"),
        (with_view(golden("nbis.xyt"), y=np.array([401, 0, 0])), "below the frame"),
    ],
)
def test_writers_refuse_what_does_not_fit(bad: MinutiaeRecord, message: str) -> None:
    with pytest.raises(SampleInvalidError, match=message):
        write_record(bad)
