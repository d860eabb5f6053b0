"""Ridge valley uniformity (ISO/IEC 29794-4:2024, 6.2.5): how wide each ridge is beside the valley next to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.quality.nfiq2.histogram import histogram
from matcher.quality.nfiq2.profile import part
from matcher.quality.nfiq2.slanted import EXTRA, HEIGHT, WIDTH, Regions, windows

LIMITS = (0.5, 0.667, 0.8, 1.0, 1.25, 1.5, 2.0, 24.0, 30.0)


def ridge_valley_uniformity(regions: Regions) -> dict[str, float]:
    """Return the measures ``RVUP_Bin10_*`` of the foreground; a local region has several values."""
    held = regions.foreground
    upright = windows(regions.around[held], regions.orientation[held], WIDTH, HEIGHT, EXTRA)
    return histogram("RVUP", LIMITS, width_ratios(part(upright).ridge))


def width_ratios(ridge: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the ratios of the widths of neighbouring ridges and valleys, of all windows, shape (m,).

    As the reference does: a change at the last column is not seen; of what lies between the first and the last change
    the first width is left out; every other ratio is turned over, beginning at the right with the first or the second
    as a valley or a ridge follows the first change.

    Args:
        ridge: shape (n, width): which columns are ridge.
    """
    changed = ridge[:, 1:-1] != ridge[:, :-2]
    window, place = np.nonzero(changed)
    count = changed.sum(axis=1)
    first = np.cumsum(count) - count
    rank = np.arange(len(window)) - first[window]
    begins_with_ridge = ridge[window, place[first[window]] + 1]
    at = np.flatnonzero(rank >= 3)
    ratio = (place[at] - place[at - 1]) / (place[at - 1] - place[at - 2])
    from_right = count[window[at]] - 1 - rank[at]
    turned = from_right % 2 == begins_with_ridge[at]
    return np.asarray(np.where(turned, 1 / ratio, ratio), np.float64)
