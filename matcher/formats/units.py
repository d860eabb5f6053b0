"""From the units of a record to those of this library: pixels at 500 dpi, radians."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.errors import SampleResolutionUnknownError
from matcher.formats.minutiae_record import CONVENTIONAL_500_PPI
from matcher.types import TEMPLATE_RESOLUTION_PPI


def ppi_of(pixels_per_cm: int) -> float:
    """Return pixels per inch; 196 to 198 px/cm, which writers put for 500 dpi, are 500 exactly."""
    conventional = abs(pixels_per_cm - CONVENTIONAL_500_PPI) <= 1
    return TEMPLATE_RESOLUTION_PPI if conventional else pixels_per_cm * 2.54


def scale_of(pixels_per_cm: int) -> float:
    """Return the factor from pixels of a record to pixels at 500 dpi; see :func:`ppi_of`.

    Raises:
        SampleResolutionUnknownError: the resolution is zero.
    """
    if pixels_per_cm == 0:
        raise SampleResolutionUnknownError("the record states a resolution of zero")
    return TEMPLATE_RESOLUTION_PPI / ppi_of(pixels_per_cm)


def directions(
    angle: NDArray[np.uint8] | NDArray[np.uint16], turn: int, scale_x: float, scale_y: float
) -> NDArray[np.float64]:
    """Return radians in (-pi, pi], turned by the same map that takes the positions to square pixels."""
    steps = angle.astype(np.int64) % turn
    radians = np.where(steps > turn // 2, steps - turn, steps) * (2 * np.pi / turn)
    if scale_x == scale_y:
        return radians
    return np.arctan2(np.sin(radians) * scale_y, np.cos(radians) * scale_x)
