"""The oriented filter: a short wave across the ridge, drawn out along it. Positive is ridge, negative is valley."""

from __future__ import annotations

from functools import cache
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.extraction.ridge._filter_kernels import filter_pixels
from matcher.extraction.ridge.grid import to_pixels
from matcher.extraction.ridge.orientation import OrientationField
from matcher.extraction.ridge.params import EnhancementParams, PeriodParams
from matcher.types import FloatArray

Mask = NDArray[np.bool_]


def enhance(
    image: FloatArray,
    field: OrientationField,
    period: FloatArray,
    mask: Mask,
    params: EnhancementParams,
    periods: PeriodParams,
) -> FloatArray:
    """Filter the image along its ridges.

    Args:
        image: normalised, ridges positive, float32 (h, w).
        field: orientation of the cells.
        period: of the cells, pixels.
        mask: bool (h, w): pixels that are filtered.
        params: constants of the filter.
        periods: bounds of the period.

    Returns:
        float32 (h, w), positive on ridges, 0 outside the mask. A perfect wave of deviation 1 gives about 1.4.
    """
    bank, radii = filter_bank(params, periods)
    which = np.where(mask, _choose(field, period, params, periods), -1).astype(np.int32)
    margin = bank.shape[1] // 2
    spare = bank.shape[2] - bank.shape[1]
    wide = cv2.copyMakeBorder(image, margin, margin, margin, margin + spare, cv2.BORDER_REFLECT_101)
    out = np.zeros(image.shape, np.float32)
    filter_pixels(np.asarray(wide, np.float32), bank, which, radii, out)
    return out


def _choose(
    field: OrientationField, period: FloatArray, params: EnhancementParams, periods: PeriodParams
) -> NDArray[np.int32]:
    """Return the number of the nearest filter for every pixel."""
    cosine, sine = to_pixels(field.cosine), to_pixels(field.sine)
    doubled = np.asarray(cv2.phase(cosine, sine), np.float32).reshape(cosine.shape)
    direction = np.rint(doubled * np.float32(params.directions / (2 * np.pi))).astype(np.int32) % params.directions
    step = np.log(periods.longest / periods.shortest) / (params.periods - 1)
    number = np.rint(np.log(period / periods.shortest) / step)
    size = to_pixels(np.clip(number, 0, params.periods - 1).astype(np.float32))
    return np.asarray(np.rint(size).astype(np.int32) * params.directions + direction, np.int32)


@cache
def filter_bank(params: EnhancementParams, periods: PeriodParams) -> tuple[FloatArray, NDArray[np.int32]]:
    """Return all filters, float32 (periods * directions, 2 m + 1, multiple of 8), and their radii.

    Each has no response to an even grey, and a response of about the amplitude to its own wave.
    """
    steps = np.geomspace(periods.shortest, periods.longest, params.periods)
    along = params.width * params.length * steps
    radii = np.minimum(np.ceil(params.reach * along).astype(int), params.largest_radius)
    margin = int(radii.max())
    width = 8 * ceil((2 * margin + 1) / 8)
    y, x = np.mgrid[-margin : margin + 1, -margin : margin + 1].astype(np.float64)
    bank = np.zeros((params.periods, params.directions, 2 * margin + 1, width), np.float32)
    for n, (period, radius) in enumerate(zip(steps, radii, strict=True)):
        for k in range(params.directions):
            angle = np.pi * k / params.directions
            bank[n, k, :, : 2 * margin + 1] = _filter(x, y, angle, period, radius, params)
    return bank.reshape(-1, *bank.shape[2:]), np.repeat(radii, params.directions).astype(np.int32)


def _filter(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    angle: float,
    period: float,
    radius: int,
    params: EnhancementParams,
) -> NDArray[np.float64]:
    along = np.cos(angle) * x - np.sin(angle) * y
    across = np.sin(angle) * x + np.cos(angle) * y
    sigma = params.width * period
    window = np.exp(-0.5 * ((across / sigma) ** 2 + (along / (params.length * sigma)) ** 2))
    window *= np.hypot(x, y) <= radius + 0.5
    wave = np.cos(2 * np.pi * across / period)
    wave -= (window * wave).sum() / window.sum()
    taps: NDArray[np.float64] = window * wave
    taps /= (taps * wave).sum()
    return taps
