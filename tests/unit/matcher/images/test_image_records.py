"""Images within finger image records: which resolution, coding and sides count, and what is told of it."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError
from matcher.formats.iso19794_4 import Coding, Sampling, read_image_record
from matcher.images.decoding import decode_file, decode_image
from matcher.images.file_formats import ImageFormat
from matcher.images.records.raw_pixels import unpacked
from matcher.images.records.within import images_within
from matcher.images.records.writing import write_finger_image
from matcher.types import FingerPosition, Image
from tests.capture_files.every import capture_files
from tests.capture_files.image_records import EARLIER, INCHES, LATER, PLAIN, holding, record
from tests.capture_files.model import PRINT, saved
from tests.golden.make_iso39794 import block_39794, representation_39794

IMAGE = Image(PRINT, 500.0)
TOLD = {
    "r-2011-png-as-5.fir": ["CODING_CONTRADICTED"],
    "r-inside-1000.fir": ["RESOLUTION_CONTRADICTED"],
    "r-silent.fir": ["RESOLUTION_ZERO"],
    "r-no-sides.fir": ["SIZE_CONTRADICTED"],
}


@pytest.mark.parametrize("name", [file.name for file in capture_files() if file.name.startswith("r-")])
def test_where_the_record_contradicts_the_image_it_is_told(name: str) -> None:
    file = next(file for file in capture_files() if file.name == name)
    if file.right.startswith("SAMPLE"):
        pytest.skip("refused, as another test says")
    decoded = decode_file(file.data)
    assert [warning.quirk.name for warning in decoded.warnings] == TOLD.get(name, [])


def test_the_caller_has_the_last_word_on_the_resolution() -> None:
    wrong = record(LATER, replace(PLAIN, sampling=Sampling.at_ppi(1000)))
    assert decode_image(wrong, resolution_ppi=500).resolution_ppi == 500


def test_what_is_declared_is_the_image_within() -> None:
    within = record(LATER, holding(saved("PNG"), 6))
    assert decode_file(within, declared=ImageFormat.PNG).format is ImageFormat.PNG
    with pytest.raises(SampleInvalidError, match="not a WSQ file"):
        decode_file(within, declared=ImageFormat.WSQ)
    assert decode_file(record(LATER, PLAIN)).format is ImageFormat.RAW_GREY8


def test_an_image_under_the_code_of_pixels_is_told_by_its_bytes() -> None:
    decoded = decode_file(record(LATER, holding(saved("PNG"), 0)))
    assert decoded.format is ImageFormat.PNG
    assert [warning.quirk.name for warning in decoded.warnings] == ["CODING_CONTRADICTED"]
    begins = np.array(PRINT)
    begins[0, :2] = np.frombuffer(b"BM", np.uint8)
    pixels = decode_image(record(LATER, replace(PLAIN, data=begins.tobytes()))).pixels
    assert np.array_equal(pixels, begins)


@pytest.mark.parametrize("data", [b"", b"nothing known", b"GIF89a" + bytes(40), record(LATER, PLAIN)])
def test_what_is_no_image_within_is_refused_by_its_name(data: bytes) -> None:
    with pytest.raises(SampleFormatUnsupportedError):
        decode_image(record(LATER, holding(data, 2)))


@pytest.mark.parametrize(
    "coding", [Coding.UNCOMPRESSED, Coding.PNG, Coding.JPEG, Coding.JPEG_2000_LOSSLESS], ids=lambda coding: coding.name
)
def test_what_is_written_is_read(coding: Coding) -> None:
    moment = datetime(2026, 1, 5, 7, 30, 1, 250000, UTC)
    data = write_finger_image(IMAGE, FingerPosition.LEFT_RING, coding, quality=83, taken=moment)
    view = read_image_record(data).views[0]
    assert read_image_record(data).warnings == ()
    assert read_image_record(data).coding_of(view) is coding
    assert (view.quality, view.position, images_within(data)[0].position) == (83, 9, 9)
    assert view.capture is not None
    assert view.capture.time == bytes.fromhex("07ea 01 05 07 1e 01 00fa")
    image = decode_image(data)
    assert image.resolution_ppi == 500
    assert np.abs(image.pixels.astype(int) - PRINT).mean() <= (3 if coding is Coding.JPEG else 0)
    bare = read_image_record(write_finger_image(IMAGE, FingerPosition.UNKNOWN, coding)).views[0]
    assert (bare.quality, bare.quality_blocks, bare.capture) == (254, (), None)


@pytest.mark.parametrize("coding", [Coding.WSQ, Coding.BIT_PACKED])
def test_codings_that_are_only_read_are_not_written(coding: Coding) -> None:
    with pytest.raises(SampleFormatUnsupportedError, match=coding.name):
        write_finger_image(IMAGE, FingerPosition.UNKNOWN, coding)


def test_a_record_of_two_images_comes_apart() -> None:
    two = record(EARLIER, PLAIN, replace(PLAIN, position=13))
    parts = images_within(two)
    assert [part.position for part in parts] == [2, 13]
    assert all(np.array_equal(decode_image(part.data).pixels, PRINT) for part in parts)


def test_a_block_of_39794_is_an_image_too() -> None:
    png = saved("PNG")
    data = block_39794(representation_39794(png, position=9, sampling=(1, 197)))
    decoded = decode_file(data)
    assert (decoded.format, decoded.image.resolution_ppi, decoded.warnings) == (ImageFormat.PNG, 500, ())
    assert [part.position for part in images_within(data)] == [9]
    high = decode_file(block_39794(representation_39794(saved("PNG", dpi=(1000, 1000)), sampling=(0, 500))))
    assert high.image.resolution_ppi == 500
    assert [warning.quirk.name for warning in high.warnings] == ["RESOLUTION_CONTRADICTED"]
    assert decode_file(block_39794(representation_39794(png, sampling=None))).image.resolution_ppi == 500
    two = block_39794(representation_39794(png, position=2), representation_39794(png, position=3))
    assert [(part.position, part.ppi) for part in images_within(two)] == [(2, 500.0), (3, 500.0)]
    for refused in (two, block_39794(), block_39794(representation_39794(b"none", sampling=None))):
        with pytest.raises((SampleInvalidError, SampleFormatUnsupportedError)):
            decode_image(refused)


def bits_of(values: list[list[int]], depth: int, *, whole_rows: bool) -> bytes:
    rows = ["".join(f"{value:0{depth}b}" for value in row) for row in values]
    if whole_rows:
        rows = [row.ljust(-(-len(row) // 8) * 8, "0") for row in rows]
    text = "".join(rows)
    text = text.ljust(-(-len(text) // 8) * 8, "0")
    return int(text, 2).to_bytes(len(text) // 8, "big")


@pytest.mark.parametrize("depth", [1, 2, 4, 5, 7, 8, 10, 12, 16])
@pytest.mark.parametrize("whole_rows", [False, True])
def test_packed_pixels_of_every_depth(depth: int, whole_rows: bool) -> None:
    full = (1 << depth) - 1
    values = [[0, full, full // 2], [full, 0, 0], [full // 3, full, full]] * 3
    grey, levels = unpacked(bits_of(values, depth, whole_rows=whole_rows), 3, 9, depth, packed=True)
    assert levels == 2**depth
    assert np.abs(grey.astype(float) - np.array(values) * 255 / full).max() <= 1


@pytest.mark.parametrize("depth", [4, 8, 10, 16])
def test_pixels_in_whole_bytes(depth: int) -> None:
    full = (1 << depth) - 1
    kind = ">u1" if depth <= 8 else ">u2"
    grey, _ = unpacked(np.array([[0, full, full // 2]], kind).tobytes(), 3, 1, depth, packed=False)
    assert grey.tolist() == [[0, 255, 119 if depth == 4 else 127]]


@pytest.mark.parametrize(("length", "depth"), [(11, 8), (13, 8), (12, 0), (12, 17), (12, 9), (7, 4)])
def test_pixels_that_do_not_add_up_are_refused(length: int, depth: int) -> None:
    with pytest.raises(SampleInvalidError):
        unpacked(bytes(length), 4, 3, depth, packed=depth == 4)


def test_text_of_a_record_is_an_image_too() -> None:
    assert np.array_equal(decode_image(base64.b64encode(record(LATER, PLAIN))).pixels, PRINT)
    assert decode_image(b"\x01\x01\x00\x07" + record(EARLIER, replace(PLAIN, sampling=INCHES))).resolution_ppi == 500
