"""The profile of a window across its ridges, parted into ridges and valleys by the line fitted to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.types import ByteArray

_DECIMALS = 10  # of the line, so that equal profiles are parted alike on every machine


@dataclass(frozen=True, slots=True, eq=False)
class Parted:
    """Windows, each parted into ridges and valleys.

    Attributes:
        ridge: shape (n, width): columns that are darker than the line.
        line: shape (n, width): grey level of the line at each column.
    """

    ridge: NDArray[np.bool_]
    line: NDArray[np.float64]


def part(windows: ByteArray) -> Parted:
    """Part windows with upright ridges, uint8, shape (n, height, width)."""
    profiles = windows.mean(axis=1)
    place = np.arange(1, profiles.shape[1] + 1, dtype=np.float64)
    centred = place - place.mean()
    slope = (profiles @ centred) / (centred @ centred)
    start = profiles.mean(axis=1) - slope * place.mean()
    line = np.round(slope, _DECIMALS)[:, None] * place + np.round(start, _DECIMALS)[:, None]
    return Parted(profiles < line, line)
