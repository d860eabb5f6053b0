"""What JPEG 2000 headers say, and which files a decoder never sees. The files are of Pillow and OpenCV."""

from __future__ import annotations

import io
import struct
from typing import Any

import cv2
import numpy as np
import PIL.Image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import MatcherError, SampleFormatUnsupportedError, SampleInvalidError, SampleResolutionUnknownError
from matcher.images.decoding import decode_image
from matcher.images.jpeg2000 import inspect

GREY = np.random.default_rng(3).integers(0, 256, (80, 96), dtype=np.uint8)


def jp2(**options: Any) -> bytes:
    stream = io.BytesIO()
    PIL.Image.fromarray(GREY).save(stream, "JPEG2000", **options)
    return stream.getvalue()


def with_resolution(fields: bytes, kind: bytes = b"resc", data: bytes | None = None) -> bytes:
    """Add a resolution box to the header box of a file, by default of one of noise."""
    data = jp2() if data is None else data
    at = data.index(b"jp2h") - 4
    length = struct.unpack_from(">I", data, at)[0]
    inner = struct.pack(">I", 8 + len(fields)) + kind + fields
    box = struct.pack(">I", 8 + len(inner)) + b"res " + inner
    header = struct.pack(">I", length + len(box)) + data[at + 4 : at + length] + box
    return data[:at] + header + data[at + length :]


def patched(offset_after_siz: int, value: bytes, **options: Any) -> bytes:
    """Change bytes of the size segment of a bare codestream."""
    data = bytearray(jp2(no_jp2=True, **options))
    data[4 + offset_after_siz : 4 + offset_after_siz + len(value)] = value
    return bytes(data)


def test_another_encoder_s_file_is_read() -> None:
    _, encoded = cv2.imencode(".jp2", GREY, [cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, 1000])
    assert np.abs(decode_image(encoded.tobytes(), resolution_ppi=500).pixels.astype(int) - GREY).max() <= 2


@pytest.mark.parametrize(
    ("fields", "ppi"),
    [
        (struct.pack(">HHHHbb", 19685, 1, 19685, 1, 0, 0), 500.0),
        (struct.pack(">HHHHbb", 1969, 10, 1969, 10, 2, 2), 500.126),
        (struct.pack(">HHHHbb", 39370, 10, 39370, 10, 1, 1), 1000.0),
        (struct.pack(">HHHHbb", 39370, 1, 39370, 1, -1, 0), None),
        (struct.pack(">HHHHbb", 19685, 0, 19685, 1, 0, 0), None),
        (struct.pack(">HHHHbb", 2835, 1, 2835, 1, 0, 0), None),
        (struct.pack(">HHHHbb", 1, 1, 1, 1, 127, 127), None),
    ],
)
def test_the_resolution_of_the_capture_is_taken_if_believable(fields: bytes, ppi: float | None) -> None:
    data = with_resolution(fields)
    if ppi is None:
        with pytest.raises(SampleResolutionUnknownError):
            decode_image(data)
    else:
        assert decode_image(data).resolution_ppi == pytest.approx(ppi, abs=1e-3)


def test_the_resolution_of_a_display_says_nothing() -> None:
    with pytest.raises(SampleResolutionUnknownError):
        decode_image(with_resolution(struct.pack(">HHHHbb", 19685, 1, 19685, 1, 0, 0), b"resd"))


def small_precincts() -> bytes:
    """A file whose precincts of the full resolution have one pixel; PIL would not write it."""
    stream = io.BytesIO()
    PIL.Image.new("L", (200, 200)).save(stream, "JPEG2000", precinct_size=(64, 64))
    data = bytearray(stream.getvalue())
    coding = data.index(b"\xff\x52")
    levels = data[coding + 9]
    data[coding + 14 + levels] = 0
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (patched(12, struct.pack(">I", 1)), "an origin"),
        (patched(20, struct.pack(">II", 1, 1)), "more than 64 tiles"),
        (patched(20, struct.pack(">II", 0, 0)), "more than 64 tiles"),
        (patched(36, struct.pack(">H", 5)), "more than four components"),
        (patched(38, b"\x87"), "signed"),
        (patched(38, b"\x10"), "over 16 bits"),
        (patched(39, b"\x02"), "subsampled"),
        (small_precincts(), "small precincts"),
        (jp2().replace(b"\xff\x52", b"\xff\x5e"), "segment that is not read"),
    ],
)
def test_a_file_that_is_not_plain_is_unsupported(data: bytes, message: str) -> None:
    with pytest.raises(SampleFormatUnsupportedError, match=message):
        decode_image(data, resolution_ppi=500)


def test_sizes_are_refused_before_decoding() -> None:
    for width, height in ((4097, 80), (2**31, 2**31 - 1), (20, 80)):
        data = patched(4, struct.pack(">II", width, height))
        data = data[:24] + struct.pack(">II", width, height) + data[32:]
        with pytest.raises(SampleInvalidError, match="each side"):
            decode_image(data, resolution_ppi=500)


def test_two_sizes_are_one_too_many() -> None:
    data = jp2()
    at = data.index(b"ihdr") + 4
    with pytest.raises(SampleInvalidError, match="two sizes"):
        decode_image(data[:at] + struct.pack(">I", 81) + data[at + 4 :], resolution_ppi=500)


def test_every_beginning_of_a_file_is_truncated() -> None:
    data = jp2()
    for length in range(12, len(data), 29):
        with pytest.raises(SampleInvalidError):
            inspect(data[:length])


@settings(max_examples=300)
@given(
    seed=st.sampled_from([jp2(), jp2(no_jp2=True), jp2(tile_size=(64, 64), quality_layers=[20, 5])]),
    edits=st.lists(st.tuples(st.integers(0, 240), st.integers(0, 255)), min_size=1, max_size=6),
)
def test_mutated_headers_never_raise_anything_else(seed: bytes, edits: list[tuple[int, int]]) -> None:
    data = bytearray(seed)
    for position, value in edits:
        data[position] = value
    try:
        decode_image(bytes(data), resolution_ppi=500)
    except MatcherError:
        return
