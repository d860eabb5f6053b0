"""A guess at an image's resolution from how far apart its ridges are; for people to look at, never to compute with.

Ridges of adults lie 0.46 mm apart, nine pixels at 500 ppi, but a fifth less or more from one person to another, and a
child's are finer: so the guess tells 500 from 1000, not 500 from 569.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.types import TEMPLATE_RESOLUTION_PPI, ByteArray

RIDGE_PERIOD_AT_500 = 9.0
BLOCK = 64
STEP = 32
LONGEST_PERIOD, SHORTEST_PERIOD = 24.0, 3.0
FLATTEST_PERIOD = 40.0
"""Longer waves are light and pressure; from here to the longest ridges they tell that a block holds no ridges."""

LEAST_CONCENTRATION = 0.25
"""Of a block's power, the part around one wave that makes it a block of ridges."""

LEAST_BLOCKS = 4


def estimate_ppi(pixels: ByteArray) -> float | None:
    """Return pixels per inch if the image's ridges had the usual distance, None if it shows no ridges."""
    periods = _ridge_periods(pixels)
    if len(periods) < LEAST_BLOCKS:
        return None
    return float(np.median(periods)) / RIDGE_PERIOD_AT_500 * TEMPLATE_RESOLUTION_PPI


def _ridge_periods(pixels: ByteArray) -> NDArray[np.float64]:
    """Return the period in each block that holds one wave above all."""
    if min(pixels.shape) < BLOCK:
        return np.zeros(0)
    window = np.hanning(BLOCK)[:, None] * np.hanning(BLOCK)
    views = np.lib.stride_tricks.sliding_window_view(pixels, (BLOCK, BLOCK))[::STEP, ::STEP]
    blocks = views.reshape(-1, BLOCK, BLOCK).astype(np.float64)
    blocks -= blocks.mean(axis=(1, 2), keepdims=True)
    power = np.abs(np.fft.rfft2(blocks * window)) ** 2
    frequency = np.hypot(np.fft.fftfreq(BLOCK)[:, None], np.fft.rfftfreq(BLOCK))
    power[:, (frequency < 1 / FLATTEST_PERIOD) | (frequency > 1 / SHORTEST_PERIOD)] = 0
    return np.array([p for p in map(_period, power) if p is not None and p <= LONGEST_PERIOD])


def _period(power: NDArray[np.float64]) -> float | None:
    total = power.sum()
    row, column = np.unravel_index(np.argmax(power), power.shape)
    rows = (row + np.arange(-1, 2)) % BLOCK
    columns = np.clip(column + np.arange(-1, 2), 0, power.shape[1] - 1)
    near = power[np.ix_(rows, columns)]
    if total == 0 or near.sum() < LEAST_CONCENTRATION * total:
        return None
    # The centre of the peak lies between bins; columns that are clipped count twice and pull little.
    y = (near.sum(axis=1) * np.arange(-1, 2)).sum() / near.sum() + (row if row < BLOCK / 2 else row - BLOCK)
    x = (near.sum(axis=0) * (columns - column)).sum() / near.sum() + column
    return float(BLOCK / np.hypot(x, y))
