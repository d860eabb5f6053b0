"""Compiled loops in which pairs support each other, GIL released; each has a plain twin in the tests."""

from __future__ import annotations

from functools import cache
from math import cos, log, sin, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, compiled_with, wrap

NEGLIGIBLE = 1e-3
"""A compatibility of which a difference alone, or the first two together, make less than this is none: most pairs end
there, cheaply."""

Three = tuple[float, float, float]

_TABLE = 1024
_SPOT = 1e-9  # square pixels: a line between two points on one spot does not turn


class Fits(NamedTuple):
    """What a difference between two pairs is worth, in tables: an exponential costs more than all the rest.

    Attributes:
        table: float64, shape (3, steps + 2): the memberships of the three differences, from 0 on.
        steps: steps of the table in a unit of each.
        farthest: differences that alone make a compatibility ``NEGLIGIBLE``; there the tables end.
    """

    table: NDArray[np.float64]
    steps: Three
    farthest: Three


@cache
def fits(centres: Three, steepness: Three) -> Fits:
    """Return the tables, made once, of the sigmoids of the papers: near 1 well below the centre.

    Args:
        centres: where a difference counts half: of the relative distance, the direction in radians, the bearing.
        steepness: of each, negative.
    """
    farthest = [c - log(1 / NEGLIGIBLE - 1) / s for c, s in zip(centres, steepness, strict=True)]
    table = np.empty((3, _TABLE + 2))
    for row, end, centre, steep in zip(table, farthest, centres, steepness, strict=True):
        row[:] = 1 / (1 + np.exp(-steep * (np.arange(_TABLE + 2) * (end / _TABLE) - centre)))
    first, second, third = farthest
    return Fits(table, (_TABLE / first, _TABLE / second, _TABLE / third), (first, second, third))


@compiled
def _membership(table: NDArray[np.float64], steps: float, difference: float) -> float:
    """Return what a difference is worth, between the two entries of the table that it lies between."""
    at = difference * steps
    k = int(at)
    return float(table[k] + (table[k + 1] - table[k]) * (at - k))


@compiled_with(error_model="numpy")
def compatibilities(pose_a: NDArray[np.float64], pose_b: NDArray[np.float64], fits: Fits) -> NDArray[np.float64]:
    """Tell how well every two pairs fit one movement of the finger (TPAMI 32(12), 2010, eqs. 24 to 26).

    The first difference is of their distances, relative to the sum of both distances, as the authors' later software
    has it: it forgives distortion in proportion. The second is of the turns between their directions, the third of the
    bearings at which the first minutia sees the second, as the chord of the unit circle: no arc tangent. What is
    ``NEGLIGIBLE`` counts as no fit.

    Args:
        pose_a: float64, shape (k, 3): x, y, direction of the paired minutiae of one print, in order of pairs.
        pose_b: likewise of the other.
        fits: what differences are worth.

    Returns:
        float64, shape (k, k): in (0, 1); zero on the diagonal. Not symmetric.
    """
    k = pose_a.shape[0]
    fit = np.zeros((k, k))
    stretches, turns, bearings = fits.table
    xa, ya, xb, yb = pose_a[:, 0].copy(), pose_a[:, 1].copy(), pose_b[:, 0].copy(), pose_b[:, 1].copy()
    turn, c, s = np.empty(k), np.empty(k), np.empty(k)
    for i in range(k):
        turn[i] = wrap(pose_b[i, 2] - pose_a[i, 2])
        c[i], s[i] = cos(turn[i]), sin(turn[i])
    near = np.empty(k, np.bool_)
    longest = ((1 + fits.farthest[0]) / (1 - fits.farthest[0])) ** 2
    straightest = (1 - fits.farthest[2] ** 2 / 2) ** 2
    for i in range(k):
        for j in range(i):  # by itself and without a root, so that the machine does several at once
            ax, ay, bx, by = xa[j] - xa[i], ya[j] - ya[i], xb[j] - xb[i], yb[j] - yb[i]
            far_a, far_b = ax * ax + ay * ay, bx * bx + by * by
            along, across = ax * bx + ay * by + _SPOT, ay * bx - ax * by
            own, others = c[i] * along + s[i] * across, c[j] * along + s[j] * across
            least = straightest * far_a * far_b
            seen = ((own > 0) & (own * own > least)) | ((others > 0) & (others * others > least))
            near[j] = (far_a <= longest * far_b) & (far_b <= longest * far_a) & seen
        for j in range(i):
            if not near[j]:
                continue
            ax, ay, bx, by = xa[j] - xa[i], ya[j] - ya[i], xb[j] - xb[i], yb[j] - yb[i]
            far_a, far_b = sqrt(ax * ax + ay * ay), sqrt(bx * bx + by * by)
            stretch, between = abs(far_a - far_b) / (far_a + far_b + _SPOT), abs(wrap(turn[i] - turn[j]))
            if stretch >= fits.farthest[0] or between >= fits.farthest[1]:
                continue
            both = _membership(stretches, fits.steps[0], stretch) * _membership(turns, fits.steps[1], between)
            if both < NEGLIGIBLE:
                continue
            # How the line between the two turns from one print to the other: the same from either end.
            far = far_a * far_b + _SPOT
            along, across = (ax * bx + ay * by + _SPOT) / far, (ay * bx - ax * by) / far
            fit[i, j] = both * _bearing_membership(bearings, fits, c[i] * along + s[i] * across)
            fit[j, i] = both * _bearing_membership(bearings, fits, c[j] * along + s[j] * across)
    return fit


@compiled
def _bearing_membership(table: NDArray[np.float64], fits: Fits, cosine: float) -> float:
    """Return what the difference of two bearings is worth, by its cosine."""
    chord = sqrt(max(0.0, 2 - 2 * cosine))
    return 0.0 if chord >= fits.farthest[2] else _membership(table, fits.steps[2], chord)


@compiled_with(fastmath={"reassoc"})
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
    current, following = similarity.copy(), np.empty(k)
    for _ in range(rounds):
        for i in range(k):
            support = 0.0
            for j in range(k):
                support += fit[i, j] * current[j]
            following[i] = own_weight * current[i] + (1 - own_weight) * support / (k - 1)
        current, following = following, current
    return current
