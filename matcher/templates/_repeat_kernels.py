"""Compiled loops that find minutiae that repeat others; each has a plain twin in the tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, wrap


@compiled
def repeating(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    angle: NDArray[np.float64],
    rank: NDArray[np.int64],
    reach: float,
    turn: float,
) -> NDArray[np.bool_]:
    """Tell which minutiae are not the first in rank of those that hang together.

    Two hang together that are no further apart than ``reach`` and ``turn``; and so do two that both do with a third.

    Args:
        x: float64, shape (n,): positions.
        y: likewise.
        angle: float64, shape (n,): directions in radians.
        rank: int64, shape (n,): place of each, all different, the best 0.
        reach: in the unit of the positions.
        turn: radians.

    Returns:
        bool, shape (n,).
    """
    count = x.shape[0]
    better = np.arange(count)
    by_x = np.argsort(x)
    for k in range(count):
        i = by_x[k]
        for m in range(k + 1, count):
            j = by_x[m]
            if x[j] - x[i] > reach:
                break
            if not _hang_together(x[j] - x[i], y[j] - y[i], angle[j] - angle[i], reach, turn):
                continue
            p, q = i, j
            while better[p] != p:
                better[p] = better[better[p]]
                p = better[p]
            while better[q] != q:
                better[q] = better[better[q]]
                q = better[q]
            if rank[p] < rank[q]:
                better[q] = p
            else:
                better[p] = q
    repeated = np.empty(count, np.bool_)
    for i in range(count):
        repeated[i] = better[i] != i
    return repeated


@compiled
def _hang_together(dx: float, dy: float, between: float, reach: float, turn: float) -> bool:
    return dx * dx + dy * dy <= reach * reach and abs(wrap(between)) <= turn


@compiled
def any_repeats(pose: NDArray[np.float64], reach: float, turn: float) -> bool:
    """Tell whether any two minutiae hang together, see :func:`repeating`; ``pose``: shape (n, 3), x, y, angle."""
    for i in range(pose.shape[0]):
        for j in range(i):
            dx, dy, between = pose[i, 0] - pose[j, 0], pose[i, 1] - pose[j, 1], pose[i, 2] - pose[j, 2]
            if _hang_together(dx, dy, between, reach, turn):
                return True
    return False
