"""WSQ: pixels as NBIS decodes them, from files that NBIS encoded; and no harm from files that are wrong."""

from __future__ import annotations

import importlib.util
import os
import runpy
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcher.errors import (
    MatcherError,
    SampleFormatUnsupportedError,
    SampleInvalidError,
    SampleResolutionUnknownError,
)
from matcher.images.decoding import decode_image
from matcher.images.file_formats import ImageFormat
from matcher.images.wsq import decode, inspect
from tests.places import GOLDEN

SCRIPT: dict[str, Any] = runpy.run_path(str(GOLDEN / "make_wsq.py"))
WAVES = (GOLDEN / "waves.wsq").read_bytes()
FILES = int(os.environ.get("IDVERIFY_FUZZ", "300"))
PPI = b"PPI 500\n"


@pytest.mark.parametrize("name", SCRIPT["SIZES"])
def test_pixels_are_those_of_the_reference_decoder(name: str) -> None:
    height, width = SCRIPT["SIZES"][name]
    expected = np.frombuffer((GOLDEN / f"{name}.grey").read_bytes(), np.uint8).reshape(height, width)
    pixels = decode((GOLDEN / f"{name}.wsq").read_bytes())
    assert pixels.shape == (height, width)
    off = np.abs(pixels.astype(int) - expected)
    assert off.max() <= 1
    assert (off > 0).mean() < 1e-3


def test_the_picture_is_the_one_that_was_encoded() -> None:
    difference = decode(WAVES).astype(int) - SCRIPT["waves"](96, 104)
    assert np.sqrt((difference**2).mean()) < 12


def test_real_prints_are_decoded_as_the_reference_does(real_data: Path) -> None:
    if importlib.util.find_spec("_wsq") is None:
        pytest.skip("the package wsq is not installed")
    import _wsq
    import PIL.Image

    for path in sorted(real_data.glob("fvc*/*/103_1.tif")):
        picture = np.asarray(PIL.Image.open(path).convert("L"))
        for cut in (picture, picture[:-1, :-3]):
            encoded = _wsq.compress(cut.tobytes(), *cut.shape, 0.75)
            expected = np.frombuffer(_wsq.decompress(encoded)[0], np.uint8).reshape(cut.shape)
            assert np.abs(decode(encoded).astype(int) - expected).max() <= 1, path


def test_the_header_says_size_and_resolution() -> None:
    assert inspect(WAVES) == inspect(WAVES[: WAVES.index(b"\xff\xa2") + 19])
    assert (inspect(WAVES).width, inspect(WAVES).height, inspect(WAVES).ppi) == (104, 96, 500.0)


def test_the_resolution_of_the_comment_or_the_caller_counts() -> None:
    assert decode_image(WAVES, declared=ImageFormat.WSQ).resolution_ppi == 500.0
    assert decode_image(WAVES, resolution_ppi=569).resolution_ppi == 569.0
    for text in (b"PPI  72\n", b"PPI  -1\n", b"PPI   0\n", b"PPI abc\n"[:8], b"PPJ 500\n"):
        with pytest.raises(SampleResolutionUnknownError):
            decode_image(WAVES.replace(PPI, text))


def segment(kind: int) -> int:
    return WAVES.index(bytes([0xFF, kind]))


def patch(at: int, value: bytes) -> bytes:
    return WAVES[:at] + value + WAVES[at + len(value) :]


def without(kind: int) -> bytes:
    at = segment(kind)
    return WAVES[:at] + WAVES[at + 2 + struct.unpack_from(">H", WAVES, at + 2)[0] :]


def doubled(kind: int) -> bytes:
    at = segment(kind)
    end = at + 2 + struct.unpack_from(">H", WAVES, at + 2)[0]
    return WAVES[:end] + WAVES[at:end] + WAVES[end:]


@pytest.mark.parametrize(
    "data",
    [
        without(0xA2),
        without(0xA4),
        without(0xA5),
        without(0xA6),
        doubled(0xA2),
        doubled(0xA5),
        patch(segment(0xA3) + 4, b"\x07"),
        patch(segment(0xA6) + 5, b"\xff" * 16),
        patch(segment(0xA4) + 2, b"\x00\x01"),
        patch(segment(0xA4) + 2, b"\xff\xff"),
        patch(segment(0xA4) + 1, b"\xb4"),
        WAVES[: segment(0xA4)]
        + b"\xff\xa4\x00\x02"
        + WAVES[segment(0xA4) + 2 + int.from_bytes(WAVES[segment(0xA4) + 2 : segment(0xA4) + 4]) :],
        WAVES[:-2],
        WAVES[: len(WAVES) // 2] + b"\xff\xa1",
    ],
    ids=lambda data: str(len(data)),
)
def test_what_is_missing_or_contradicts_is_invalid(data: bytes) -> None:
    with pytest.raises(SampleInvalidError):
        decode_image(data, resolution_ppi=500)


def test_filters_of_even_length_are_unsupported() -> None:
    with pytest.raises(SampleFormatUnsupportedError, match="even length"):
        decode_image(patch(segment(0xA4) + 4, b"\x08\x08"), resolution_ppi=500)


@pytest.mark.parametrize("size", [(4097, 96), (104, 4097), (65535, 65535), (63, 96), (0, 0)])
def test_sizes_are_refused_before_decoding(size: tuple[int, int]) -> None:
    data = patch(segment(0xA2) + 6, struct.pack(">HH", size[1], size[0]))
    with pytest.raises(SampleInvalidError, match="each side"):
        decode_image(data, resolution_ppi=500)


@pytest.mark.parametrize(
    "piece", [b"\xff\xa8\x00\x02", b"\xff\xa6\x00\x02", b"\xff\xa6" + struct.pack(">H", 2 + 17 * 1000) + bytes(17000)]
)
def test_endless_segments_are_refused_in_no_time(piece: bytes) -> None:
    start = time.process_time()
    with pytest.raises(SampleInvalidError):
        decode_image(WAVES[:2] + piece * 400 + WAVES[2:], resolution_ppi=500)
    assert time.process_time() - start < 1


def cut(rng: np.random.Generator, data: bytearray) -> None:
    del data[int(rng.integers(2, len(data))) :]


def change(rng: np.random.Generator, data: bytearray) -> None:
    end = len(data) if rng.random() < 0.4 else min(520, len(data))
    data[int(rng.integers(2, end))] = int(rng.choice([0, 1, 127, 128, 254, 255, int(rng.integers(0, 256))]))


def test_mutated_files_are_decoded_or_refused_quickly() -> None:
    rng = np.random.default_rng(1)
    steps: list[Callable[[np.random.Generator, bytearray], None]] = [change, change, change, change, change, cut]
    decode(WAVES)  # compiles
    slowest, read = 0.0, 0
    for _ in range(FILES):
        data = bytearray(WAVES)
        for index in rng.integers(0, len(steps), int(rng.integers(1, 4))):
            steps[index](rng, data)
        start = time.process_time()
        try:
            decode_image(bytes(data), resolution_ppi=500)
            read += 1
        except MatcherError:
            pass
        slowest = max(slowest, time.process_time() - start)
    assert slowest < 1
    assert 0 < read < FILES
