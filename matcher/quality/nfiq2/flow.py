"""Orientation flow (ISO/IEC 29794-4:2024, 6.2.6): how far local regions are turned against their eight neighbours."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from matcher.quality.nfiq2.histogram import histogram
from matcher.quality.nfiq2.slanted import Regions

LIMITS = (0.01715, 0.035, 0.0557, 0.081, 0.115, 0.1718, 0.2569, 0.4758, 0.748)

_LEAST, _LARGEST = np.deg2rad(4.0), np.deg2rad(90.0)
_AROUND = (3, 3)


def orientation_flow(regions: Regions) -> dict[str, float]:
    """Return the measures ``OF_Bin10_*`` of regions amid eight of the foreground, turned by more than 4 degrees.

    Angles are subtracted as they are: as in the reference, 89 and -89 degrees differ by 178.
    """
    if min(regions.foreground.shape) < min(_AROUND):
        return histogram("OF", LIMITS, np.zeros(0))
    surrounded = sliding_window_view(regions.foreground, _AROUND).all(axis=(-2, -1))
    around = sliding_window_view(regions.orientation, _AROUND)
    turned = np.abs(around - around[..., 1:2, 1:2]).sum(axis=(-2, -1)) / 8
    values = (turned[surrounded & (turned > _LEAST)] - _LEAST) / (_LARGEST - _LEAST)
    return histogram("OF", LIMITS, values)
