"""Local clarity (ISO/IEC 29794-4:2024, 6.2.3): how few pixels are on the wrong side of their ridge or valley."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.quality.nfiq2.histogram import histogram
from matcher.quality.nfiq2.profile import Parted, part
from matcher.quality.nfiq2.slanted import HEIGHT, WIDTH, Regions, windows
from matcher.types import ByteArray

LIMITS = (0.0, 0.70, 0.74, 0.77, 0.79, 0.81, 0.83, 0.85, 0.87)

_RIDGE_WIDTHS, _VALLEY_WIDTHS = (3.0, 10.0), (2.0, 10.0)  # pixels, in the mean of a window
_UNIT = 20.0  # pixels: five at 125 dpi; widths are compared in it

Float = NDArray[np.float64]
Mask = NDArray[np.bool_]


def local_clarity(regions: Regions) -> dict[str, float]:
    """Return the measures ``LCS_Bin10_*`` of the foreground."""
    held = regions.foreground
    upright = windows(regions.around[held], regions.orientation[held], WIDTH, HEIGHT, 0)
    return histogram("LCS", LIMITS, clarity(upright, part(upright)))


def clarity(upright: ByteArray, parted: Parted) -> Float:
    """Return the clarity of windows, 0 (worst) to 1; 0 where ridges or valleys are not as wide as such are.

    Args:
        upright: uint8, shape (n, height, width), ridges upright.
        parted: the same, parted.
    """
    ridge = parted.ridge
    wrong = (upright >= parted.line[:, None, :]) == ridge[:, None, :]
    wrong_in_column = wrong.sum(axis=1)
    height = upright.shape[1]
    ridges, valleys = ridge.sum(axis=1), (~ridge).sum(axis=1)
    of_ridges = (wrong_in_column * ridge).sum(axis=1) / np.maximum(ridges * height, 1)
    of_valleys = (wrong_in_column * ~ridge).sum(axis=1) / np.maximum(valleys * height, 1)
    return np.where(_plausible(ridge), 1 - (of_valleys + of_ridges) / 2, 0.0)


def _plausible(ridge: Mask) -> Mask:
    """Return which windows have ridges and valleys of plausible mean width.

    As the reference does, the first counts as a pixel narrower than it is, and the last, which has no end, not at all.
    """
    window, place = np.nonzero(ridge[:, 1:] != ridge[:, :-1])
    count = np.bincount(window, minlength=len(ridge))
    first = np.cumsum(count) - count
    rank = np.arange(len(window)) - first[window]
    width = np.where(rank == 0, place, np.diff(place, prepend=0))
    is_ridge = (rank % 2 == 0) == ridge[window, 0]
    return _within(window, width, is_ridge, len(ridge), _RIDGE_WIDTHS) & _within(
        window, width, ~is_ridge, len(ridge), _VALLEY_WIDTHS
    )


def _within(
    window: NDArray[np.int64], width: NDArray[np.int64], which: Mask, n: int, bounds: tuple[float, float]
) -> Mask:
    total = np.bincount(window[which], width[which] / _UNIT, minlength=n)
    count = np.bincount(window[which], minlength=n)
    mean = total * (1.0 / np.maximum(count, 1))
    return np.asarray((mean >= bounds[0] / _UNIT) & (mean <= bounds[1] / _UNIT), np.bool_)
