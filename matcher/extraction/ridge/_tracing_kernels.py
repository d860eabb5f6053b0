"""Compiled loops that follow thinned lines from their ends, GIL released."""

from __future__ import annotations

from math import hypot

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, ones
from matcher.extraction.ridge._thinning_kernels import neighbourhood
from matcher.types import ByteArray, FloatArray

GOES_ON, FORK, END = 0, 1, 2
"""What a line comes to: nothing within the length looked along, other lines, or its other end."""

Points = NDArray[np.int32]


@compiled
def degree(lines: ByteArray, row: int, column: int) -> int:
    """Count the neighbours that are lit."""
    return ones(np.uint64(neighbourhood(lines, row, column)))


@compiled
def follow(lines: ByteArray, row: int, column: int, path: Points) -> tuple[int, float, int]:
    """Follow a line from its end.

    Args:
        lines: thinned, border 0.
        row: of its end.
        column: of its end.
        path: filled with row and column of its points, shape (n, 2); n is the length looked along.

    Returns:
        Number of points; length in pixels; what the line comes to.
    """
    path[0, 0], path[0, 1] = row, column
    count, length = 1, 0.0
    last_row, last_column = row, column
    while count < path.shape[0]:
        found = False
        for r in range(row - 1, row + 2):
            for c in range(column - 1, column + 2):
                same = r == row and c == column
                back = r == last_row and c == last_column
                if lines[r, c] and not same and not back and not found:
                    next_row, next_column = r, c
                    found = True
        if not found:
            return count, length, END
        length += hypot(next_row - row, next_column - column)
        last_row, last_column = row, column
        row, column = next_row, next_column
        path[count, 0], path[count, 1] = row, column
        count += 1
        neighbours = degree(lines, row, column)
        if neighbours > 2:
            return count, length, FORK
        if neighbours == 1:
            return count, length, END
    return count, length, GOES_ON


@compiled
def cut(lines: ByteArray, shortest_branch: float, shortest_line: float) -> None:
    """Take away short branches and short lines, in place.

    Args:
        lines: thinned, border 0.
        shortest_branch: pixels: branches from an end to a fork below it go. Of two at one fork the first goes, the
            other is its line's own end then.
        shortest_line: pixels: lines with two ends below it go.
    """
    path = np.empty((int(2 * max(shortest_branch, shortest_line)) + 2, 2), np.int32)
    for row in range(1, lines.shape[0] - 1):
        for column in range(1, lines.shape[1] - 1):
            if not lines[row, column]:
                continue
            neighbours = degree(lines, row, column)
            if neighbours == 0:
                lines[row, column] = 0
            if neighbours != 1:
                continue
            count, length, comes_to = follow(lines, row, column, path)
            if comes_to == FORK and length < shortest_branch:
                count -= 1
            elif not (comes_to == END and length < shortest_line):
                continue
            for n in range(count):
                lines[path[n, 0], path[n, 1]] = 0


@compiled
def ends(lines: ByteArray, skipped: int, longest: int) -> FloatArray:
    """List the ends of the lines, with where their lines come from.

    Args:
        lines: thinned, border 0.
        skipped: points next to the end that are not used for the direction.
        longest: points looked along.

    Returns:
        Shape (n, 6): x and y of the end; x and y of the vector from it into its line; length; what the line comes to.
    """
    room = 0
    for row in range(1, lines.shape[0] - 1):
        for column in range(1, lines.shape[1] - 1):
            if lines[row, column] and degree(lines, row, column) == 1:
                room += 1
    out = np.empty((room, 6), np.float32)
    path = np.empty((longest, 2), np.int32)
    n = 0
    for row in range(1, lines.shape[0] - 1):
        for column in range(1, lines.shape[1] - 1):
            if not lines[row, column] or degree(lines, row, column) != 1:
                continue
            count, length, comes_to = follow(lines, row, column, path)
            start = min(skipped, count - 1)
            dx, dy = 0.0, 0.0
            for k in range(start, count):
                dx += path[k, 1] - path[start, 1]
                dy += path[k, 0] - path[start, 0]
            if count - start < 2:
                dx, dy = path[count - 1, 1] - column, path[count - 1, 0] - row
            out[n, 0], out[n, 1], out[n, 2], out[n, 3] = column, row, dx, dy
            out[n, 4], out[n, 5] = length, comes_to
            n += 1
    return out
