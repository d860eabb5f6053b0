"""Where the finger is: strong gradients, one piece, without holes."""

from __future__ import annotations

from math import ceil

import cv2
import numpy as np

from matcher.extraction.ridge.grid import blurred_cells
from matcher.extraction.ridge.params import CELL, MaskParams
from matcher.types import PIXELS_PER_MM, ByteArray, FloatArray


def finger_mask(gradient: FloatArray, deviation: FloatArray, params: MaskParams) -> FloatArray:
    """Find the finger.

    Args:
        gradient: root mean squared gradient of every cell, of the image as it is.
        deviation: local standard deviation of every cell, grey levels.
        params: constants.

    Returns:
        1 for cells of the finger, 0 for others, float32; all 0 if there is none.
    """
    strong = blurred_cells(gradient, params.blur)
    threshold = params.share * float(np.percentile(strong, params.percentile))
    found = ((strong > threshold) & (deviation > params.least_contrast)).astype(np.uint8)
    found = largest_piece(morphed(found, cv2.MORPH_CLOSE, params.closing))
    found = largest_piece(morphed(filled(found), cv2.MORPH_OPEN, params.opening))
    area = float(found.sum()) * (CELL / PIXELS_PER_MM) ** 2
    return np.asarray(found if area >= params.least_area else np.zeros_like(found), dtype=np.float32)


def morphed(cells: ByteArray, operation: int, radius: float) -> ByteArray:
    """Close or open (``operation`` of OpenCV) with a disc, radius in pixels; beyond the image there is no finger."""
    r = ceil(radius / CELL)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * r + 1, 2 * r + 1))
    wide = cv2.copyMakeBorder(cells, r, r, r, r, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(cv2.morphologyEx(wide, operation, disc)[r:-r, r:-r], dtype=np.uint8)


def largest_piece(cells: ByteArray) -> ByteArray:
    """Keep the largest of the pieces that hang together over edges."""
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(cells), connectivity=4)
    if count < 2:
        return cells
    best = 1 + int(statistics[1:, cv2.CC_STAT_AREA].argmax())
    return np.asarray(labels == best, dtype=np.uint8)


def filled(cells: ByteArray) -> ByteArray:
    """Fill what is enclosed."""
    outside = np.ascontiguousarray(np.pad(1 - cells, 1, constant_values=1))
    _, labels = cv2.connectedComponents(outside, connectivity=4)
    return np.asarray(labels[1:-1, 1:-1] != labels[0, 0], dtype=np.uint8)
