"""Minutiae: how many, how many near their middle, and how many where the image is good (ISO/IEC 29794-4, minutiae).

NIST's forest learned from the minutiae of FingerJet FX; others are counted alike, and the score moves by what they find
more or less.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from matcher.quality.nfiq2.certainty import certainty_level
from matcher.quality.nfiq2.tiles import TILE
from matcher.types import ByteArray

_REACH = 100  # pixels from the middle to each side
_DARKER_BY = 0.5  # standard deviations of the image
_CERTAIN = 80  # percent

Int = NDArray[np.int64]


def minutiae_measures(pixels: ByteArray, x: Int, y: Int) -> dict[str, float]:
    """Return the counts and the two shares; all 0 without minutiae.

    Args:
        pixels: uint8, shape (h, w), at least 32 x 32.
        x: shape (n,): whole pixels, inside the image.
        y: shape (n,): likewise.
    """
    near = _near_middle(x, y) if len(x) else 0
    return {
        "FingerJetFX_MinCount_COMMinRect200x200": float(near),
        "FingerJetFX_MinutiaeCount": float(len(x)),
        "FJFXPos_Mu_MinutiaeQuality_2": float(_in_dark(pixels, x, y).mean()) if len(x) else 0.0,
        "FJFXPos_OCL_MinutiaeQuality_80": float(_in_certain(pixels, x, y).mean()) if len(x) else 0.0,
    }


def _near_middle(x: Int, y: Int) -> int:
    off_x, off_y = np.abs(x - x.sum() // len(x)), np.abs(y - y.sum() // len(y))
    return int(((off_x <= _REACH) & (off_y <= _REACH)).sum())


def _in_dark(pixels: ByteArray, x: Int, y: Int) -> NDArray[np.bool_]:
    """Return which have a square around that is darker than the image, by up to half its deviation."""
    deviation = float(pixels.std())
    if deviation == 0:
        return np.zeros(len(x), np.bool_)
    left, top = np.maximum(x - TILE // 2, 0), np.maximum(y - TILE // 2, 0)
    right, bottom = np.minimum(left + TILE, pixels.shape[1]), np.minimum(top + TILE, pixels.shape[0])
    sums = np.pad(pixels.cumsum(axis=0, dtype=np.int64).cumsum(axis=1), ((1, 0), (1, 0)))
    held = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    darker = (pixels.mean() - held / ((right - left) * (bottom - top))) / deviation
    return np.asarray((darker > 0) & (darker <= _DARKER_BY), np.bool_)


def _in_certain(pixels: ByteArray, x: Int, y: Int) -> NDArray[np.bool_]:
    """Return which have a square around, moved inside the image, whose orientation is certain."""
    squares = sliding_window_view(pixels, (TILE, TILE))
    top, left = np.clip(y - TILE // 2, 0, squares.shape[0] - 1), np.clip(x - TILE // 2, 0, squares.shape[1] - 1)
    level = np.nan_to_num(certainty_level(squares[top, left]))
    return np.asarray(np.floor(level * 100 + 0.5) > _CERTAIN, np.bool_)
