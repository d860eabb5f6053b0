"""Compiled loops in which pairs support each other, GIL released; each has a plain twin in the tests."""

from __future__ import annotations

from math import atan2, exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, wrap

NEGLIGIBLE = 1e-3
"""A compatibility that its first two differences make smaller than this is none: most pairs end there, cheaply."""

Three = tuple[float, float, float]


@compiled
def _membership(difference: float, centre: float, steepness: float) -> float:
    """Return the sigmoid of the papers: near 1 well below the centre, for a negative steepness."""
    return 1 / (1 + exp(-steepness * (difference - centre)))


@compiled
def compatibilities(
    pose_a: NDArray[np.float64],
    pose_b: NDArray[np.float64],
    centres: Three,
    steepness: Three,
) -> NDArray[np.float64]:
    """Tell how well every two pairs fit one movement of the finger (TPAMI 32(12), 2010, eqs. 24 to 26).

    The first difference is of their distances, relative to the sum of both distances, as the authors' later software
    has it: it forgives distortion in proportion. The second is of the turns between their directions, the third of the
    bearings at which the first minutia sees the second. What the first two make ``NEGLIGIBLE`` counts as no fit.

    Args:
        pose_a: float64, shape (k, 3): x, y, direction of the paired minutiae of one print, in order of pairs.
        pose_b: likewise of the other.
        centres: where a difference counts half, for each of the three.
        steepness: of each, negative.

    Returns:
        float64, shape (k, k): in (0, 1); zero on the diagonal. Not symmetric.
    """
    k = pose_a.shape[0]
    fit = np.zeros((k, k))
    # Where the membership of the distance alone is NEGLIGIBLE: most pairs end there, without an exponential.
    farthest = centres[0] - log(1 / NEGLIGIBLE - 1) / steepness[0]
    for i in range(k):
        for j in range(i):
            ax, ay = pose_a[j, 0] - pose_a[i, 0], pose_a[j, 1] - pose_a[i, 1]
            bx, by = pose_b[j, 0] - pose_b[i, 0], pose_b[j, 1] - pose_b[i, 1]
            far_a, far_b = sqrt(ax * ax + ay * ay), sqrt(bx * bx + by * by)
            stretch = abs(far_a - far_b) / max(far_a + far_b, 1e-9)
            if stretch > farthest:
                continue
            turn_i, turn_j = pose_b[i, 2] - pose_a[i, 2], pose_b[j, 2] - pose_a[j, 2]
            both = _membership(stretch, centres[0], steepness[0])
            both *= _membership(abs(wrap(turn_i - turn_j)), centres[1], steepness[1])
            if both < NEGLIGIBLE:
                continue
            # How much the line between the two turns from one print to the other; the same seen from either end.
            line = atan2(-by, bx) - atan2(-ay, ax)
            fit[i, j] = both * _membership(abs(wrap(turn_i - line)), centres[2], steepness[2])
            fit[j, i] = both * _membership(abs(wrap(turn_j - line)), centres[2], steepness[2])
    return fit


@compiled
def relaxed(
    similarity: NDArray[np.float64], fit: NDArray[np.float64], own_weight: float, rounds: int
) -> NDArray[np.float64]:
    """Let every pair's similarity be supported by the pairs it fits (TPAMI 32(12), 2010, eq. 23).

    All pairs are updated at once.

    Args:
        similarity: float64, shape (k,), of the pairs, k >= 2.
        fit: float64, shape (k, k): as :func:`compatibilities` returns it.
        own_weight: weight of a pair's own similarity against the mean support.
        rounds: how many times.
    """
    k = similarity.shape[0]
    current = similarity.copy()
    for _ in range(rounds):
        following = np.empty(k)
        for i in range(k):
            support = 0.0
            for j in range(k):
                support += fit[i, j] * current[j]
            following[i] = own_weight * current[i] + (1 - own_weight) * support / (k - 1)
        current = following
    return current
