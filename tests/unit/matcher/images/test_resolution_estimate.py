"""The guess at a resolution from the ridges: near for ridges, none for anything else, never more than a guess."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import pytest

from matcher.errors import SampleResolutionUnknownError
from matcher.images.decoding import decode_image
from matcher.images.limits import ImageLimits
from matcher.images.resolution_estimate import estimate_ppi
from matcher.types import ByteArray


def rings(period: float, side: int = 300) -> ByteArray:
    y, x = np.mgrid[0:side, 0:side]
    grey: ByteArray = (128 + 100 * np.cos(2 * np.pi * np.hypot(x - 20, y - 150) / period)).astype(np.uint8)
    return grey


def png(pixels: ByteArray) -> bytes:
    stream = io.BytesIO()
    PIL.Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize("ppi", [250, 500, 1000])
def test_ridges_of_the_usual_distance_tell_the_resolution(ppi: int) -> None:
    assert estimate_ppi(rings(9 * ppi / 500)) == pytest.approx(ppi, rel=0.05)


@pytest.mark.parametrize(
    "pixels",
    [
        np.full((200, 200), 255, np.uint8),
        np.random.default_rng(1).integers(0, 256, (200, 200), dtype=np.uint8),
        np.tile(np.arange(200, dtype=np.uint8), (200, 1)),
        rings(60),
        np.tile(rings(9)[150], (300, 1)),  # lines as straight as those of text
        rings(9, side=63),
        rings(9, side=70),
    ],
)
def test_no_ridges_no_guess(pixels: ByteArray) -> None:
    assert estimate_ppi(pixels) is None


def test_the_error_carries_the_guess_for_images_that_are_cheap_to_decode() -> None:
    with pytest.raises(SampleResolutionUnknownError) as caught:
        decode_image(png(rings(9)))
    assert caught.value.estimated_ppi == pytest.approx(500, rel=0.05)
    with pytest.raises(SampleResolutionUnknownError) as caught:
        decode_image(png(rings(9)), limits=ImageLimits(max_pixels_500=1000))
    assert caught.value.estimated_ppi is None


@pytest.mark.parametrize("scale", [1, 2])
def test_real_prints_are_within_a_third(real_data: Path, scale: int) -> None:
    guesses = []
    for path in sorted(real_data.glob("fvc2002/DB[13]_B/*_1.tif")):
        pixels = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        assert pixels is not None
        larger = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
        guesses.append(estimate_ppi(larger))
    judged = [guess for guess in guesses if guess is not None]
    assert judged == pytest.approx([500 * scale] * len(judged), rel=1 / 3)
    assert len(judged) >= len(guesses) - 1
