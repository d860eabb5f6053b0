"""The compiled loop of a LEADER stem: two convolutions of the image, layer normalisation, GELU and pooling in one pass.

Two rows are finished before the next are begun, so that what lies between the image and the pooled maps stays in the
processor's cache. Slow reference: its unit test.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.extraction._activation_kernels import contracted
from matcher.extraction._vector_norms import standardise
from matcher.extraction._vector_products import multiply
from matcher.extraction._vectors import TILE
from matcher.extraction.leader_maps import Map, Panels
from matcher.types import FloatArray

BORDER = 4
"""Zero pixels that the image needs on every side: the dilated kernel reaches that far."""

TAPS = 5


@contracted
def _taps(stride: int, dilation: int) -> NDArray[np.int64]:
    offsets = np.empty(TAPS * TAPS, np.int64)
    for tap in range(TAPS * TAPS):
        offsets[tap] = dilation * ((tap // TAPS - 2) * stride + tap % TAPS - 2)
    return offsets


@contracted
def stem(
    halves: tuple[Panels, Panels],
    affine: tuple[FloatArray, FloatArray],
    image: Map,
    highest: bool,
    target: Map,
    first: int,
    rows: tuple[int, int],
) -> None:
    """Fill some rows of a map of half the size, from its channel ``first`` on.

    Args:
        halves: the convolutions of the first half of the channels, and of the second, of dilation 2.
        affine: scale and shift after the normalisation, float32 (channels,).
        image: one channel, BORDER zeros around.
        highest: pool by maximum, else by average.
        target: written.
        first: channel.
        rows: of the target.
    """
    stride, into, half = image.width + image.border, target.width + target.border, halves[0].bias.size
    plain, dilated = _taps(stride, 1), _taps(stride, 2)
    quarter, panels = np.float32(0.25), (0, len(halves[0].bias))
    out = np.empty((2 * half, -(-2 * stride // TILE) * TILE), np.float32)
    for y in range(rows[0], rows[1]):
        at = (2 * y + image.border) * stride + image.border
        for x in range(0, 2 * stride, TILE):
            multiply(halves[0].weights, halves[0].bias, image.planes, plain, out, (at + x, 0, x), panels)
            multiply(halves[1].weights, halves[1].bias, image.planes, dilated, out, (at + x, half, x), panels)
            standardise(out, x, affine[0], affine[1])
        for c in range(2 * half):
            upper, lower = out[c], out[c, stride:]
            row = target.planes[first + c, target.border * (into + 1) + y * into :]
            if highest:
                for x in range(target.width):
                    row[x] = max(upper[2 * x], upper[2 * x + 1], lower[2 * x], lower[2 * x + 1])
            else:
                for x in range(target.width):
                    row[x] = quarter * (upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1])
