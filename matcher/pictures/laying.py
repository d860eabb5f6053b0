"""The pixels of one print laid over those of the other, as the comparison laid its minutiae."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.comparison.compare import Comparison
from matcher.comparison.overlap import moved_back, moved_points
from matcher.comparison.prepared import PreparedTemplate
from matcher.types import ByteArray

_GRID = 16  # pixels between the points at which the bend is worked out
_REACH = 45.0  # sigma of the bend, pixels: as far as the comparator lets a pair draw its surroundings along
_STIFFNESS = 0.05


def laid_pixels(pixels: ByteArray, side: PreparedTemplate, comparison: Comparison, shape: tuple[int, int]) -> ByteArray:
    """Return the probe's pixels in the reference's frame, white where the probe has none; bent as its minutiae are.

    Args:
        pixels: of the probe at 500 dpi.
        side: the probe.
        comparison: says where it lies; without a movement the answer is white.
        shape: height and width of the reference's frame.
    """
    if comparison.over is None or comparison.movement is None:
        return np.full(shape, 255, np.uint8)
    rows, columns = (np.arange(0, size + _GRID, _GRID, dtype=np.float64) for size in shape)
    grid = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
    bend = _bend(grid, side, comparison)
    source = moved_back(grid - bend, comparison.movement).reshape(len(rows), len(columns), 2)
    size = (len(columns) * _GRID, len(rows) * _GRID)
    # Not cv2.resize: it would put the grid's own points half a step aside.
    step = np.array([[_GRID, 0, 0], [0, _GRID, 0]], np.float64)
    x, y = (
        cv2.warpAffine(source[:, :, i].astype(np.float32), step, size, borderMode=cv2.BORDER_REPLICATE) for i in (0, 1)
    )
    laid = cv2.remap(pixels, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=255)
    return np.asarray(laid[: shape[0], : shape[1]], dtype=np.uint8)


def two_inks(below: ByteArray, above: ByteArray) -> ByteArray:
    """Print two grey pictures on one sheet: dark of the first in blue, of the second in orange, of both in black."""
    a, b = below.astype(np.float32), above.astype(np.float32)
    inks = np.stack([0.25 * a + 0.75 * b, (a + b) / 2, 0.75 * a + 0.25 * b], axis=-1)
    return np.asarray(inks, dtype=np.uint8)


def _bend(points: NDArray[np.float64], side: PreparedTemplate, comparison: Comparison) -> NDArray[np.float64]:
    """Return how far the probe is bent at points of the reference's frame, shape (n, 2)."""
    assert comparison.over is not None
    assert comparison.movement is not None
    over = comparison.over[:, :2]
    shift = over - moved_points(side.print.pose[:, :2], comparison.movement)
    near = np.exp(-((points[:, None] - over[None]) ** 2).sum(axis=2) / (2 * _REACH**2))
    return np.asarray(near @ shift / (_STIFFNESS + near.sum(axis=1, keepdims=True)))
