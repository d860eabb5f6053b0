"""Region of interest: where on the image the print is (ISO/IEC 29794-4, region of interest mean)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.types import ByteArray

_ERODED, _SMOOTHED, _SMOOTHED_AGAIN = (5, 5), (41, 41), (91, 91)  # pixels
_WHITE = 255

Mask = NDArray[np.bool_]


def region_of_interest(pixels: ByteArray) -> Mask:
    """Return which pixels are of the print, shape (h, w): the dark region of the largest frame, its holes closed.

    Args:
        pixels: uint8, shape (h, w).
    """
    dark = cv2.erode(pixels, np.ones(_ERODED, np.uint8))
    for size in (_SMOOTHED, _SMOOTHED_AGAIN):
        _, dark = cv2.threshold(cv2.GaussianBlur(dark, size, 0.0), 0, _WHITE, cv2.THRESH_OTSU)
    return _largest(_closed(np.asarray(dark, np.uint8)))


def region_mean(pixels: ByteArray, region: Mask) -> dict[str, float]:
    """Return ``ImgProcROIArea_Mean``, the mean grey level of the region; that of white if it is empty."""
    return {"ImgProcROIArea_Mean": float(pixels[region].mean()) if region.any() else float(_WHITE)}


def _closed(image: ByteArray) -> ByteArray:
    """Return 1 for the dark pixels and for the white ones they shut off from the edge, else 0."""
    _, label = cv2.connectedComponents((image > 0).astype(np.uint8), connectivity=4)
    edge = np.concatenate([label[0], label[-1], label[:, 0], label[:, -1]])
    return (~(np.isin(label, edge) & (label > 0))).astype(np.uint8)


def _largest(dark: ByteArray) -> Mask:
    count, label, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=4)
    if count < 2:
        return np.zeros(dark.shape, np.bool_)
    frames = stats[1:, cv2.CC_STAT_WIDTH] * stats[1:, cv2.CC_STAT_HEIGHT]
    return np.asarray(label == 1 + frames.argmax(), np.bool_)
