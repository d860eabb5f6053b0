"""Files of ANSI/NIST-ITL: golden files, each named after what it has or what is wrong with it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from matcher.errors import (
    MatcherError,
    SampleFormatUnsupportedError,
    SampleInvalidError,
    SampleResolutionUnknownError,
)
from matcher.formats.ansi_nist import Segment, Transaction, looks_like_ansi_nist, read_transaction
from matcher.formats.ansi_nist.codes import finger_of
from matcher.formats.ansi_nist.images import A_FILE
from matcher.formats.ansi_nist.records import Record
from matcher.formats.records import read_record, view_to_template, write_record
from tests.golden.ansi_nist import make_ansi_nist as made
from tests.places import GOLDEN

FOLDER: Path = GOLDEN / "ansi_nist"

SHOWN = {
    "binary_and_tagged": [(4, 2, 500), (14, 7, 500)],
    "amputated_and_unable": [(14, 13, 500)],
    "segments_with_corners": [(14, 14, 500)],
    "centimetres": [(14, 2, 500), (14, 2, pytest.approx(1000.76))],
    "native_resolution": [(4, 2, pytest.approx(1000, abs=1))],
    "wsq_named_none": [(14, 2, 500)],
    "jpeg_named_by_number": [(14, 2, 500)],
    "no_resolution_down": [(14, 2, 500)],
    "no_resolution": [(14, 2, None)],
    "scarred_and_unable_but_shown": [(14, 2, 500), (14, 3, 500)],
    "latent": [(13, 0, 500)],
    "extra_digit": [(14, 16, 500)],
    "plain_thumbs": [(4, 11, 500), (4, 12, 500)],
    "incits_minutiae": [],
    "own_minutiae": [],
    "minutiae_of_an_image": [(4, 2, 500)],
    "zeros_behind": [(4, 2, 500), (14, 7, 500)],
    "palm_as_finger": [(14, 21, 500)],
    "group_unsegmented": [(14, 40, 500)],
}
"""Type, position and pixels per inch of the images of each file that is read."""

OTHERWISE_NAMED = {"wsq_named_none": b"\xff\xa0\xff\xa8any", "jpeg_named_by_number": b"\xff\xd8\xffany"}
"""Files inside that begin like one, whatever their record says they are."""

UNSUPPORTED, INVALID = SampleFormatUnsupportedError, SampleInvalidError
REFUSED: dict[str, tuple[type[MatcherError], str]] = {
    "palm": (UNSUPPORTED, "palms"),
    "face_only": (UNSUPPORTED, "faces"),
    "person_only": (UNSUPPORTED, "no image or minutiae"),
    "extended_features": (UNSUPPORTED, "extended feature set"),
    "jpeg_lossless": (UNSUPPORTED, "compressed otherwise"),
    "algorithm_3": (UNSUPPORTED, "compressed otherwise"),
    "sixteen_bits": (UNSUPPORTED, "8 bits"),
    "xml_encoding": (UNSUPPORTED, "1.001"),
    "truncated": (INVALID, "14.001"),
    "truncated_in_binary": (INVALID, "type 4"),
    "truncated_in_header": (INVALID, "truncated inside its header"),
    "length_too_long": (INVALID, "14.001"),
    "length_no_number": (INVALID, "14.001"),
    "no_length": (INVALID, "type 14"),
    "no_contents": (INVALID, "1.003"),
    "contents_no_number": (INVALID, "1.003"),
    "more_listed": (INVALID, "the file ends"),
    "fewer_listed": (INVALID, "bytes after"),
    "another_type_listed": (INVALID, "type 13"),
    "no_image": (INVALID, "14.999"),
    "pixels_missing": (INVALID, "255 bytes are not 16 x 16"),
    "binary_pixels_missing": (INVALID, "255 bytes are not 16 x 16"),
    "width_no_number": (INVALID, "14.006"),
    "no_height": (INVALID, "14.007"),
    "finger_no_number": (INVALID, "14.013"),
    "native_unstated": (SampleResolutionUnknownError, "1.011"),
    "native_no_number": (INVALID, "1.011"),
    "oblong_pixels": (SampleResolutionUnknownError, "across"),
    "segment_short": (INVALID, "five numbers"),
    "segment_inside_out": (INVALID, "extent"),
    "segment_twice": (INVALID, "two segments of one finger"),
    "corners_missing": (INVALID, "corners"),
    "incits_short_row": (INVALID, "six items"),
    "incits_angle_180": (INVALID, "9.137"),
    "incits_count_wrong": (INVALID, "9.136"),
    "incits_too_many": (INVALID, "255"),
    "own_ten_digits": (INVALID, "three digits"),
    "own_no_digits": (INVALID, "9.012"),
    "own_count_wrong": (INVALID, "9.010"),
}


def golden(name: str) -> Transaction:
    return read_transaction((FOLDER / f"{name}.an2").read_bytes())


def test_every_golden_file_is_made_by_the_script_and_has_its_answer() -> None:
    on_disk = {file.name: file.read_bytes() for file in FOLDER.glob("*.an2")}
    assert on_disk == made.FILES
    assert {Path(name).stem for name in on_disk} == {*SHOWN, *REFUSED}
    for name, data in on_disk.items():
        assert looks_like_ansi_nist(data) is (name != "xml_encoding.an2")


@pytest.mark.parametrize("name", SHOWN)
def test_images_are_read_with_their_fingers_and_the_resolution_of_the_record(name: str) -> None:
    transaction = golden(name)
    assert [(image.kind, image.position, image.ppi) for image in transaction.images] == SHOWN[name]
    for image in transaction.images:
        if name in OTHERWISE_NAMED:
            assert (image.compression, image.data) == (A_FILE, OTHERWISE_NAMED[name])
        else:
            assert (image.width, image.height, image.compression, image.data) == (16, 16, "NONE", made.PIXELS)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_named_and_never_quoted(name: str) -> None:
    kind, told = REFUSED[name]
    with pytest.raises(kind, match=told) as error:
        golden(name)
    assert type(error.value) is kind
    assert "nobody" not in str(error.value)


def test_missing_fingers_and_segments_are_told() -> None:
    transaction = golden("amputated_and_unable")
    assert transaction.missing == {3: "XX", 4: "UP", 7: "XX"}
    assert golden("scarred_and_unable_but_shown").missing == {3: "UP"}
    assert transaction.images[0].segments[0] == Segment(2, 0, 3, 0, 7)
    assert [segment.finger for segment in transaction.images[0].segments] == [2, 3, 4, 5]
    corners = golden("segments_with_corners").images[0].segments
    assert corners == (Segment(7, 0, 3, 0, 7), Segment(8, 4, 8, 0, 9))


def test_minutiae_of_an_image_that_is_there_are_not_a_second_impression() -> None:
    transaction = golden("minutiae_of_an_image")
    assert [(one.idc, one.record.views[0].position) for one in transaction.minutiae] == [(2, 3)]


def test_minutiae_in_the_fields_of_incits_378_are_what_its_record_says() -> None:
    (minutiae,) = golden("incits_minutiae").minutiae
    record = read_record(write_record(minutiae.record))
    (view,) = record.views
    assert (record.width, record.height, record.x_resolution, view.position) == (300, 400, 197, 2)
    columns = zip(view.x, view.y, view.angle, view.kind, view.minutia_quality, strict=True)
    assert list(columns) == [(10, 20, 45, 1, 90), (200, 300, 0, 2, 0), (299, 399, 179, 0, 0)]


def test_minutiae_in_the_standards_own_fields_are_turned_and_lie_to_scale() -> None:
    """Hundredths of a millimetre from the lower left; directions out of the ridge: opposite to INCITS 378."""
    (minutiae,) = golden("own_minutiae").minutiae
    template = view_to_template(read_record(write_record(minutiae.record)))
    per_mm = 500 / 25.4
    assert template.x.tolist() == pytest.approx([1.0 * per_mm, 15.0 * per_mm, 0.0, 0.1 * per_mm], abs=0.01)
    assert template.y.tolist() == pytest.approx([0.0, 1.6 * per_mm, 2.0 * per_mm, 1.9 * per_mm], abs=0.01)
    turned = [-math.pi / 2, math.pi, math.pi / 2, 0.0]
    assert [math.remainder(a - b, 2 * math.pi) for a, b in zip(template.angle, turned, strict=True)] == pytest.approx(
        [0] * 4, abs=1e-5
    )
    assert template.kind.tolist() == [1, 2, 0, 0]
    assert template.quality is not None
    assert template.quality.tolist()[:2] == pytest.approx([1.0, 0.01])


def test_an_empty_contents_field_and_a_file_over_the_limit_are_refused() -> None:
    with pytest.raises(SampleInvalidError, match="limit"):
        read_transaction(made.WHOLE, limit=100)
    with pytest.raises(SampleInvalidError, match="more than 1000"):
        read_transaction(made.file_of([], contents=made.RS.join([b"1\x1f2000", *[b"4\x1f0"] * 2000])))
    with pytest.raises(SampleInvalidError, match="more than 2000 fields"):
        read_transaction(made.file_of([(2, made.fields_of(2, dict.fromkeys(range(2, 2100), "")))]))
    with pytest.raises(SampleInvalidError, match="resolution"):
        read_transaction(made.file_of([made.incits([], per_cm=99999)]))
    with pytest.raises(SampleInvalidError, match="more than 40 impressions"):
        read_transaction(made.file_of([made.binary(idc=idc) for idc in range(41)]))
    with pytest.raises(SampleInvalidError, match="more than 80 records"):
        read_transaction(made.file_of([made.incits([], idc=idc) for idc in range(81)]))


def test_which_positions_are_one_finger() -> None:
    of_one, others = (0, 1, 10, 11, 12, 16, 19), (13, 14, 15, 18, 21, 40)
    assert [finger_of(code) for code in of_one] == [0, 1, 10, 1, 6, 0, 0]
    assert {finger_of(code) for code in others} == {None}


def test_a_field_of_separators_is_refused_before_it_is_split() -> None:
    record = Record(14, 0, {21: b"\x1e" * 4096, 18: b"\x1f" * 4095})
    with pytest.raises(SampleInvalidError, match=r"14\.021 has more than 4096 items"):
        record.items(21)
    assert len(record.items(18)[0]) == 4096
