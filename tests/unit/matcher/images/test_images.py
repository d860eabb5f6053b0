"""Image decoding: every supported variant, every refusal, and no surprise on mutated files."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import (
    MatcherError,
    SampleFormatUnsupportedError,
    SampleInvalidError,
    SampleResolutionUnknownError,
)
from matcher.images.decoding import decode_file, decode_image, raw_image, resample
from matcher.images.file_formats import ImageFormat
from matcher.images.limits import ImageLimits
from matcher.types import Image

GREY = np.random.default_rng(7).integers(0, 256, (70, 90), dtype=np.uint8)


def encode(picture: PIL.Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def grey_file(kind: str, **options: Any) -> bytes:
    return encode(PIL.Image.fromarray(GREY), kind, **options)


LOSSLESS = {
    "png": grey_file("PNG"),
    "bmp": grey_file("BMP"),
    "tiff": grey_file("TIFF"),
    "tiff lzw": grey_file("TIFF", compression="tiff_lzw"),
    "tiff packbits": grey_file("TIFF", compression="packbits"),
    "png rgb": encode(PIL.Image.fromarray(GREY).convert("RGB"), "PNG"),
    "png palette": encode(PIL.Image.fromarray(GREY).convert("P"), "PNG"),
    "png opaque": encode(PIL.Image.fromarray(GREY).convert("RGBA"), "PNG"),
    "png 16 bit": encode(PIL.Image.fromarray(GREY.astype(np.uint16) * 257), "PNG"),
    "jp2": grey_file("JPEG2000"),
    "jpeg 2000 codestream": grey_file("JPEG2000", no_jp2=True),
    "jp2 rgb": encode(PIL.Image.fromarray(GREY).convert("RGB"), "JPEG2000"),
    "jp2 tiles and precincts": grey_file("JPEG2000", tile_size=(64, 64), precinct_size=(64, 64), plt=True),
    "jp2 16 bit": encode(PIL.Image.fromarray(GREY.astype(np.uint16) * 257), "JPEG2000"),
    "tiff 16 bit": encode(PIL.Image.fromarray(GREY.astype(np.uint16) * 257), "TIFF"),
}


@pytest.mark.parametrize("name", LOSSLESS)
def test_lossless_files_keep_every_pixel(name: str) -> None:
    image = decode_image(LOSSLESS[name], resolution_ppi=500)
    assert image.pixels.dtype == np.uint8
    assert image.pixels.flags.c_contiguous
    np.testing.assert_array_equal(image.pixels, GREY)


def test_jpeg_is_close() -> None:
    smooth = np.add.outer(np.arange(70), np.arange(90)).astype(np.uint8)
    image = decode_image(encode(PIL.Image.fromarray(smooth), "JPEG", quality=95), resolution_ppi=500)
    assert np.abs(image.pixels.astype(int) - smooth).max() <= 6


def test_bilevel_becomes_black_and_white() -> None:
    image = decode_image(encode(PIL.Image.fromarray(GREY > 127), "TIFF"), resolution_ppi=500)
    np.testing.assert_array_equal(image.pixels, np.where(GREY > 127, 255, 0))


def test_transparent_pixels_are_white() -> None:
    picture = PIL.Image.new("LA", (80, 80), (0, 255))
    picture.paste((0, 0), (10, 10, 20, 20))
    pixels = decode_image(encode(picture, "PNG"), resolution_ppi=500).pixels
    assert (pixels[10:20, 10:20] == 255).all()
    assert pixels.sum() == 100 * 255


def test_grey_level_declared_transparent_is_white() -> None:
    pixels = decode_image(encode(PIL.Image.new("L", (80, 80), 9), "PNG", transparency=9), resolution_ppi=500).pixels
    assert (pixels == 255).all()


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "JPEG"])
def test_plausible_resolution_of_the_file_is_taken(kind: str) -> None:
    assert decode_image(grey_file(kind, dpi=(500, 500))).resolution_ppi == 500.0


def test_the_least_that_is_believed_may_be_stated_in_pixels_a_metre() -> None:
    assert decode_image(grey_file("PNG", dpi=(200, 200))).resolution_ppi == 200.0
    with pytest.raises(SampleResolutionUnknownError):
        decode_image(grey_file("PNG", dpi=(199, 199)))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "JPEG"])
def test_caller_wins_over_the_file(kind: str) -> None:
    assert decode_image(grey_file(kind, dpi=(500, 500)), resolution_ppi=569).resolution_ppi == 569.0


@pytest.mark.parametrize("dpi", [(1, 1), (96, 96), (120, 120), (199, 199), (1201, 1201), (500, 510), (500, 1000)])
def test_implausible_resolution_counts_as_none(dpi: tuple[int, int]) -> None:
    with pytest.raises(SampleResolutionUnknownError):
        decode_image(grey_file("TIFF", dpi=dpi))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "JPEG"])
def test_a_file_without_resolution_needs_the_caller(kind: str) -> None:
    with pytest.raises(SampleResolutionUnknownError):
        decode_image(grey_file(kind))


@pytest.mark.parametrize("ppi", [99.9, 2000.1, 0.0, -500.0, float("nan"), float("inf")])
def test_absurd_resolution_of_the_caller(ppi: float) -> None:
    with pytest.raises(SampleInvalidError, match="resolution"):
        decode_image(LOSSLESS["png"], resolution_ppi=ppi)


@pytest.mark.parametrize("data", [b"GIF89a" + bytes(80), b"\x00\x01", b"FMR\x00 20\x00", b"%PDF-1.7"])
def test_other_formats_are_unsupported(data: bytes) -> None:
    with pytest.raises(SampleFormatUnsupportedError):
        decode_image(data, resolution_ppi=500)


@pytest.mark.parametrize("picture", [PIL.Image.new("F", (80, 80)), PIL.Image.new("I", (80, 80))])
def test_deep_samples_are_unsupported(picture: PIL.Image.Image) -> None:
    with pytest.raises(SampleFormatUnsupportedError):
        decode_image(encode(picture, "TIFF"), resolution_ppi=500)


@pytest.mark.parametrize("compression", ["group3", "tiff_ccitt"])
def test_older_fax_compressed_tiff_is_unsupported(compression: str) -> None:
    with pytest.raises(SampleFormatUnsupportedError):
        decode_image(encode(PIL.Image.new("1", (80, 80)), "TIFF", compression=compression), resolution_ppi=500)


@pytest.mark.parametrize("declared", ImageFormat)
def test_declared_format_must_be_the_one_found(declared: ImageFormat) -> None:
    data = LOSSLESS["png"]
    if declared is ImageFormat.PNG:
        assert decode_image(data, resolution_ppi=500, declared=declared).pixels.shape == (70, 90)
        return
    with pytest.raises(SampleInvalidError, match=declared.value):
        decode_image(data, resolution_ppi=500, declared=declared)


def png_claiming(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return LOSSLESS["png"][:8] + chunk + LOSSLESS["png"][33:]


@pytest.mark.parametrize("size", [(4097, 90), (90, 4097), (2**31 - 1, 2**31 - 1), (63, 90), (90, 63)])
@pytest.mark.parametrize("ppi", [None, 500.0])
def test_size_is_refused_before_decoding(size: tuple[int, int], ppi: float | None) -> None:
    with pytest.raises(SampleInvalidError, match="each side"):
        decode_image(png_claiming(*size), resolution_ppi=ppi)


def test_claimed_size_within_limits_but_absent_pixels() -> None:
    data = LOSSLESS["bmp"]
    with pytest.raises(SampleInvalidError, match="corrupt"):
        decode_image(data[:22] + struct.pack("<i", 700) + data[26:], resolution_ppi=500)


@pytest.mark.parametrize(("side", "ppi"), [(120, 2000), (1600, 100)])
def test_extent_at_500_ppi_is_limited(side: int, ppi: float) -> None:
    with pytest.raises(SampleInvalidError, match="fingers"):
        raw_image(bytes(side * side), side, side, ppi)


def test_limits_are_the_callers_choice() -> None:
    limits = ImageLimits(max_side=80)
    with pytest.raises(SampleInvalidError, match="80"):
        decode_image(LOSSLESS["png"], resolution_ppi=500, limits=limits)


@pytest.mark.parametrize("name", LOSSLESS)
def test_truncated_files_are_invalid(name: str) -> None:
    data = LOSSLESS[name]
    for length in (12, 40, len(data) // 2, len(data) - 200):
        with pytest.raises(SampleInvalidError):
            decode_image(data[:length], resolution_ppi=500)


SEEDS = [*LOSSLESS.values(), grey_file("JPEG", dpi=(500, 500)), grey_file("TIFF", compression="jpeg")]


@settings(max_examples=300)
@given(
    seed=st.sampled_from(SEEDS),
    edits=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=8),
    from_end=st.booleans(),
    keep=st.floats(0.0, 1.0),
)
def test_mutated_files_never_raise_anything_else(
    seed: bytes, edits: list[tuple[int, int]], from_end: bool, keep: float
) -> None:
    data = bytearray(seed)
    for position, value in edits:
        data[-1 - position if from_end else position] = value
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            image = decode_image(bytes(data[: 8 + int(keep * len(data))]), resolution_ppi=500)
        except MatcherError:
            pass
        else:
            assert image.pixels.ndim == 2
    assert not caught


def test_raw_pixels() -> None:
    image = raw_image(GREY.tobytes(), 90, 70, 512)
    np.testing.assert_array_equal(image.pixels, GREY)
    assert image.resolution_ppi == 512.0


@pytest.mark.parametrize(("width", "height", "ppi"), [(90, 71, 500), (-90, -70, 500), (6300, 1, 500), (90, 70, 50)])
def test_raw_pixels_of_wrong_size_or_resolution(width: int, height: int, ppi: float) -> None:
    with pytest.raises(SampleInvalidError):
        raw_image(GREY.tobytes(), width, height, ppi)


def test_resampling_keeps_pixel_centres() -> None:
    y, x = np.mgrid[0:200, 0:300]
    wave = np.round(128 + 100 * np.cos(x / 15) * np.sin(y / 15)).astype(np.uint8)
    for ppi in (250.0, 569.0, 1000.0):
        pixels = resample(Image(wave, ppi))
        scale = 500 / ppi
        v, u = (np.indices(pixels.shape) + 0.5) / scale - 0.5
        expected = 128 + 100 * np.cos(u / 15) * np.sin(v / 15)
        inner = (slice(5, -5), slice(5, -5))
        assert pixels.shape == (round(200 * scale), round(300 * scale))
        assert np.abs(pixels - expected)[inner].max() < 4


def test_resampling_to_the_same_resolution_changes_nothing() -> None:
    assert resample(Image(GREY, 500.0)) is GREY


def test_strong_shrinking_does_not_alias() -> None:
    checker = (np.indices((200, 200)).sum(axis=0) % 2 * 255).astype(np.uint8)
    assert resample(Image(checker, 1000.0)).std() < 2


def test_fvc_files_state_no_believable_resolution(real_data: Path) -> None:
    data = (real_data / "fvc2002" / "DB1_B" / "101_1.tif").read_bytes()
    with pytest.raises(SampleResolutionUnknownError):
        decode_image(data)
    assert decode_image(data, resolution_ppi=500).pixels.shape == (374, 388)


@pytest.mark.parametrize(
    ("file", "found", "levels"),
    [
        (grey_file("PNG"), ImageFormat.PNG, 256),
        (grey_file("BMP"), ImageFormat.BMP, 256),
        (grey_file("TIFF", compression="tiff_lzw"), ImageFormat.TIFF, 256),
        (grey_file("JPEG"), ImageFormat.JPEG, 256),
        (encode(PIL.Image.fromarray(GREY).convert("RGB"), "PNG"), ImageFormat.PNG, 256),
        (encode(PIL.Image.fromarray(GREY).convert("1"), "PNG"), ImageFormat.PNG, 2),
        (encode(PIL.Image.fromarray(GREY).convert("1"), "TIFF"), ImageFormat.TIFF, 2),
        (encode(PIL.Image.fromarray(GREY // 64).convert("P"), "PNG", bits=2), ImageFormat.PNG, 4),
        (encode(PIL.Image.fromarray(GREY // 16).convert("P"), "PNG", bits=4), ImageFormat.PNG, 16),
        (encode(PIL.Image.fromarray(GREY.astype(np.uint16) * 257), "PNG"), ImageFormat.PNG, 1 << 16),
    ],
)
def test_a_file_says_its_format_and_how_many_levels_it_tells_apart(
    file: bytes, found: ImageFormat, levels: int
) -> None:
    decoded = decode_file(file, resolution_ppi=500)
    assert (decoded.format, decoded.grey_levels, decoded.image.resolution_ppi) == (found, levels, 500)
