"""Compiled loops that weigh what two prints laid over each other show; each has a plain twin in the tests."""

from __future__ import annotations

from math import cos, exp, log, pi, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, compiled_with, wrap
from matcher.comparison._alignment_kernels import Pairs, Pose
from matcher.comparison._hull_kernels import all_inside_hull, inside_hull
from matcher.comparison.evidence import EvidenceModel
from matcher.comparison.params import SurroundingsParams
from matcher.comparison.prints import Print, Said

MATCHED, KIND, MISSED, TURN, ELASTIC, PARTS = 0, 1, 2, 3, 4, 5
"""Parts of the evidence, in the order in which they are returned, and their number."""

NEAR2 = 100.0
"""Pairs nearer than this, square pixels, say about the same of where a minutia goes."""


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
        float64, shape (PARTS,): evidence of the pairs' residuals, of their kinds, of what is missing (negative); the
        others are left at zero.
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

    Of one finger it follows a normal distribution, sometimes around half a turn, with an even one mixed in; between
    strangers every turn is as likely.
    """
    even, upside_down = model.turn_share, model.upside_down
    about, back = wrap(turn) / model.turn_spread, wrap(turn - pi) / model.turn_spread
    alike = (1 - even - upside_down) * exp(-(about**2) / 2) + upside_down * exp(-(back**2) / 2)
    return log(sqrt(2 * pi) / model.turn_spread * alike + even)


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


@compiled_with(error_model="numpy")
def laid_back(over: Pose, other: Pose, pairs: Pairs, movement: tuple[float, float, float]) -> Pose:
    """Return the other print's minutiae as they lie over the one: each goes back with the pairs around it.

    Args:
        over: float64, shape (n, 3): the one print's minutiae, rigidly laid over the other.
        other: float64, shape (m, 3): the other's.
        pairs: int64, shape (k, 2), k >= 1.
        movement: turn and shift that laid them; undone.
    """
    turn, dx, dy = movement
    c, s, m = cos(turn), sin(turn), other.shape[0]
    back, from_x, from_y = np.empty_like(other), other[:, 0].copy(), other[:, 1].copy()
    total, x, y = np.zeros(m), np.zeros(m), np.zeros(m)
    for k in range(pairs.shape[0]):  # pair by pair, so that the machine takes several minutiae at once
        p, q = pairs[k, 0], pairs[k, 1]
        at_x, at_y, shift_x, shift_y = other[q, 0], other[q, 1], other[q, 0] - over[p, 0], other[q, 1] - over[p, 1]
        for j in range(m):
            distance2 = (at_x - from_x[j]) ** 2 + (at_y - from_y[j]) ** 2
            weight = 1 / (NEAR2 + distance2) ** 2
            total[j] += weight
            x[j] += weight * shift_x
            y[j] += weight * shift_y
    for j in range(m):
        u, v = other[j, 0] - x[j] / total[j] - dx, other[j, 1] - y[j] / total[j] - dy
        back[j, 0], back[j, 1], back[j, 2] = c * u - s * v, s * u + c * v, other[j, 2] - turn
    return back


@compiled
def alone(laid: Pose, other: Print, paired: NDArray[np.int64]) -> NDArray[np.float64]:
    """Tell which minutiae without a pair the other print should show: 1, or 0; float64, shape (n,).

    Args:
        laid: float64, shape (n, 3): minutiae as they lie over the other print.
        other: the other print.
        paired: int64: those that have a pair.
    """
    missed = all_inside_hull(laid[:, 0].copy(), laid[:, 1].copy(), other.hull)
    for i in paired:
        missed[i] = 0.0
    return missed


@compiled
def known(pose: Pose, paired: NDArray[np.int64], fade: float) -> NDArray[np.float64]:
    """Return how well it is known where each minutia lies: 1 beside a pair, a half at ``fade`` from the nearest."""
    x, y, nearest2 = pose[:, 0].copy(), pose[:, 1].copy(), np.full(pose.shape[0], np.inf)
    for k in paired:
        at_x, at_y = x[k], y[k]
        for i in range(x.shape[0]):
            nearest2[i] = min(nearest2[i], (x[i] - at_x) ** 2 + (y[i] - at_y) ** 2)
    return fade * fade / (fade * fade + nearest2)


@compiled
def missed_evidence(missed: NDArray[np.float64], contra: NDArray[np.float64]) -> float:
    """Return what minutiae without a pair say against, each as surely as it is missed."""
    total = 0.0
    for i in range(missed.shape[0]):
        if missed[i] > 0:
            total += missed[i] * contra[i]
    return total


@compiled
def kind_evidence(a: Print, b: Print, pairs: Pairs, pro: NDArray[np.float64], model: EvidenceModel) -> float:
    """Return what the agreement of the paired minutiae's kinds says; ``pro``: what each pair's is multiplied by."""
    total = 0.0
    for k in range(pairs.shape[0]):
        agreement = (a.kind[pairs[k, 0]] == b.kind[pairs[k, 1]]) - model.chance_agreement
        total += pro[k] * model.agreement * agreement
    return total


@compiled
def said(pose: Pose, quality: NDArray[np.float64], with_cylinder: NDArray[np.int64], model: EvidenceModel) -> Said:
    """Return what the minutiae of one print say; ``with_cylinder``: those that have one, in order of the cylinders."""
    contra = np.empty(quality.shape[0])
    for i in range(quality.shape[0]):
        contra[i] = log(1 - model.belief * quality[i] ** model.doubt)
    cylinder = np.full(quality.shape[0], -1, np.int64)
    for k in range(with_cylinder.shape[0]):
        cylinder[with_cylinder[k]] = k
    pro, by_x, from_left = quality**model.trust, np.argsort(pose[:, 0]), np.empty((quality.shape[0], 8))
    for k in range(by_x.shape[0]):
        i = by_x[k]
        from_left[k, 0], from_left[k, 1], from_left[k, 2] = pose[i, 0], pose[i, 1], pose[i, 2]
        from_left[k, 3], from_left[k, 4] = pro[i], quality[i]
        from_left[k, 5], from_left[k, 6], from_left[k, 7] = cos(pose[i, 2]), sin(pose[i, 2]), cylinder[i]
    return Said(pro, contra, by_x, from_left, cylinder)


@compiled
def common(pose: Pose, usual: float, around: SurroundingsParams) -> NDArray[np.float64]:
    """Tell how common minutiae like each are around it: what chance would do there.

    Where ridges run parallel, all minutiae point alike, and strangers who meet there agree in every one: the first has
    said it all. Where minutiae lie close, one more on top of another says little.

    Args:
        pose: float64, shape (n, 3).
        usual: minutiae per square pixel that a print usually shows.
        around: what is looked at, and what it counts.

    Returns:
        float64, shape (n,): natural logs of densities, against the usual one of place and even directions.
    """
    n = pose.shape[0]
    usual *= 2 * pi * around.reach**2
    every = sqrt(2 * pi) / around.turn  # what a direction counts by which none is preferred
    logs, there, alike = np.empty(n), np.full(n, around.prior), np.full(n, around.prior)
    for i in range(n):
        for j in range(i):  # each two once
            distance2 = (pose[i, 0] - pose[j, 0]) ** 2 + (pose[i, 1] - pose[j, 1]) ** 2
            weight = exp(-distance2 / (2 * around.reach**2))
            turned = weight * every * exp(-(wrap(pose[i, 2] - pose[j, 2]) ** 2) / (2 * around.turn**2))
            there[i] += weight
            there[j] += weight
            alike[i] += turned
            alike[j] += turned
    for i in range(n):
        logs[i] = around.directions * log(alike[i] / there[i])
        logs[i] += around.density * log(there[i] / (around.prior + usual))
    return logs


@compiled
def one_way(pose: Pose, reach: float) -> float:
    """Return the mean cosine of the angle between the directions of two minutiae nearer than a reach; 0 without any."""
    total, near = 0.0, 0
    for i in range(pose.shape[0]):
        for j in range(i):
            if (pose[i, 0] - pose[j, 0]) ** 2 + (pose[i, 1] - pose[j, 1]) ** 2 < reach * reach:
                total += cos(pose[i, 2] - pose[j, 2])
                near += 1
    return total / near if near else 0.0
