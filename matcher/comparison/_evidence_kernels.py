"""Compiled loops that weigh what two prints laid over each other show; each has a plain twin in the tests."""

from __future__ import annotations

from math import cos, exp, log, pi, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, wrap
from matcher.comparison._alignment_kernels import Pairs, Pose, laid_over
from matcher.comparison._hull_kernels import inside_hull

MATCHED, KIND, MISSED, TURN, PARTS = 0, 1, 2, 3, 4
"""Parts of the evidence, in the order in which :func:`weighed` returns them, and their number."""


@compiled
def pair_evidence(distance2: float, turn: float, constants: NDArray[np.float64]) -> float:
    """Return the natural log likelihood ratio of a residual: paired impressions against chance.

    Of one finger, distance and direction each follow a narrow normal distribution with a wide one mixed in; by chance,
    minutiae fall evenly over area and directions.
    """
    narrow, wide, narrow_turn, wide_turn, share, density, floor = constants[:7]
    near = (1 - share) * exp(-distance2 / (2 * narrow**2)) / (2 * pi * narrow**2)
    near += share * exp(-distance2 / (2 * wide**2)) / (2 * pi * wide**2)
    straight = (1 - share) * exp(-(turn**2) / (2 * narrow_turn**2)) / (sqrt(2 * pi) * narrow_turn)
    straight += share * exp(-(turn**2) / (2 * wide_turn**2)) / (sqrt(2 * pi) * wide_turn)
    return float(max(floor, log(near) + log(straight) - log(density / (2 * pi))))


@compiled
def weighed(
    over: Pose,
    quality_a: NDArray[np.float64],
    kind_a: NDArray[np.uint8],
    b: Pose,
    quality_b: NDArray[np.float64],
    kind_b: NDArray[np.uint8],
    pairs: Pairs,
    seen_a: NDArray[np.bool_],
    seen_b: NDArray[np.bool_],
    constants: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Weigh pairs, and minutiae without a pair where the other print should show them.

    Args:
        over: float64, shape (n, 3): the one print's minutiae as they lie over the other.
        quality_a: float64, shape (n,).
        kind_a: uint8, shape (n,).
        b: float64, shape (m, 3): the other print's; quality_b, kind_b of it.
        quality_b: likewise.
        kind_b: likewise.
        pairs: int64, shape (k, 2).
        seen_a: bool, shape (n,): minutiae that lie where the other print has ridges.
        seen_b: bool, shape (m,): likewise.
        constants: as :class:`matcher.comparison.evidence.EvidenceModel` packs them.

    Returns:
        float64, shape (4,): evidence of the pairs' residuals, of their kinds, of what is missing (negative); the last,
        of the turn, is left at zero.
    """
    trust, agreement, chance, belief, doubt = constants[7:12]
    parts = np.zeros(PARTS)
    alone_a, alone_b = seen_a.copy(), seen_b.copy()
    for k in range(pairs.shape[0]):
        i, j = pairs[k, 0], pairs[k, 1]
        alone_a[i] = alone_b[j] = False
        weight = min(quality_a[i], quality_b[j]) ** trust
        distance2 = (over[i, 0] - b[j, 0]) ** 2 + (over[i, 1] - b[j, 1]) ** 2
        parts[MATCHED] += weight * pair_evidence(distance2, wrap(over[i, 2] - b[j, 2]), constants)
        parts[KIND] += weight * agreement * ((kind_a[i] == kind_b[j]) - chance)
    for i in range(over.shape[0]):
        if alone_a[i]:
            parts[MISSED] += log(1 - belief * quality_a[i] ** doubt)
    for j in range(b.shape[0]):
        if alone_b[j]:
            parts[MISSED] += log(1 - belief * quality_b[j] ** doubt)
    return parts


@compiled
def turn_evidence(turn: float, constants: NDArray[np.float64]) -> float:
    """Return the natural log likelihood ratio of a turn between two prints: fingers lie nearly alike on a sensor.

    Of one finger it follows a normal distribution with an even one mixed in; between strangers every turn is as likely.
    """
    spread, share = constants[12], constants[13]
    alike = (1 - share) * exp(-(turn**2) / (2 * spread**2)) / (sqrt(2 * pi) * spread)
    return log(2 * pi * alike + share)


@compiled
def both_seen(
    over: Pose, hull_b: NDArray[np.float64], b: Pose, hull_a: NDArray[np.float64], turn: float, dx: float, dy: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which minutiae of each print lie inside the hull of the other.

    Args:
        over: minutiae of the one print as they lie over the other.
        hull_b: corners of the other's hull, shape (h, 2).
        b: the other's minutiae.
        hull_a: corners of the one's hull, where they were before the movement.
        turn: the rigid movement; undone for ``b``.
        dx: likewise.
        dy: likewise.
    """
    seen_a, seen_b = np.zeros(over.shape[0], np.bool_), np.zeros(b.shape[0], np.bool_)
    for i in range(over.shape[0]):
        seen_a[i] = inside_hull(over[i, 0], over[i, 1], hull_b)
    c, s = cos(turn), sin(turn)
    for j in range(b.shape[0]):
        x, y = b[j, 0] - dx, b[j, 1] - dy
        seen_b[j] = inside_hull(c * x - s * y, s * x + c * y, hull_a)
    return seen_a, seen_b


@compiled
def best_evidence(
    a: Pose,
    quality_a: NDArray[np.float64],
    kind_a: NDArray[np.uint8],
    hull_a: NDArray[np.float64],
    b: Pose,
    quality_b: NDArray[np.float64],
    kind_b: NDArray[np.uint8],
    hull_b: NDArray[np.float64],
    chosen: Pairs,
    alike: NDArray[np.float64],
    fit: NDArray[np.float64],
    order: NDArray[np.int64],
    least_fit: float,
    reaches: NDArray[np.float64],
    turn_reach: float,
    bend_reach: float,
    stiffness: float,
    constants: NDArray[np.float64],
) -> tuple[NDArray[np.float64], float, float, float, Pose, Pairs]:
    """Try one alignment from each of several pairs with those that fit it; return the one with most evidence.

    Args:
        a: float64, shape (n, 3): minutiae of the one print.
        quality_a: float64, shape (n,).
        kind_a: uint8, shape (n,).
        hull_a: float64, shape (h, 2).
        b: the other print's, likewise.
        quality_b: likewise.
        kind_b: likewise.
        hull_b: likewise.
        chosen: int64, shape (k, 2): pairs of the local comparison.
        alike: float64, shape (k,): their local similarities.
        fit: float64, shape (k, k): how well every two fit one movement.
        order: int64: rows of ``chosen`` to start from.
        least_fit: two pairs that fit less, in either direction multiplied, do not start together.
        reaches: see :func:`~matcher.comparison._alignment_kernels.laid_over`.
        turn_reach: likewise.
        bend_reach: likewise.
        stiffness: likewise.
        constants: see :func:`weighed`.

    Returns:
        Parts of the evidence, turn, shift, the one print as it lies over the other, pairs; no pairs if no two fit.
    """
    best = np.zeros(PARTS)
    best_turn, best_dx, best_dy = 0.0, 0.0, 0.0
    best_over, best_pairs = a, np.empty((0, 2), np.int64)
    start, weight = np.empty_like(chosen), np.empty(chosen.shape[0])
    by_x = np.argsort(b[:, 0])
    tried = np.zeros(chosen.shape[0], np.bool_)
    for t in order:
        if tried[t]:
            continue
        count = 0
        for k in range(chosen.shape[0]):
            together = 1.0 if k == t else fit[t, k] * fit[k, t]
            if together > least_fit:
                start[count] = chosen[k]
                weight[count] = together * alike[k]
                count += 1
        if count < 2:
            continue
        turn, dx, dy, over, pairs = laid_over(
            a, quality_a, b, quality_b, by_x, start[:count], weight[:count], reaches, turn_reach, bend_reach, stiffness
        )
        # A pair that this alignment holds would lead to it again.
        for k in range(pairs.shape[0]):
            for other in order:
                if chosen[other, 0] == pairs[k, 0] and chosen[other, 1] == pairs[k, 1]:
                    tried[other] = True
        seen_a, seen_b = both_seen(over, hull_b, b, hull_a, turn, dx, dy)
        parts = weighed(over, quality_a, kind_a, b, quality_b, kind_b, pairs, seen_a, seen_b, constants)
        parts[TURN] = turn_evidence(turn, constants)
        if best_pairs.shape[0] == 0 or parts.sum() > best.sum():
            best, best_turn, best_dx, best_dy, best_over, best_pairs = parts, turn, dx, dy, over, pairs
    return best, best_turn, best_dx, best_dy, best_over, best_pairs
