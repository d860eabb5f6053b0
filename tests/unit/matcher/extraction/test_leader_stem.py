"""The compiled stem against a plain one."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from matcher.extraction._stem_kernels import BORDER
from matcher.extraction._vector_norms import EPSILON
from matcher.extraction.leader_maps import empty_map
from matcher.extraction.leader_stem import Stem
from matcher.types import ByteArray, FloatArray

HALF = 8


def some_layers() -> dict[str, list[FloatArray]]:
    rng = np.random.default_rng(6)

    def drawn(*shape: int) -> FloatArray:
        return rng.normal(size=shape).astype(np.float32)

    plain, dilated = ([drawn(5, 5, 1, HALF), drawn(HALF)] for _ in range(2))
    return {"stem_conv": plain, "stem_dilated_conv": dilated, "stem_ln": [drawn(2 * HALF), drawn(2 * HALF)]}


def plainly(layers: dict[str, list[FloatArray]], pixels: ByteArray, *, highest: bool) -> FloatArray:
    """The same, layer by layer, in double precision."""
    image = pixels.astype(np.float64)
    maps = []
    for name, dilation in (("stem_conv", 1), ("stem_dilated_conv", 2)):
        kernels, biases = layers[name]
        for kernel, bias in zip(kernels[:, :, 0].transpose(2, 0, 1), biases, strict=True):
            taps = np.zeros((4 * dilation + 1,) * 2)
            taps[::dilation, ::dilation] = kernel
            maps.append(cv2.filter2D(image, cv2.CV_64F, taps, borderType=cv2.BORDER_CONSTANT) + float(bias))
    y = np.stack(maps)
    gamma, beta = layers["stem_ln"]
    y = (y - y.mean(axis=0)) / np.sqrt(y.var(axis=0) + EPSILON)
    y = y * gamma[:, None, None] + beta[:, None, None]
    y = np.vectorize(lambda z: z / 2 * (1 + math.erf(z / math.sqrt(2))))(y)
    blocks = y.reshape(len(y), y.shape[1] // 2, 2, y.shape[2] // 2, 2)
    pooled: FloatArray = (blocks.max(axis=(2, 4)) if highest else blocks.mean(axis=(2, 4))).astype(np.float32)
    return pooled


@pytest.mark.parametrize("highest", [True, False])
@pytest.mark.parametrize("shape", [(32, 32), (64, 96), (2, 6)])
def test_the_compiled_stem_is_the_plain_one(highest: bool, shape: tuple[int, int]) -> None:
    layers = some_layers()
    pixels = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    image = empty_map(1, *shape, border=BORDER)
    image.inner[0] = pixels
    target = empty_map(2 * HALF + 3, shape[0] // 2, shape[1] // 2)
    Stem.of(layers, "stem", highest=highest).fill(image, target, 2, (0, target.height))
    filled = target.inner[2 : 2 + 2 * HALF]
    np.testing.assert_allclose(filled, plainly(layers, pixels, highest=highest), atol=2e-5)
    filled[:] = 0
    assert not target.planes.any()
