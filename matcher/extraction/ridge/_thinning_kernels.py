"""Compiled loops that thin a shape to lines of one pixel, GIL released."""

from __future__ import annotations

import numpy as np

from matcher._compiled import compiled
from matcher.types import ByteArray


@compiled
def neighbourhood(shape: ByteArray, row: int, column: int) -> int:
    """Return the eight neighbours as bits, clockwise from the one above; the pixel must not lie on the border."""
    return int(
        shape[row - 1, column]
        | shape[row - 1, column + 1] << 1
        | shape[row, column + 1] << 2
        | shape[row + 1, column + 1] << 3
        | shape[row + 1, column] << 4
        | shape[row + 1, column - 1] << 5
        | shape[row, column - 1] << 6
        | shape[row - 1, column - 1] << 7
    )


@compiled
def thin(shape: ByteArray, first: ByteArray, second: ByteArray, rest: ByteArray) -> None:  # noqa: C901, PLR0912 - one loop
    """Thin a shape in place, after Zhang and Suen 1984, then take away what is still two pixels wide.

    Only pixels whose neighbourhood changed are looked at again: the outcome is that of looking at all.

    Args:
        shape: uint8, 0 or 1, border 0.
        first: whether a pixel goes in the first half of a round, by its neighbourhood, (256,).
        second: likewise, in the second half.
        rest: whether a pixel goes at the end, one after the other.
    """
    height, width = shape.shape
    listed = np.zeros((height, width), np.int32)
    room = 2 * height * width
    now, after, gone = np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.int32)
    count = 0
    for row in range(1, height - 1):
        for column in range(1, width - 1):
            if shape[row, column] and neighbourhood(shape, row, column) != 255:
                now[count] = row * width + column
                listed[row, column] = 1
                count += 1
    stamp = 1
    while count:
        later = 0
        for half in range(2):
            table = first if half == 0 else second
            removed = 0
            for n in range(count):
                row, column = now[n] // width, now[n] % width
                if shape[row, column] and table[neighbourhood(shape, row, column)]:
                    gone[removed] = now[n]
                    removed += 1
            for n in range(removed):
                shape[gone[n] // width, gone[n] % width] = 0
            for n in range(removed):
                row, column = gone[n] // width, gone[n] % width
                for r in range(row - 1, row + 2):
                    for c in range(column - 1, column + 2):
                        if not shape[r, c]:
                            continue
                        if half == 0 and listed[r, c] < stamp:
                            now[count] = r * width + c
                            count += 1
                            listed[r, c] = stamp
                        if listed[r, c] < stamp + 1:
                            after[later] = r * width + c
                            later += 1
                            listed[r, c] = stamp + 1
        now, after = after, now
        count = later
        stamp += 1
    for row in range(1, height - 1):
        for column in range(1, width - 1):
            if shape[row, column] and rest[neighbourhood(shape, row, column)]:
                shape[row, column] = 0
