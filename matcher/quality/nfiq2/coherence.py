"""Coherence of the orientation map in the region of interest (ISO/IEC 29794-4, ROI orientation map coherence)."""

from __future__ import annotations

import numpy as np

from matcher.quality.nfiq2.region import Mask
from matcher.quality.nfiq2.tiles import all_tiles, gradients, map_shape
from matcher.types import ByteArray


def coherence(pixels: ByteArray, region: Mask) -> dict[str, float]:
    """Return sum and mean of the coherence of the tiles that touch the region; 0 if there are none.

    Args:
        pixels: uint8, shape (h, w).
        region: shape (h, w): the region of interest.
    """
    values, touched = np.zeros(map_shape(pixels)), np.zeros(map_shape(pixels), np.bool_)
    for rows, columns, tiles in all_tiles(pixels):
        along_x, along_y = gradients(tiles)
        squared = (along_x + 1j * along_y) ** 2
        lengths = np.abs(squared).sum(axis=(-2, -1))
        values[rows, columns] = np.abs(squared.sum(axis=(-2, -1))) / np.where(lengths == 0, 1.0, lengths)
    for rows, columns, tiles in all_tiles(region):
        touched[rows, columns] = tiles.any(axis=(-2, -1))
    total = float(values[touched].sum())
    return {
        "OrientationMap_ROIFilter_CoherenceRel": total / max(int(touched.sum()), 1),
        "OrientationMap_ROIFilter_CoherenceSum": total,
    }
