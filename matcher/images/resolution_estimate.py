"""A guess at an image's resolution from how far apart its ridges are; to doubt a statement by, never to compute with.

Ridges of adults lie 0.46 mm apart, nine pixels at 500 ppi, but a fifth less or more from one person to another, and a
child's are finer: so the guess tells 500 from 1000, not 500 from 569.
"""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray

from matcher.types import TEMPLATE_RESOLUTION_PPI, ByteArray

RIDGE_PERIOD_AT_500 = 9.0
BLOCKS = (64, 128, 32)
"""Sides of the blocks that are looked at, in this order, until one size shows ridges: most prints have 500 ppi."""

FEWEST_WAVES, MOST_WAVES = 5, 14
"""That a block of ridges holds. With fewer, any picture seems to have them: its spectrum falls with frequency, and the
longest wave allowed is the strongest. With more, ridges bend too much for one wave to stand out."""

FLATTEST = 1.5
"""Waves in a block: longer ones are light and pressure; from here to the fewest they tell that there are no ridges."""

MOST_BLOCKS_A_SIDE = {32: 12, 64: 12, 128: 6}
"""More say nothing new; so the cost has a bound."""

LEAST_CONCENTRATION = 0.25
"""Of a block's power, the part around one wave that makes it a block of ridges."""

LEAST_BLOCKS = 4
"""Blocks of ridges that a judgement rests on; and they are the most of those with one wave above all."""

WIDEST_SPREAD = 1.5
"""Between the quarters of the blocks' periods; a smeared print holds waves of every length, and is not judged."""

STRAIGHTEST = 0.98
"""Of the blocks' wave directions, how much they are one, from 0 to 1: lines of text are straighter than ridges."""


def estimate_ppi(pixels: ByteArray) -> float | None:
    """Return pixels per inch if the image's ridges had the usual distance, None if it shows no ridges or unlike ones.

    Cost: a hundred transforms of a block or two, whatever the image's size.
    """
    for block in BLOCKS:
        waves = _waves(pixels, block)
        ridges = waves[np.abs(waves) >= FEWEST_WAVES / block]
        if len(ridges) >= max(LEAST_BLOCKS, len(waves) / 2):
            low, middle, high = np.percentile(1 / np.abs(ridges), [25, 50, 75])
            if high > WIDEST_SPREAD * low or abs(np.mean((ridges / np.abs(ridges)) ** 2)) > STRAIGHTEST:
                return None
            return float(middle) / RIDGE_PERIOD_AT_500 * TEMPLATE_RESOLUTION_PPI
    return None


def _waves(pixels: ByteArray, block: int) -> NDArray[np.complex128]:
    """Return the wave vector, x + iy in waves a pixel, in each block that holds one wave above all."""
    if min(pixels.shape) < block:
        return np.zeros(0, np.complex128)
    window = np.hanning(block)[:, None] * np.hanning(block)
    rows, columns = (_starts(side, block) for side in pixels.shape)
    views = np.lib.stride_tricks.sliding_window_view(pixels, (block, block))[np.ix_(rows, columns)]
    blocks = views.reshape(-1, block, block).astype(np.float64)
    blocks -= blocks.mean(axis=(1, 2), keepdims=True)
    power = np.abs(np.fft.rfft2(blocks * window)) ** 2
    frequency = np.hypot(np.fft.fftfreq(block)[:, None], np.fft.rfftfreq(block))
    power[:, (frequency < FLATTEST / block) | (frequency > MOST_WAVES / block)] = 0
    return _strongest(power) / block


def _starts(side: int, block: int) -> NDArray[np.int64]:
    """Return where blocks begin along a side: every half block, or further apart where that were too many."""
    step = max(block // 2, ceil((side - block + 1) / MOST_BLOCKS_A_SIDE[block]))
    return np.arange(0, side - block + 1, step)


def _strongest(power: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Return the strongest wave of each block in which it is above all others, x + iy in waves a block.

    Args:
        power: shape (n, block, block / 2 + 1): spectra, as ``rfft2`` lays them out.
    """
    count, block, width = power.shape
    row, column = np.divmod(power.reshape(count, -1).argmax(axis=1), width)
    around = np.arange(-1, 2)
    rows = (row[:, None] + around) % block
    columns = np.clip(column[:, None] + around, 0, width - 1)
    near = power[np.arange(count)[:, None, None], rows[:, :, None], columns[:, None, :]]
    held, total = near.sum(axis=(1, 2)), power.sum(axis=(1, 2))
    clear = (total > 0) & (held >= LEAST_CONCENTRATION * total)
    near, held, row, column, columns = (each[clear] for each in (near, held, row, column, columns))
    # The centre of the peak lies between bins; columns that are clipped count twice and pull little.
    y = (near.sum(axis=2) * around).sum(axis=1) / held + np.where(row < block / 2, row, row - block)
    x = (near.sum(axis=1) * (columns - column[:, None])).sum(axis=1) / held + column
    return np.asarray(x + 1j * y, np.complex128)
