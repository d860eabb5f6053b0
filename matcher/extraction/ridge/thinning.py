"""Which pixel may go, by its eight neighbours: the tables of the thinning."""

from __future__ import annotations

from functools import cache

import numpy as np

from matcher.extraction.ridge._thinning_kernels import thin
from matcher.types import ByteArray


def thinned(shape: ByteArray) -> ByteArray:
    """Return lines of one pixel, connected as the shape is, uint8 of 0 and 1. Pixels on the border are left out."""
    lines = np.ascontiguousarray(shape, np.uint8).copy()
    lines[[0, -1], :] = 0
    lines[:, [0, -1]] = 0
    thin(lines, *thinning_tables())
    return lines


@cache
def thinning_tables() -> tuple[ByteArray, ByteArray, ByteArray]:
    """Return three tables, uint8 (256,), 1 where a pixel goes: the halves of a round of Zhang and Suen, and the rest.

    Bit 0 of the index is the neighbour above, the others follow clockwise. The rest: pixels that are neither an end
    nor needed to hold their neighbours together (Yokoi's number for eight neighbours is 1).
    """
    codes = np.arange(256)
    n = (codes[:, None] >> np.arange(8)) & 1
    count = n.sum(axis=1)
    steps = ((n == 0) & (np.roll(n, -1, axis=1) == 1)).sum(axis=1)
    up, right, down, left = n[:, 0], n[:, 2], n[:, 4], n[:, 6]
    may = (count >= 2) & (count <= 6) & (steps == 1)
    first = may & (up * right * down == 0) & (right * down * left == 0)
    second = may & (up * right * left == 0) & (up * down * left == 0)
    empty = 1 - n
    yokoi = sum(empty[:, k] - empty[:, k] * empty[:, k + 1] * empty[:, (k + 2) % 8] for k in (0, 2, 4, 6))
    rest = (yokoi == 1) & (count >= 2)
    tables = [table.astype(np.uint8) for table in (first, second, rest)]
    return tables[0], tables[1], tables[2]
