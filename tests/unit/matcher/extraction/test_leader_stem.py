"""The compiled stem against a plain one, and the error function in it against the standard library's."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from matcher.extraction._stem_kernels import gelu
from matcher.extraction.leader_stem import Stem
from matcher.types import ByteArray, FloatArray


def some_stem(channels: int, *, highest: bool) -> Stem:
    rng = np.random.default_rng(channels)

    def drawn(*shape: int) -> FloatArray:
        return rng.normal(size=shape).astype(np.float32)

    return Stem(drawn(channels, 5, 5), drawn(channels), drawn(channels), drawn(channels), highest, epsilon=1e-3)


def plainly(stem: Stem, pixels: ByteArray) -> FloatArray:
    """The same, layer by layer, in double precision."""
    image = pixels.astype(np.float64)
    half = len(stem.bias) // 2
    maps = []
    for channel, (kernel, bias) in enumerate(zip(stem.kernels.astype(np.float64), stem.bias, strict=True)):
        dilated = np.zeros((9, 9))
        dilated[::2, ::2] = kernel
        taps = kernel if channel < half else dilated
        maps.append(cv2.filter2D(image, cv2.CV_64F, taps, borderType=cv2.BORDER_CONSTANT) + float(bias))
    y = np.stack(maps)
    y = (y - y.mean(axis=0)) / np.sqrt(y.var(axis=0) + stem.epsilon)
    y = y * stem.gamma[:, None, None] + stem.beta[:, None, None]
    y = np.vectorize(lambda z: z / 2 * (1 + math.erf(z / math.sqrt(2))))(y)
    blocks = y.reshape(len(y), y.shape[1] // 2, 2, y.shape[2] // 2, 2)
    pooled: FloatArray = (blocks.max(axis=(2, 4)) if stem.highest else blocks.mean(axis=(2, 4))).astype(np.float32)
    return pooled


@pytest.mark.parametrize("highest", [True, False])
@pytest.mark.parametrize("shape", [(32, 32), (64, 96), (2, 6)])
def test_the_compiled_stem_is_the_plain_one(highest: bool, shape: tuple[int, int]) -> None:
    stem = some_stem(6, highest=highest)
    pixels = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    np.testing.assert_allclose(stem(pixels), plainly(stem, pixels), atol=2e-5)


def test_gelu() -> None:
    for z in np.linspace(-9, 9, 4001, dtype=np.float32):
        assert gelu(z) == pytest.approx(float(z) / 2 * (1 + math.erf(float(z) / math.sqrt(2))), abs=4e-6)
