"""What the LEADER heads read around single pixels. Slow reference: its unit test."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.extraction._activation_kernels import contracted
from matcher.extraction._vector_products import filter7
from matcher.extraction._vectors import FILTERED_ROWS, LANES, TILE
from matcher.extraction.leader_maps import Map
from matcher.types import FloatArray

SIDE = 3
"""Side of the square of pixels that a head's last convolution reads."""


@contracted
def surroundings(
    kernels: FloatArray, source: Map, y: NDArray[np.intp], x: NDArray[np.intp]
) -> tuple[FloatArray, FloatArray]:
    """Return the 3x3 pixels around each of n, filtered by 7x7 kernels, and as they are; beyond the map zeros.

    Returns:
        two float32 (channels, 9 n and zeros to the next tile): pixel by pixel, row by row around it.
    """
    count, stride = source.planes.shape[0], source.width + source.border
    room = -(-len(y) * SIDE * SIDE // TILE) * TILE
    seen, straight = np.zeros((count, room), np.float32), np.zeros((count, room), np.float32)
    patch = np.empty((count, FILTERED_ROWS * LANES), np.float32)
    for n in range(len(y)):
        top, left = max(y[n] - 1, 0), max(x[n] - 1, 0)
        bottom, right = min(y[n] + 2, source.height), min(x[n] + 2, source.width)
        first = (top + source.border) * stride + left + source.border
        above = first - 3 * (stride + 1)
        filter7(kernels, source.planes, (above, stride), patch, (FILTERED_ROWS, LANES, LANES))
        for c in range(count):
            plane = source.planes[c]
            for row in range(top, bottom):
                for column in range(left, right):
                    at = (SIDE * n + row - y[n] + 1) * SIDE + column - x[n] + 1
                    seen[c, at] = patch[c, (row - top) * LANES + column - left]
                    straight[c, at] = plane[first + (row - top) * stride + column - left]
    return seen, straight
