"""From the units of a record to those of this library: pixels at 500 dpi, radians."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.errors import SampleResolutionUnknownError
from matcher.formats.minutiae_record import CONVENTIONAL_500_PPI
from matcher.types import TEMPLATE_RESOLUTION_PPI


def scale_of(pixels_per_cm: int) -> float:
    """Return the factor from pixels of a record to pixels at 500 dpi; 196 to 198 px/cm are 500 dpi exactly.

    Raises:
        SampleResolutionUnknownError: the resolution is zero.
    """
    if pixels_per_cm == 0:
        raise SampleResolutionUnknownError("the record states a resolution of zero")
    if abs(pixels_per_cm - CONVENTIONAL_500_PPI) <= 1:
        return 1.0
    return TEMPLATE_RESOLUTION_PPI / (pixels_per_cm * 2.54)


def directions(
    angle: NDArray[np.uint8] | NDArray[np.uint16], turn: int, scale_x: float, scale_y: float
) -> NDArray[np.float64]:
    """Return radians in (-pi, pi], turned by the same map that takes the positions to square pixels."""
    steps = angle.astype(np.int64) % turn
    radians = np.where(steps > turn // 2, steps - turn, steps) * (2 * np.pi / turn)
    if scale_x == scale_y:
        return radians
    return np.arctan2(np.sin(radians) * scale_y, np.cos(radians) * scale_x)
