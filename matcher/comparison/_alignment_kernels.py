"""Compiled loops that lay one print over the other, GIL released. Each has a plain twin in the tests."""

from __future__ import annotations

from math import atan2, cos, exp, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, wrap
from matcher.comparison.params import AlignmentParams
from matcher.comparison.prints import Print

Pose = NDArray[np.float64]
Pairs = NDArray[np.int64]


@compiled
def rigid(a: Pose, b: Pose, pairs: Pairs, weight: NDArray[np.float64]) -> tuple[float, float, float]:
    """Find the turn and shift that bring paired points of ``a`` onto those of ``b`` with least weighted squares.

    Args:
        a: float64, shape (n, 3): x, y, direction; y down.
        b: likewise, shape (m, 3).
        pairs: int64, shape (k, 2), k >= 1: rows of ``a`` and ``b``.
        weight: float64, shape (k,), positive.

    Returns:
        Turn in radians counter-clockwise, shift in x and y: ``x' = cos t x + sin t y + dx``,
        ``y' = cos t y - sin t x + dy``.
    """
    total, ax, ay, bx, by = 0.0, 0.0, 0.0, 0.0, 0.0
    for k in range(pairs.shape[0]):
        i, j, w = pairs[k, 0], pairs[k, 1], weight[k]
        total += w
        ax += w * a[i, 0]
        ay += w * a[i, 1]
        bx += w * b[j, 0]
        by += w * b[j, 1]
    ax, ay, bx, by = ax / total, ay / total, bx / total, by / total
    along, across = 0.0, 0.0
    for k in range(pairs.shape[0]):
        i, j, w = pairs[k, 0], pairs[k, 1], weight[k]
        u, v, p, q = a[i, 0] - ax, a[i, 1] - ay, b[j, 0] - bx, b[j, 1] - by
        along += w * (u * p + v * q)
        across += w * (v * p - u * q)
    turn = atan2(across, along)
    c, s = cos(turn), sin(turn)
    return turn, bx - (c * ax + s * ay), by - (c * ay - s * ax)


@compiled
def moved(a: Pose, turn: float, dx: float, dy: float) -> Pose:
    """Apply a turn and shift, as :func:`rigid` returns them, to positions and directions."""
    c, s = cos(turn), sin(turn)
    out = np.empty_like(a)
    for i in range(a.shape[0]):
        out[i, 0] = c * a[i, 0] + s * a[i, 1] + dx
        out[i, 1] = c * a[i, 1] - s * a[i, 0] + dy
        out[i, 2] = a[i, 2] + turn
    return out


@compiled
def bent(a: Pose, b: Pose, pairs: Pairs, weight: NDArray[np.float64], reach: float, stiffness: float) -> Pose:
    """Move every minutia of ``a`` with its paired neighbours: the local part of the skin's distortion.

    A minutia is shifted by the mean of what the pairs around it still miss, weighted by a Gaussian of their distance.
    Its own pair is left out: otherwise every wrong pair would explain itself.

    Args:
        a: float64, shape (n, 3): x, y, direction; already moved.
        b: of the other print, shape (m, 3).
        pairs: int64, shape (k, 2).
        weight: float64, shape (k,).
        reach: sigma of the Gaussian, pixels.
        stiffness: weight of not moving at all.
    """
    out = a.copy()
    own = np.full(a.shape[0], -1, np.int64)
    for k in range(pairs.shape[0]):
        own[pairs[k, 0]] = k
    for i in range(a.shape[0]):
        total, x, y = stiffness, 0.0, 0.0
        for k in range(pairs.shape[0]):
            if k == own[i]:
                continue
            p, q = pairs[k, 0], pairs[k, 1]
            d2 = (a[i, 0] - a[p, 0]) ** 2 + (a[i, 1] - a[p, 1]) ** 2
            if d2 > 9 * reach * reach:
                continue
            near = weight[k] * exp(-d2 / (2 * reach * reach))
            total += near
            x += near * (b[q, 0] - a[p, 0])
            y += near * (b[q, 1] - a[p, 1])
        out[i, 0] += x / total
        out[i, 1] += y / total
    return out


@compiled
def paired(a: Pose, b: Pose, by_x: NDArray[np.int64], reach: float, turn: float) -> Pairs:
    """Pair minutiae that lie on each other, each at most once, the nearest first.

    Nearness is the squared distance in units of ``reach`` plus the squared difference of directions in units of
    ``turn``; neither may exceed its unit.

    Args:
        a: float64, shape (n, 3).
        b: float64, shape (m, 3).
        by_x: int64, shape (m,): rows of ``b`` from left to right: only those near enough are looked at.
        reach: pixels.
        turn: radians.

    Returns:
        int64, shape (k, 2), nearest first.
    """
    n, m = a.shape[0], b.shape[0]
    rows, columns = np.empty(n * m, np.int64), np.empty(n * m, np.int64)
    cost = np.empty(n * m)
    found = 0
    from_left = b[:, 0][by_x]
    for i in range(n):
        for k in range(np.searchsorted(from_left, a[i, 0] - reach), m):
            j = by_x[k]
            dx, dy = a[i, 0] - b[j, 0], a[i, 1] - b[j, 1]
            if dx < -reach:
                break
            if dx * dx + dy * dy > reach * reach:
                continue
            between = wrap(a[i, 2] - b[j, 2])
            if abs(between) <= turn:
                rows[found], columns[found] = i, j
                cost[found] = (dx * dx + dy * dy) / (reach * reach) + (between / turn) ** 2
                found += 1
    order = np.argsort(cost[:found], kind="mergesort")
    free_a, free_b = np.ones(n, np.bool_), np.ones(m, np.bool_)
    pairs = np.empty((min(n, m), 2), np.int64)
    kept = 0
    for k in order:
        i, j = rows[k], columns[k]
        if free_a[i] and free_b[j]:
            free_a[i] = free_b[j] = False
            pairs[kept, 0], pairs[kept, 1] = i, j
            kept += 1
    return pairs[:kept]


@compiled
def pair_weights(pairs: Pairs, quality_a: NDArray[np.float64], quality_b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the geometric mean of the qualities of paired minutiae, float64, shape (k,)."""
    weight = np.empty(pairs.shape[0])
    for k in range(pairs.shape[0]):
        weight[k] = sqrt(quality_a[pairs[k, 0]] * quality_b[pairs[k, 1]])
    return weight


@compiled
def laid_over(
    a: Print,
    b: Print,
    by_x: NDArray[np.int64],
    start: Pairs,
    start_weight: NDArray[np.float64],
    params: AlignmentParams,
) -> tuple[float, float, float, Pose, Pairs]:
    """Lay ``a`` over ``b``, starting from a few pairs: rigid, pair, again with what was paired, then bent.

    Args:
        a: the one print, n minutiae.
        b: the other, m minutiae.
        by_x: see :func:`paired`.
        start: int64, shape (k, 2): pairs that fit one movement.
        start_weight: float64, shape (k,).
        params: distances and tolerances.

    Returns:
        Turn and shift of the rigid part, the pose of ``a`` as it lies over ``b``, and the pairs.
    """
    turn, dx, dy = rigid(a.pose, b.pose, start, start_weight)
    over, pairs = a.pose, start
    for step in range(len(params.reaches)):
        if step > 0 and pairs.shape[0] >= 3:
            turn, dx, dy = rigid(a.pose, b.pose, pairs, pair_weights(pairs, a.quality, b.quality))
        over = moved(a.pose, turn, dx, dy)
        if step >= 2 and pairs.shape[0] >= 4:
            weight = pair_weights(pairs, a.quality, b.quality)
            over = bent(over, b.pose, pairs, weight, params.bend_reach, params.stiffness)
        pairs = paired(over, b.pose, by_x, params.reaches[step], params.turn_reach)
    return turn, dx, dy, over, pairs
