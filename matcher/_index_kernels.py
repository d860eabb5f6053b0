"""Compiled loops of the index, GIL released. Each has a slow plain twin in the tests that it must equal."""

from __future__ import annotations

from math import cos, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, ones, wrap
from matcher.types import FloatArray


@compiled
def sides(values: FloatArray, common: float, mean: FloatArray, projection: FloatArray) -> NDArray[np.bool_]:
    """Tell on which side of each of b planes through the mean the values lie.

    A matrix product on one core, added in an order that no machine changes. A threaded product of this size waits for
    its threads longer than it computes as soon as the other cores are busy.

    Args:
        values: float32, shape (n, c).
        common: the value that most have; its share is added once, and the fewer the others the faster.
        mean: float32, shape (c,).
        projection: float32, shape (c, b).

    Returns:
        bool, shape (n, b): ``(values - mean) @ projection > 0``.
    """
    n, cells = values.shape
    planes = projection.shape[1]
    positive = np.zeros((n, planes), np.bool_)
    usual, total = np.zeros(planes, np.float32), np.zeros(planes, np.float32)
    for c in range(cells):
        offset = np.float32(common) - mean[c]
        for b in range(planes):
            usual[b] += offset * projection[c, b]
    for i in range(n):
        total[:] = usual
        for c in range(cells):
            if values[i, c] != common:
                offset = values[i, c] - np.float32(common)
                for b in range(planes):
                    total[b] += offset * projection[c, b]
        for b in range(planes):
            positive[i, b] = total[b] > 0
    return positive


@compiled
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
            turn = wrap(row_pose[r, 2] - pose[i, 2])
            if abs(turn) > largest_turn:
                continue
            own, other, unequal = 0, 0, 0
            for w in range(bits.shape[1]):
                own += ones(bits[i, w])
                other += ones(row_bits[r, w])
                unequal += ones(bits[i, w] ^ row_bits[r, w])
            if own + other == 0:
                continue
            found[i, j, 0] = 1 - sqrt(unequal) / (sqrt(own) + sqrt(other))
            found[i, j, 1] = turn
            found[i, j, 2] = row_pose[r, 0] - (cos(turn) * x + sin(turn) * y)
            found[i, j, 3] = row_pose[r, 1] - (cos(turn) * y - sin(turn) * x)
    return found


@compiled
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
                    and abs(wrap(votes[j, 1] - votes[i, 1])) <= turn_tolerance
                    and abs(votes[j, 2] - votes[i, 2]) <= shift_tolerance
                    and abs(votes[j, 3] - votes[i, 3]) <= shift_tolerance
                ):
                    best = votes[j, 0]
            peaks[e] = max(peaks[e], total + best)
    return peaks
