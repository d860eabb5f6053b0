"""Local normalisation: pressure, moisture and lighting taken out, so that one threshold holds everywhere."""

from __future__ import annotations

import numpy as np

from matcher.extraction.ridge.grid import blurred_cells, cell_means, to_pixels
from matcher.types import ByteArray, FloatArray

_REACH = 12.0  # sigma in pixels: a ridge and a valley on either side
NOISE_FLOOR = 6.0  # grey levels: where there is less contrast, noise is not blown up
_LARGEST = 2.5  # standard deviations: what is beyond is a stain or the edge


def local_statistics(pixels: ByteArray) -> tuple[FloatArray, FloatArray]:
    """Return local mean and standard deviation of the cells, grey levels."""
    grey = pixels.astype(np.float32)
    mean = blurred_cells(cell_means(grey), _REACH)
    square = blurred_cells(cell_means(grey * grey), _REACH)
    return mean, np.sqrt(np.maximum(square - mean * mean, 0))


def normalised(pixels: ByteArray, mean: FloatArray, deviation: FloatArray) -> FloatArray:
    """Return the image with local mean 0 and deviation 1, ridges positive, float32."""
    gain = to_pixels(np.asarray(1 / (deviation + NOISE_FLOOR), np.float32))
    values = (to_pixels(mean) - pixels) * gain
    return np.clip(values, -_LARGEST, _LARGEST, out=values)
