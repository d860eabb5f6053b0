"""The grid of cells: what varies slowly over a finger is computed once for 8 x 8 pixels."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.extraction.ridge.params import CELL
from matcher.types import ByteArray, FloatArray


def padded_to_cells(pixels: ByteArray) -> ByteArray:
    """Repeat the last row and column until both sides are whole numbers of cells."""
    height, width = pixels.shape
    grown = cv2.copyMakeBorder(pixels, 0, -height % CELL, 0, -width % CELL, cv2.BORDER_REPLICATE)
    return np.asarray(grown, dtype=np.uint8)


def cell_means(pixels: FloatArray) -> FloatArray:
    """Return the mean of every cell, float32, shape (h / 8, w / 8)."""
    height, width = pixels.shape
    means = cv2.resize(pixels, (width // CELL, height // CELL), interpolation=cv2.INTER_AREA)
    return np.asarray(means, dtype=np.float32).reshape(height // CELL, width // CELL)


def to_pixels(cells: FloatArray) -> FloatArray:
    """Return the values of cells at every pixel, linearly between their middles."""
    rows, columns = cells.shape
    pixels = cv2.resize(cells, (columns * CELL, rows * CELL), interpolation=cv2.INTER_LINEAR)
    return np.asarray(pixels, dtype=np.float32).reshape(rows * CELL, columns * CELL)


def blurred(values: FloatArray, sigma: float) -> FloatArray:
    """Return the Gaussian mean; the border is repeated."""
    found = cv2.GaussianBlur(values, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(found, dtype=np.float32).reshape(values.shape)


def blurred_cells(cells: FloatArray, sigma: float) -> FloatArray:
    """Return the Gaussian mean over cells; ``sigma`` in pixels."""
    return blurred(cells, sigma / CELL)


Mask = NDArray[np.bool_]
