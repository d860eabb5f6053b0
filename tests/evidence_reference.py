"""The quick alignment of a search and its evidence written out plainly: slow, and what the fast one must equal."""

from __future__ import annotations

from math import cos, exp, log, pi, sin, sqrt

import numpy as np

from matcher.comparison.params import default_params
from matcher.templates.confidence import confidence
from matcher.types import Template
from tests import local_reference as local
from tests.local_reference import Chosen, wrapped

A = default_params().alignment
E = default_params().evidence
Minutia = tuple[float, float, float]
Movement = tuple[float, float, float]
Pairs = list[tuple[int, int]]


def minutiae(t: Template) -> list[Minutia]:
    return list(zip(t.x.tolist(), t.y.tolist(), t.angle.tolist(), strict=True))


def laid_over(a: Template, b: Template, start: Chosen) -> tuple[Movement, list[Minutia], Pairs]:
    of_a, of_b = minutiae(a), minutiae(b)
    movement = rigid(of_a, of_b, start)
    over, pairs = of_a, [(i, j) for i, j, _ in start]
    for step, reach in enumerate(A.reaches):
        weighted = [(i, j, sqrt(confidence(a)[i] * confidence(b)[j])) for i, j in pairs]
        if step > 0 and len(pairs) >= 3:
            movement = rigid(of_a, of_b, weighted)
        over = [moved(m, movement) for m in of_a]
        if step >= 2 and len(pairs) >= 4:
            over = [bent(i, over, of_b, weighted) for i in range(len(over))]
        pairs = paired(over, of_b, reach)
    return movement, over, pairs


def rigid(a: list[Minutia], b: list[Minutia], weighted: Chosen) -> Movement:
    """Least squares in the complex plane, y up: the turn is the argument of the weighted covariance."""
    z = np.array([complex(a[i][0], -a[i][1]) for i, _, _ in weighted])
    w = np.array([complex(b[j][0], -b[j][1]) for _, j, _ in weighted])
    weight = np.array([s for _, _, s in weighted])
    mean_z, mean_w = (np.average(points, weights=weight) for points in (z, w))
    turn = np.angle((weight * np.conj(z - mean_z) * (w - mean_w)).sum())
    shift = mean_w - np.exp(1j * turn) * mean_z
    return float(turn), float(shift.real), float(-shift.imag)


def moved(m: Minutia, movement: Movement) -> Minutia:
    turn, dx, dy = movement
    z = complex(m[0], -m[1]) * complex(cos(turn), sin(turn))
    return z.real + dx, -z.imag + dy, m[2] + turn


def back(m: Minutia, movement: Movement) -> Minutia:
    turn, dx, dy = movement
    z = complex(m[0] - dx, -(m[1] - dy)) * complex(cos(turn), -sin(turn))
    return z.real, -z.imag, m[2] - turn


def bent(i: int, over: list[Minutia], b: list[Minutia], weighted: Chosen) -> Minutia:
    x, y, angle = over[i]
    total, sum_x, sum_y = A.stiffness, 0.0, 0.0
    for p, q, s in weighted:
        d2 = (x - over[p][0]) ** 2 + (y - over[p][1]) ** 2
        if p == i or d2 > 9 * A.bend_reach**2:
            continue
        near = s * exp(-d2 / (2 * A.bend_reach**2))
        total += near
        sum_x += near * (b[q][0] - over[p][0])
        sum_y += near * (b[q][1] - over[p][1])
    return x + sum_x / total, y + sum_y / total, angle


def paired(over: list[Minutia], b: list[Minutia], reach: float) -> Pairs:
    costs = []
    for i, (x, y, angle) in enumerate(over):
        for j, (u, v, other) in enumerate(b):
            d2, between = (x - u) ** 2 + (y - v) ** 2, wrapped(angle - other)
            if d2 <= reach**2 and abs(between) <= A.turn_reach:
                costs.append((d2 / reach**2 + (between / A.turn_reach) ** 2, i, j))
    pairs: Pairs = []
    for _, i, j in sorted(costs):
        if all(i != p and j != q for p, q in pairs):
            pairs.append((i, j))
    return pairs


def weighed(a: Template, b: Template, movement: Movement, over: list[Minutia], pairs: Pairs) -> float:
    of_b, quality_a, quality_b = minutiae(b), confidence(a), confidence(b)
    total = 0.0
    for i, j in pairs:
        d2 = (over[i][0] - of_b[j][0]) ** 2 + (over[i][1] - of_b[j][1]) ** 2
        agree = float(a.kind[i] == b.kind[j]) - E.chance_agreement
        ratio = likelihood_ratio(d2, wrapped(over[i][2] - of_b[j][2]))
        total += min(quality_a[i], quality_b[j]) ** E.trust * (ratio + E.agreement * agree)
    hull_a, hull_b = hull(a), hull(b)
    for i in set(range(len(a))) - {i for i, _ in pairs}:
        if len(hull_b) > 2 and local.outside_by(over[i][:2], hull_b) <= 0:
            total += log(1 - E.belief * quality_a[i] ** E.doubt)
    for j in set(range(len(b))) - {j for _, j in pairs}:
        if len(hull_a) > 2 and local.outside_by(back(of_b[j], movement)[:2], hull_a) <= 0:
            total += log(1 - E.belief * quality_b[j] ** E.doubt)
    return total


def turn_evidence(turn: float) -> float:
    upright, turned = (
        exp(-(local.wrapped(turn - around) ** 2) / (2 * E.turn_spread**2)) / (sqrt(2 * pi) * E.turn_spread)
        for around in (0.0, pi)
    )
    any_turn = 1 / (2 * pi)
    usual = 1 - E.turn_share - E.upside_down
    return log((usual * upright + E.upside_down * turned + E.turn_share * any_turn) / any_turn)


def hull(t: Template) -> list[tuple[float, float]]:
    sure = confidence(t) >= default_params().cylinder_quality
    return local.corners(list(zip(t.x[sure].tolist(), t.y[sure].tolist(), strict=True)))


def likelihood_ratio(d2: float, turn: float) -> float:
    def mixed(narrow: float, wide: float) -> float:
        return (1 - E.wide_share) * narrow + E.wide_share * wide

    near = mixed(*(exp(-d2 / (2 * s * s)) / (2 * pi * s * s) for s in (E.narrow, E.wide)))
    straight = mixed(*(exp(-turn * turn / (2 * s * s)) / (sqrt(2 * pi) * s) for s in (E.narrow_turn, E.wide_turn)))
    return max(E.floor, log(near * straight / (E.chance_density / (2 * pi))))
