"""Compiled loops that weigh what two prints laid over each other show; each has a plain twin in the tests."""

from __future__ import annotations

from math import cos, exp, log, pi, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, wrap
from matcher.comparison._alignment_kernels import Pairs, Pose, laid_over
from matcher.comparison._hull_kernels import inside_hull
from matcher.comparison.evidence import EvidenceModel
from matcher.comparison.params import AlignmentParams
from matcher.comparison.prints import Print

MATCHED, KIND, MISSED, TURN, PARTS = 0, 1, 2, 3, 4
"""Parts of the evidence, in the order in which :func:`weighed` returns them, and their number."""


@compiled
def pair_evidence(distance2: float, turn: float, model: EvidenceModel) -> float:
    """Return the natural log likelihood ratio of a residual: paired impressions against chance.

    Of one finger, distance and direction each follow a narrow normal distribution with a wide one mixed in; by chance,
    minutiae fall evenly over area and directions.
    """
    narrow, wide, share = model.narrow, model.wide, model.wide_share
    narrow_turn, wide_turn = model.narrow_turn, model.wide_turn
    near = (1 - share) * exp(-distance2 / (2 * narrow**2)) / (2 * pi * narrow**2)
    near += share * exp(-distance2 / (2 * wide**2)) / (2 * pi * wide**2)
    straight = (1 - share) * exp(-(turn**2) / (2 * narrow_turn**2)) / (sqrt(2 * pi) * narrow_turn)
    straight += share * exp(-(turn**2) / (2 * wide_turn**2)) / (sqrt(2 * pi) * wide_turn)
    return float(max(model.floor, log(near) + log(straight) - log(model.chance_density / (2 * pi))))


@compiled
def weighed(
    over: Pose,
    a: Print,
    b: Print,
    pairs: Pairs,
    seen_a: NDArray[np.bool_],
    seen_b: NDArray[np.bool_],
    model: EvidenceModel,
) -> NDArray[np.float64]:
    """Weigh pairs, and minutiae without a pair where the other print should show them.

    Args:
        over: float64, shape (n, 3): the one print's minutiae as they lie over the other.
        a: the one print.
        b: the other, m minutiae.
        pairs: int64, shape (k, 2).
        seen_a: bool, shape (n,): minutiae that lie where the other print has ridges.
        seen_b: bool, shape (m,): likewise.
        model: the constants.

    Returns:
        float64, shape (4,): evidence of the pairs' residuals, of their kinds, of what is missing (negative); the last,
        of the turn, is left at zero.
    """
    parts = np.zeros(PARTS)
    alone_a, alone_b = seen_a.copy(), seen_b.copy()
    for k in range(pairs.shape[0]):
        i, j = pairs[k, 0], pairs[k, 1]
        alone_a[i] = alone_b[j] = False
        weight = min(a.quality[i], b.quality[j]) ** model.trust
        distance2 = (over[i, 0] - b.pose[j, 0]) ** 2 + (over[i, 1] - b.pose[j, 1]) ** 2
        parts[MATCHED] += weight * pair_evidence(distance2, wrap(over[i, 2] - b.pose[j, 2]), model)
        parts[KIND] += weight * model.agreement * ((a.kind[i] == b.kind[j]) - model.chance_agreement)
    for i in range(over.shape[0]):
        if alone_a[i]:
            parts[MISSED] += log(1 - model.belief * a.quality[i] ** model.doubt)
    for j in range(b.pose.shape[0]):
        if alone_b[j]:
            parts[MISSED] += log(1 - model.belief * b.quality[j] ** model.doubt)
    return parts


@compiled
def turn_evidence(turn: float, model: EvidenceModel) -> float:
    """Return the natural log likelihood ratio of a turn between two prints: fingers lie nearly alike on a sensor.

    Of one finger it follows a normal distribution with an even one mixed in; between strangers every turn is as likely.
    """
    spread, share = model.turn_spread, model.turn_share
    alike = (1 - share) * exp(-(turn**2) / (2 * spread**2)) / (sqrt(2 * pi) * spread)
    return log(2 * pi * alike + share)


@compiled
def both_seen(
    over: Pose, a: Print, b: Print, turn: float, dx: float, dy: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which minutiae of each print lie inside the hull of the other.

    Args:
        over: minutiae of the one print as they lie over the other.
        a: the one, where it was before the movement.
        b: the other.
        turn: the rigid movement; undone for ``b``.
        dx: likewise.
        dy: likewise.
    """
    seen_a, seen_b = np.zeros(over.shape[0], np.bool_), np.zeros(b.pose.shape[0], np.bool_)
    for i in range(over.shape[0]):
        seen_a[i] = inside_hull(over[i, 0], over[i, 1], b.hull)
    c, s = cos(turn), sin(turn)
    for j in range(b.pose.shape[0]):
        x, y = b.pose[j, 0] - dx, b.pose[j, 1] - dy
        seen_b[j] = inside_hull(c * x - s * y, s * x + c * y, a.hull)
    return seen_a, seen_b


@compiled
def best_evidence(
    a: Print,
    b: Print,
    chosen: Pairs,
    alike: NDArray[np.float64],
    fit: NDArray[np.float64],
    order: NDArray[np.int64],
    alignment: AlignmentParams,
    model: EvidenceModel,
) -> tuple[NDArray[np.float64], float, float, float, Pose, Pairs]:
    """Try one alignment from each of several pairs with those that fit it; return the one with most evidence.

    Args:
        a: the one print.
        b: the other.
        chosen: int64, shape (k, 2): pairs of the local comparison.
        alike: float64, shape (k,): their local similarities.
        fit: float64, shape (k, k): how well every two fit one movement.
        order: int64: rows of ``chosen``, the best supported first, as many as there are starts.
        alignment: distances and tolerances.
        model: what evidence is worth.

    Returns:
        Parts of the evidence, turn, shift, the one print as it lies over the other, pairs; no pairs if no two fit.
    """
    best = np.zeros(PARTS)
    best_turn, best_dx, best_dy = 0.0, 0.0, 0.0
    best_over, best_pairs = a.pose, np.empty((0, 2), np.int64)
    by_x = np.argsort(b.pose[:, 0])
    tried = np.zeros(chosen.shape[0], np.bool_)
    for t in order:
        if tried[t]:
            continue
        start, weight = _fitting(t, chosen, alike, fit, alignment.least_fit)
        if start.shape[0] < 2:
            continue
        turn, dx, dy, over, pairs = laid_over(a, b, by_x, start, weight, alignment)
        # A pair that this alignment holds would lead to it again.
        for k in range(pairs.shape[0]):
            for other in order:
                if chosen[other, 0] == pairs[k, 0] and chosen[other, 1] == pairs[k, 1]:
                    tried[other] = True
        seen_a, seen_b = both_seen(over, a, b, turn, dx, dy)
        parts = weighed(over, a, b, pairs, seen_a, seen_b, model)
        parts[TURN] = turn_evidence(turn, model)
        if best_pairs.shape[0] == 0 or parts.sum() > best.sum():
            best, best_turn, best_dx, best_dy, best_over, best_pairs = parts, turn, dx, dy, over, pairs
    return best, best_turn, best_dx, best_dy, best_over, best_pairs


@compiled
def _fitting(
    t: int, chosen: Pairs, alike: NDArray[np.float64], fit: NDArray[np.float64], least: float
) -> tuple[Pairs, NDArray[np.float64]]:
    """Return a pair and those that fit one movement with it, and what each weighs."""
    start, weight = np.empty_like(chosen), np.empty(chosen.shape[0])
    count = 0
    for k in range(chosen.shape[0]):
        together = 1.0 if k == t else fit[t, k] * fit[k, t]
        if together > least:
            start[count] = chosen[k]
            weight[count] = together * alike[k]
            count += 1
    return start[:count], weight[:count]
