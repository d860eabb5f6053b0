"""Orientation certainty level (ISO/IEC 29794-4:2024, 6.2.2): how much the gradients of a local region go one way."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.quality.nfiq2.histogram import histogram
from matcher.quality.nfiq2.tiles import covariance, full_tiles
from matcher.types import ByteArray

LIMITS = (0.337, 0.479, 0.579, 0.655, 0.716, 0.766, 0.81, 0.852, 0.898)


def certainty_level(tiles: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return 1 less the ratio of the eigenvalues of each tile's gradient covariance, 0 (worst) to 1; NaN if it is flat.

    Args:
        tiles: shape (..., height, width).
    """
    xx, yy, xy = covariance(tiles)
    spread = np.sqrt((xx - yy) ** 2 + 4 * xy**2)
    largest, least = (xx + yy + spread) / 2, (xx + yy - spread) / 2
    return np.asarray(1 - least / np.where(largest == 0, np.nan, largest), np.float64)


def orientation_certainty(pixels: ByteArray) -> dict[str, float]:
    """Return the measures ``OCL_Bin10_*`` of the whole local regions that are not flat.

    Args:
        pixels: uint8, shape (h, w).
    """
    levels = certainty_level(full_tiles(pixels)).ravel()
    return histogram("OCL", LIMITS, levels[~np.isnan(levels)])
