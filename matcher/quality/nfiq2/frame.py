"""The near white frame around a print, which no measure counts (ISO/IEC 29794-4:2024, 6.1.5.2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.types import ByteArray

WHITE = 250.0
"""Mean grey level above which a row or column shows nothing."""


def print_frame(pixels: ByteArray) -> tuple[slice, slice]:
    """Return the rows and columns that are left without the white ones at the edges; all of an image that is white.

    Args:
        pixels: uint8, shape (h, w).
    """
    return _held(pixels.mean(axis=1)), _held(pixels.mean(axis=0))


def _held(means: NDArray[np.float64]) -> slice:
    dark = np.flatnonzero(means <= WHITE)
    if not len(dark):
        return slice(0, len(means))
    return slice(int(dark[0]), int(dark[-1]) + 1)
