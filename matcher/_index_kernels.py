"""Compiled loops of the index, GIL released. Each has a slow plain twin in the tests that it must equal."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, erf, exp, floor, pi, sin, sqrt
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.types import FloatArray

_F = TypeVar("_F", bound=Callable[..., Any])

_BLUR_REACH = 3.0
"""Minutiae farther from a cell than this many sigma count for nothing (MCC, TPAMI 32(12), 2010, section 3.1)."""


def _compiled(function: _F) -> _F:
    """Compile without changing the type."""
    return cast("_F", njit(nogil=True, cache=True)(function))


@_compiled
def _wrap(angle: float) -> float:
    """Bring an angle into [-pi, pi)."""
    return angle - 2 * pi * floor((angle + pi) / (2 * pi))


@_compiled
def _ones(word: np.uint64) -> int:
    """Count the bits set in a 64-bit word (Warren, Hacker's Delight, figure 5-2)."""
    word -= (word >> np.uint64(1)) & np.uint64(0x5555555555555555)
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@_compiled
def _direction_shares(turn: float, directions: int, sigma: float) -> NDArray[np.float64]:
    """Return how a direction difference spreads over the cells of the full turn (MCC eq. 11), shape (directions,)."""
    step = 2 * pi / directions
    shares = np.empty(directions)
    for k in range(directions):
        a = _wrap(-pi + (k + 0.5) * step - turn)
        shares[k] = 0.5 * (erf((a + step / 2) / (sqrt(2.0) * sigma)) - erf((a - step / 2) / (sqrt(2.0) * sigma)))
    return shares


@_compiled
def cell_sums(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    angle: NDArray[np.float64],
    cells: NDArray[np.float64],
    directions: int,
    sigma_position: float,
    sigma_direction: float,
) -> FloatArray:
    """Blur the neighbours of every minutia into the cells of its cylinder (MCC eqs. 4 to 11, before the sigmoid).

    Args:
        x: float64, shape (n,): minutiae, pixels.
        y: likewise, downwards.
        angle: likewise, radians counter-clockwise.
        cells: shape (m, 2): cell centres in the minutia's own frame, u along its direction.
        directions: cells over the full turn.
        sigma_position: spatial blur, pixels.
        sigma_direction: directional blur, radians.

    Returns:
        float32, shape (n, m * directions), direction fastest. Cost n^2 m, about 1 ms for 50 minutiae.
    """
    n, m = x.shape[0], cells.shape[0]
    sums = np.zeros((n, m * directions), np.float32)
    reach = _BLUR_REACH * sigma_position
    farthest = np.sqrt((cells**2).sum(axis=1).max()) + reach
    scale = 1.0 / (sigma_position * sqrt(2 * pi))
    for i in range(n):
        c, s = cos(angle[i]), sin(angle[i])
        for t in range(n):
            dx, dy = x[t] - x[i], y[t] - y[i]
            if t == i or dx * dx + dy * dy > farthest * farthest:
                continue
            u, v = c * dx - s * dy, s * dx + c * dy
            shares = _direction_shares(_wrap(angle[i] - angle[t]), directions, sigma_direction)
            for j in range(m):
                d2 = (cells[j, 0] - u) ** 2 + (cells[j, 1] - v) ** 2
                if d2 <= reach * reach:
                    near = scale * exp(-d2 / (2 * sigma_position * sigma_position))
                    for k in range(directions):
                        sums[i, j * directions + k] += near * shares[k]
    return sums


@_compiled
def evidence(
    bits: NDArray[np.uint64],
    pose: FloatArray,
    rows: NDArray[np.int64],
    row_bits: NDArray[np.uint64],
    row_pose: FloatArray,
    largest_turn: float,
) -> FloatArray:
    """Weigh retrieved cylinders exactly, and say which movement each implies.

    Similarity is that of bit cylinders without validity masks, ``1 - sqrt|a xor b| / (sqrt|a| + sqrt|b|)``, 0 for two
    empty ones and for directions more than ``largest_turn`` apart (TPAMI 32(12), 2010, eqs. 18 to 20).

    Args:
        bits: uint64, shape (n, w): cylinders of the probe.
        pose: float32, shape (n, 3): x, y, direction of their minutiae.
        rows: int64, shape (n, k): row number of each retrieved cylinder, -1 for none.
        row_bits: uint64, shape (r, w): cylinders by row number.
        row_pose: float32, shape (r, 3): likewise.
        largest_turn: radians.

    Returns:
        float32, shape (n, k, 4): similarity, turn in [-pi, pi), shift x, shift y that take the probe's minutia to the
        retrieved one, the shift measured after turning about the origin of the probe's pose.
    """
    n, k = rows.shape
    found = np.zeros((n, k, 4), np.float32)
    for i in range(n):
        x, y = pose[i, 0], pose[i, 1]
        for j in range(k):
            r = rows[i, j]
            if r < 0:
                continue
            turn = _wrap(row_pose[r, 2] - pose[i, 2])
            if abs(turn) > largest_turn:
                continue
            own, other, unequal = 0, 0, 0
            for w in range(bits.shape[1]):
                own += _ones(bits[i, w])
                other += _ones(row_bits[r, w])
                unequal += _ones(bits[i, w] ^ row_bits[r, w])
            if own + other == 0:
                continue
            found[i, j, 0] = 1 - sqrt(unequal) / (sqrt(own) + sqrt(other))
            found[i, j, 1] = turn
            found[i, j, 2] = row_pose[r, 0] - (cos(turn) * x + sin(turn) * y)
            found[i, j, 3] = row_pose[r, 1] - (cos(turn) * y - sin(turn) * x)
    return found


@_compiled
def consistent_peaks(
    starts: NDArray[np.int64],
    minutia: NDArray[np.int64],
    votes: FloatArray,
    turn_tolerance: float,
    shift_tolerance: float,
) -> FloatArray:
    """Find for every enrolled impression the most evidence that agrees on one movement.

    A Hough peak without a grid: each vote in turn is the centre of a window of +- the tolerances, and the largest sum
    counts. Within a window, each minutia of the probe counts once, with its best vote.

    Args:
        starts: int64, shape (e + 1,): votes of impression i are ``starts[i]:starts[i + 1]``.
        minutia: int64, shape (v,): minutia of the probe, ascending within an impression.
        votes: float32, shape (v, 4): as :func:`evidence` returns them.
        turn_tolerance: radians.
        shift_tolerance: pixels.

    Returns:
        float32, shape (e,). Cost: the sum of squares of the votes of an impression.
    """
    peaks = np.zeros(starts.shape[0] - 1, np.float32)
    for e in range(peaks.shape[0]):
        for i in range(starts[e], starts[e + 1]):
            total, best, current = 0.0, 0.0, -1
            for j in range(starts[e], starts[e + 1]):
                if minutia[j] != current:
                    total, best, current = total + best, 0.0, minutia[j]
                if (
                    votes[j, 0] > best
                    and abs(_wrap(votes[j, 1] - votes[i, 1])) <= turn_tolerance
                    and abs(votes[j, 2] - votes[i, 2]) <= shift_tolerance
                    and abs(votes[j, 3] - votes[i, 3]) <= shift_tolerance
                ):
                    best = votes[j, 0]
            peaks[e] = max(peaks[e], total + best)
    return peaks
