"""Samples of more than 8 bits to 8 bits: what they are scaled by is seen from their largest value.

Sensors deliver 8, 10, 12 or 14 bits, and not every program that writes them into 16 moves them up. Taken as 16 bits
such a print would be black. No print that fills its 16 bits stays below a quarter of them: its background is bright.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.types import ByteArray

DEPTHS = (8, 10, 12, 14, 16)


def to_eight_bits(values: NDArray[np.uint16]) -> tuple[ByteArray, int]:
    """Return the upper 8 bits of the fewest that hold all values, and how many levels those bits tell apart.

    Args:
        values: uint16, any shape; 0 is black.
    """
    bits = _depth(int(values.max(initial=0)))
    return np.ascontiguousarray(values >> (bits - 8), dtype=np.uint8), 1 << bits


def inverted(values: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Return the values with black and white exchanged, on the scale that their largest one shows."""
    full = (1 << _depth(int(values.max(initial=0)))) - 1
    return np.asarray(full - values, dtype=np.uint16)


def _depth(largest: int) -> int:
    return next(bits for bits in DEPTHS if largest < 1 << bits)
