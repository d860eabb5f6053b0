"""ISO/IEC 19794-2:2005 records: exact bytes, precise refusals, tolerated quirks, and the conversions' geometry."""

from __future__ import annotations

import runpy
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matcher.errors import (
    MatcherError,
    SampleFormatUnsupportedError,
    SampleInvalidError,
    SampleResolutionUnknownError,
    TemplateInvalidError,
)
from matcher.formats.iso19794_2 import (
    EXTRACTOR_ID,
    FingerView,
    MinutiaeRecord,
    Quirk,
    RecordWarning,
    read_record,
    template_to_record,
    template_to_view,
    view_to_template,
    write_record,
)
from matcher.templates.confidence import UNREPORTED
from matcher.types import FingerPosition, MinutiaKind, Template
from tests.places import GOLDEN


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.iso").read_bytes()


def view(**changes: object) -> FingerView:
    base = FingerView(
        position=2,
        impression_type=0,
        quality=80,
        x=np.array([10, 20], np.uint16),
        y=np.array([30, 40], np.uint16),
        angle=np.array([0, 64], np.uint8),
        kind=np.array([1, 2], np.uint8),
        minutia_quality=np.array([50, 0], np.uint8),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def record(*views: FingerView, **changes: object) -> MinutiaeRecord:
    return replace(MinutiaeRecord(width=300, height=400, views=views), **changes)  # type: ignore[arg-type]


def template(n: int = 3, **changes: object) -> Template:
    base = Template(
        x=np.linspace(0, 299, n, dtype=np.float32),
        y=np.linspace(0, 399, n, dtype=np.float32),
        angle=np.linspace(-3, 3, n, dtype=np.float32),
        kind=np.ones(n, np.uint8),
        quality=np.linspace(0.1, 1, n, dtype=np.float32),
        width=300,
        height=400,
        extractor="test-1",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def test_the_golden_files_are_those_of_their_script() -> None:
    made = runpy.run_path(str(GOLDEN / "make_formats.py"))
    for name, content in (made["RECORDS"] | made["STORED"]).items():
        assert (GOLDEN / name).read_bytes() == content, name


def test_reads_every_field_of_the_golden_record() -> None:
    read = read_record(golden("two_views"))
    assert (read.width, read.height, read.x_resolution, read.y_resolution) == (300, 400, 197, 197)
    assert (read.equipment_certification, read.equipment_id) == (8, 0x123)
    assert read.warnings == ()
    first, second = read.views
    assert (first.position, first.view_number, first.impression_type, first.quality) == (2, 0, 0, 80)
    assert first.x.tolist() == [0, 299, 150]
    assert first.y.tolist() == [0, 399, 20]
    assert first.angle.tolist() == [0, 128, 255]
    assert first.kind.tolist() == [1, 2, 0]
    assert first.minutia_quality.tolist() == [0, 100, 1]
    assert first.extended_data == b""
    assert (second.position, second.view_number, second.impression_type, second.quality) == (2, 1, 8, 40)
    assert second.extended_data == bytes.fromhex("000100065a5a01010004")
    assert len(second) == 1


@pytest.mark.parametrize("name", ["two_views", "no_views"])
def test_writes_the_golden_record_byte_for_byte(name: str) -> None:
    assert write_record(read_record(golden(name))) == golden(name)


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("truncated_in_header", SampleInvalidError, r"byte 20: truncated inside the record header of 24 bytes"),
        ("truncated_in_view_header", SampleInvalidError, r"byte 26: truncated inside the header of view 0 at byte 24"),
        ("truncated_in_minutiae", SampleInvalidError, r"byte 45: truncated inside the minutiae of view 0 at byte 24"),
        ("truncated_in_extended_length", SampleInvalidError, r"byte 46: truncated inside the extended data length"),
        ("truncated_in_extended_data", SampleInvalidError, r"byte 34: extended data of view 0 reach beyond"),
        ("truncated_against_length", SampleInvalidError, r"byte 69: truncated, the record length says 70"),
        ("more_views_than_data", SampleInvalidError, r"byte 70: truncated inside the header of view 2"),
        ("fewer_views_than_data", SampleInvalidError, r"byte 48: bytes after the last view"),
        ("missing_length_before_last_view", SampleInvalidError, r"byte 46: record ends after view 0, .* 2 views"),
        ("trailing_garbage", SampleInvalidError, r"byte 70: bytes after the last view"),
        ("no_width", SampleInvalidError, r"byte 14: the image has no width"),
        ("ansi378_2004", SampleFormatUnsupportedError, r"byte 8: record length of ANSI INCITS 378-2004"),
        ("ansi378_2004_long", SampleFormatUnsupportedError, r"byte 8: record length of ANSI INCITS 378-2004"),
        ("iso_2011", SampleFormatUnsupportedError, r"byte 4: version of ISO/IEC 19794-2:2011 or ANSI INCITS 378-2009"),
        ("unknown_version", SampleFormatUnsupportedError, r"byte 4: unknown version"),
        ("image_record", SampleFormatUnsupportedError, r"byte 0: not a finger minutiae record"),
    ],
)
def test_refuses_and_says_where(name: str, error: type[MatcherError], message: str) -> None:
    with pytest.raises(error, match=message):
        read_record(golden(name))


@pytest.mark.parametrize("length", range(24))
def test_any_beginning_of_a_header_is_truncated_not_foreign(length: int) -> None:
    with pytest.raises(SampleInvalidError, match=rf"byte {length}: truncated inside the record header"):
        read_record(golden("two_views")[:length])


def test_limit_is_on_all_bytes_and_inclusive() -> None:
    data = golden("two_views")
    assert len(read_record(data, limit=len(data)).views) == 2
    with pytest.raises(SampleInvalidError, match="record of 70 bytes is over the limit of 69"):
        read_record(data, limit=len(data) - 1)


def test_a_record_over_64_kib_needs_a_higher_limit() -> None:
    data = write_record(record(view(extended_data=bytes(65535)), view(view_number=1)))
    with pytest.raises(SampleInvalidError, match="over the limit of 65536"):
        read_record(data)
    assert write_record(read_record(data, limit=1 << 20)) == data


def test_a_true_length_beats_the_look_of_an_ansi_length() -> None:
    views = [view(extended_data=bytes(65535)) for _ in range(27)]
    data = write_record(record(*views))
    assert data[8:10] > b"\x00\x19"
    assert len(read_record(data, limit=1 << 21).views) == 27


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (golden("trailing_zeros"), [RecordWarning(Quirk.TRAILING_ZEROS, 70)]),
        (golden("extended_length_missing"), [RecordWarning(Quirk.EXTENDED_LENGTH_MISSING, 46)]),
        (golden("no_views"), [RecordWarning(Quirk.NO_VIEWS, 22)]),
        (golden("length_less_than_header"), [RecordWarning(Quirk.LENGTH_WRONG, 8)]),
        (
            write_record(record(view(position=11, quality=255))),
            [RecordWarning(Quirk.POSITION_RESERVED, 24), RecordWarning(Quirk.QUALITY_OUT_OF_RANGE, 26)],
        ),
        (write_record(record(view(kind=np.array([1, 3])))), [RecordWarning(Quirk.KIND_RESERVED, 34)]),
        (write_record(record(view(x=np.array([10, 300])))), [RecordWarning(Quirk.OUTSIDE_FRAME, 34)]),
        (write_record(record(view(y=np.array([400, 400])))), [RecordWarning(Quirk.OUTSIDE_FRAME, 28)]),
        (
            write_record(record(view(minutia_quality=np.array([100, 101])))),
            [RecordWarning(Quirk.QUALITY_OUT_OF_RANGE, 34)],
        ),
        (write_record(record(view(), y_resolution=98)), [RecordWarning(Quirk.RESOLUTION_LOW, 18)]),
        (write_record(record(view(), y_resolution=0)), [RecordWarning(Quirk.RESOLUTION_ZERO, 18)]),
        (write_record(record(view(), x_resolution=500)), [RecordWarning(Quirk.RESOLUTION_LOOKS_LIKE_PPI, 18)]),
        (
            write_record(record(view(x=np.array([10, 12]), y=np.array([30, 30]), angle=np.array([255, 1])))),
            [RecordWarning(Quirk.MINUTIAE_REPEATED, 34)],
        ),
    ],
)
def test_tolerated_quirks_are_reported_with_their_byte(data: bytes, expected: list[RecordWarning]) -> None:
    assert list(read_record(data).warnings) == expected


def test_reserved_bits_are_dropped_and_reported() -> None:
    data = bytearray(write_record(record(view())))
    data[23] = 7
    data[30] |= 0xC0
    read = read_record(bytes(data))
    assert read.views[0].y.tolist() == [30, 40]
    assert [w.quirk for w in read.warnings] == [Quirk.RESERVED_BYTE_SET, Quirk.RESERVED_BITS_SET]
    assert str(read.warnings[0]) == "byte 23: the reserved byte of the record header is not zero"


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (record(width=0), "no width or no height"),
        (record(height=65536), "record: height does not fit 16 bits"),
        (record(equipment_id=4096), "record: equipment_id does not fit 12 bits"),
        (record(*[view()] * 256), "more than 255 views"),
        (record(view(), view(impression_type=16)), "view 1: impression_type does not fit 4 bits"),
        (record(view(position=-1)), "view 0: position does not fit 8 bits"),
        (record(view(extended_data=bytes(65536))), "more than 65535 bytes of extended data"),
        (record(view(x=np.zeros(256, np.uint16))), "more than 255 minutiae"),
        (record(view(y=np.zeros(3, np.uint16))), "view 0: y is not a column"),
        (record(view(x=np.uint16(3))), "view 0: x is not a column"),
        (record(view(angle=np.array([0.5, 1.0]))), "view 0: angle is not a column"),
        (record(view(x=np.array([0, 1 << 14]))), "view 0: x does not fit 14 bits"),
        (record(view(y=np.array([0, -1]))), "view 0: y does not fit 14 bits"),
    ],
)
def test_writer_checks_every_field_against_its_bits(bad: MinutiaeRecord, message: str) -> None:
    with pytest.raises(SampleInvalidError, match=message):
        write_record(bad)


def test_real_records_are_read_without_warning_and_written_unchanged(real_data: Path) -> None:
    """But for five of them, which hold a minutia twice."""
    files = sorted(real_data.glob("fvc*/*/*.iso"))
    assert len(files) >= 80
    twice = 0
    for file in files:
        data = file.read_bytes()
        read = read_record(data)
        assert {warning.quirk for warning in read.warnings} <= {Quirk.MINUTIAE_REPEATED}, file.name
        assert write_record(read) == data, file.name
        assert len(view_to_template(read)) == data[27] - len(read.warnings), file.name
        twice += len(read.warnings)
    assert twice <= 5


def test_view_to_template_keeps_pixels_at_the_conventional_500_dpi() -> None:
    for resolution in (196, 197, 198):
        converted = view_to_template(record(view(), x_resolution=resolution, y_resolution=resolution))
        assert converted.x.tolist() == [10, 20]
        assert converted.y.tolist() == [30, 40]
        assert (converted.width, converted.height) == (300, 400)
    assert converted.angle.tolist() == pytest.approx([0, np.pi / 2])
    assert converted.kind.tolist() == [MinutiaKind.ENDING, MinutiaKind.BIFURCATION]
    assert converted.quality is not None
    assert converted.quality.tolist() == pytest.approx([0.5, UNREPORTED])
    assert converted.extractor == EXTRACTOR_ID
    assert {c.dtype for c in (converted.x, converted.y, converted.angle, converted.quality)} == {np.dtype(np.float32)}
    assert converted.kind.dtype == np.uint8


def test_a_direction_is_the_same_step_on_the_image_in_both_conventions() -> None:
    """A quarter turn of the standard (64) points up the image: y falls."""
    angle = float(view_to_template(record(view())).angle[1])
    assert (np.cos(angle), -np.sin(angle)) == pytest.approx((0, -1), abs=1e-6)


def test_angles_come_out_in_the_half_open_range() -> None:
    steps = np.arange(255, dtype=np.uint8)
    columns = {"kind": np.zeros(255, np.uint8), "minutia_quality": np.zeros(255, np.uint8)}
    angle = view_to_template(record(view(x=18 * (steps % 16), y=18 * (steps // 16), angle=steps, **columns))).angle
    assert angle[128] == np.float32(np.pi)
    assert angle[129] == pytest.approx(-np.pi + 2 * np.pi / 256)
    assert (angle > -np.pi).all()


def test_view_to_template_resamples_each_axis() -> None:
    """400 px/cm is 1016 dpi: half size, nearly. Directions must follow the same map as positions."""
    skewed = record(view(angle=np.array([32, 224])), x_resolution=400, y_resolution=197)
    converted = view_to_template(skewed)
    factor = 500 / 1016
    assert converted.x.tolist() == pytest.approx([10 * factor, 20 * factor])
    assert converted.y.tolist() == [30, 40]
    assert (converted.width, converted.height) == (148, 400)
    assert converted.angle.tolist() == pytest.approx([np.arctan2(1, factor), -np.arctan2(1, factor)])


def test_a_stretched_frame_is_undone_with_the_size_of_the_image() -> None:
    """Frame 300 x 400 for an image of 388 x 374, as the records of the real data have; 388 / 300 does not divide."""
    stretched = record(view(angle=np.array([32, 0])), x_resolution=0)
    converted = view_to_template(stretched, frame_size=(388, 374))
    assert (converted.width, converted.height) == (388, 374)
    assert converted.x.tolist() == pytest.approx([10 * 388 / 300, 20 * 388 / 300])
    assert converted.y.tolist() == pytest.approx([30 * 374 / 400, 40 * 374 / 400])
    assert converted.angle.tolist() == pytest.approx([np.arctan2(374 / 400, 388 / 300), 0])
    with pytest.raises(ValueError, match="frame_size must be positive"):
        view_to_template(stretched, frame_size=(388, 0))


def test_isotropic_resampling_leaves_directions() -> None:
    converted = view_to_template(record(view(), x_resolution=400, y_resolution=400))
    assert converted.angle.tolist() == pytest.approx([0, np.pi / 2])


def test_reserved_values_become_neutral() -> None:
    converted = view_to_template(record(view(kind=np.array([3, 0]), minutia_quality=np.array([254, 1]))))
    assert converted.kind.tolist() == [MinutiaKind.OTHER, MinutiaKind.OTHER]
    assert converted.quality is not None
    assert converted.quality.tolist() == pytest.approx([UNREPORTED, 0.01])


@pytest.mark.parametrize("stated", [[0, 0], [254, 0], [0, 101], [70, 70]])
def test_a_template_knows_that_its_record_reports_no_quality(stated: list[int]) -> None:
    """All unreported, or all alike: a field that an extractor fills with a constant."""
    converted = view_to_template(record(view(minutia_quality=np.array(stated, np.uint8))))
    assert converted.quality is None
    written = template_to_view(converted, FingerPosition.UNKNOWN)
    assert written.minutia_quality.tolist() == [0, 0], "the code of the standard for none reported"


def test_a_view_without_minutiae_lacks_no_quality() -> None:
    none = {name: np.zeros(0, np.uint8) for name in ("x", "y", "angle", "kind", "minutia_quality")}
    quality = view_to_template(record(view(**none))).quality
    assert quality is not None
    assert quality.shape == (0,)


def test_frame_widens_to_hold_every_minutia() -> None:
    converted = view_to_template(record(view(x=np.array([10, 350], np.uint16))))
    assert (converted.width, converted.height) == (351, 400)


def test_conversion_needs_the_view_and_a_sane_resolution() -> None:
    for index in (-1, 1):
        with pytest.raises(SampleInvalidError, match=rf"no view {index}: the record holds 1"):
            view_to_template(record(view()), index)
    with pytest.raises(SampleResolutionUnknownError, match="resolution of zero"):
        view_to_template(record(view(), y_resolution=0))
    with pytest.raises(SampleInvalidError, match="over 8191 px"):
        view_to_template(record(view(), x_resolution=1))


def test_the_index_chooses_the_view() -> None:
    read = read_record(golden("two_views"))
    assert [len(view_to_template(read, index)) for index in (0, 1)] == [3, 1]


def test_template_to_record_writes_what_it_is_told() -> None:
    made = template_to_record(template(), FingerPosition.LEFT_THUMB, impression_type=8, finger_quality=70)
    read = read_record(write_record(made))
    (only,) = read.views
    assert (only.position, only.impression_type, only.quality, only.view_number) == (6, 8, 70, 0)
    assert (read.width, read.height, read.x_resolution, read.y_resolution) == (300, 400, 197, 197)
    assert read.warnings == ()


def test_several_templates_go_into_one_record() -> None:
    views = tuple(template_to_view(template(n), FingerPosition.RIGHT_INDEX, view_number=n) for n in range(3))
    read = read_record(write_record(MinutiaeRecord(width=300, height=400, views=views)))
    assert [(len(v), v.view_number) for v in read.views] == [(0, 0), (1, 1), (2, 2)]


def test_the_255_best_minutiae_are_kept_in_their_order() -> None:
    n = 300
    quality = np.random.default_rng(5).permutation(np.linspace(0.1, 1, n)).astype(np.float32)
    kept = template_to_view(template(n, quality=quality), FingerPosition.UNKNOWN)
    best = sorted(np.argsort(quality)[-255:])
    assert kept.x.tolist() == np.rint(np.linspace(0, 299, n, dtype=np.float32)[best]).tolist()


def test_of_minutiae_without_reported_quality_the_first_are_kept() -> None:
    kept = template_to_view(template(300, quality=None), FingerPosition.UNKNOWN)
    assert kept.x.tolist() == np.rint(np.linspace(0, 299, 300, dtype=np.float32)[:255]).tolist()
    assert not kept.minutia_quality.any()


def test_edges_angles_and_lowest_quality_round_into_range() -> None:
    turned = template(
        x=np.array([300, 299.6, 0], np.float32),
        angle=np.array([np.pi, -0.001, -np.pi + 0.001], np.float32),
        quality=np.array([0, 0.004, 1], np.float32),
    )
    written = template_to_view(turned, FingerPosition.UNKNOWN)
    assert written.x.tolist() == [299, 299, 0]
    assert written.angle.tolist() == [128, 0, 128]
    assert written.minutia_quality.tolist() == [1, 1, 100]


def test_an_incoherent_template_is_not_written() -> None:
    with pytest.raises(TemplateInvalidError, match="column 'angle'"):
        template_to_record(template(angle=np.array([0, np.nan, 0], np.float32)), FingerPosition.UNKNOWN)


def test_golden_header_is_the_documented_one() -> None:
    """The layout in docs/formats.md, spelled out once more without the code."""
    data = write_record(record(view(), equipment_certification=8, equipment_id=5))
    assert data[:8] == b"FMR\x00 20\x00"
    assert struct.unpack(">IHHHHHBB", data[8:24]) == (len(data), 0x8005, 300, 400, 197, 197, 1, 0)
    assert data[24:] == bytes.fromhex("02005002 400a001e0032 801400284000 0000")
