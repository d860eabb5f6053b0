"""The local comparison written out plainly, formula by formula: slow, and what the fast one must equal."""

from __future__ import annotations

from itertools import pairwise
from math import atan2, ceil, cos, erf, exp, floor, hypot, pi, sin, sqrt

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from matcher.comparison.local._relaxation_kernels import NEGLIGIBLE
from matcher.comparison.params import default_params
from matcher.templates.confidence import confidence
from matcher.types import Template

P = default_params().local
C = default_params().cylinders
LEAST_QUALITY = default_params().cylinder_quality
Point = tuple[float, float]
Cylinder = dict[tuple[int, int], list[bool]]


def wrapped(angle: float) -> float:
    return (angle + pi) % (2 * pi) - pi


Chosen = list[tuple[int, int, float]]


def pairs_of(a: Template, b: Template, middle: int) -> Chosen:
    """Return the greedy pairs with their similarities, most alike first; none if there is too little to compare."""
    ca, cb = cylinders(a), cylinders(b)
    if min(len(ca), len(cb)) < P.least_cylinders:
        return []
    alike = {(i, j): similarity(ca[i], cb[j]) for i in ca for j in cb}
    tried = [
        greedy({(i, j): s for (i, j), s in alike.items() if steps(b, j) - steps(a, i) & 255 in turns})
        for turns in likely_turns(a, b, alike, middle)
    ]
    chosen = max(tried, key=lambda pairs: score(a, b, pairs))
    return chosen if len(chosen) > 1 else []


def likely_turns(a: Template, b: Template, alike: dict[tuple[int, int], np.float32], middle: int) -> list[set[int]]:
    """Return the turns, in 1/256, around which most alike cylinders are turned: all, and those around a middle."""
    votes, turns = [0] * 256, P.turns
    for (i, j), s in alike.items():
        if s > np.float32(turns.doubtful):
            votes[steps(b, j) - steps(a, i) & 255] += int((s - np.float32(turns.doubtful)) * 1024) ** 2
    near = range(1 - turns.reach, turns.reach)
    around = [turns.anyway + sum((turns.reach - abs(d)) * votes[t + d & 255] for d in near) for t in range(256)]
    likely = {t for t in range(256) if around[t] >= turns.share * max(around)}
    half = {middle + d & 255 for d in range(-turns.upright, turns.upright + 1)}
    if likely <= half or max(around[t] for t in half) < turns.as_likely * max(around):
        return [likely]
    return [likely, likely & half]


def steps(t: Template, i: int) -> int:
    return floor(float(t.angle[i]) * 256 / (2 * pi) + 0.5)


def score(a: Template, b: Template, chosen: Chosen) -> float:
    """Return the score of the local comparison."""
    if len(chosen) < 2:
        return 0.0
    before = [s for _, _, s in chosen]
    after = relaxation(a, b, chosen)
    smaller = min(len(cylinders(a)), len(cylinders(b)))
    share = 1 / (1 + exp(-P.scored_steepness * (smaller - P.scored_centre)))
    scored = P.fewest_scored + round((P.most_scored - P.fewest_scored) * share)
    best = sorted(range(len(chosen)), key=lambda t: -after[t] / before[t])[:scored]
    return sum(after[t] for t in best) / scored


def worth_laying(a: Template, b: Template, chosen: Chosen) -> bool:
    """Tell whether pairs enough to tell have anything in common."""
    support = relaxation(a, b, chosen)
    best = sorted(chosen, key=lambda pair: -support[chosen.index(pair)])[: P.looked_at]
    together = max(sum(fit(a, b, t, k) * fit(a, b, k, t) > P.least_fit for k in chosen if k is not t) for t in best)
    return score(a, b, chosen) >= P.least_score or together >= P.least_together


def cylinders(t: Template) -> dict[int, Cylinder]:
    """Return the valid cylinders: for every valid cell its bits by direction."""
    sure = np.flatnonzero(confidence(t) >= LEAST_QUALITY).tolist()
    points = [(float(t.x[i]), float(t.y[i]), float(t.angle[i])) for i in sure]
    hull = corners([(x, y) for x, y, _ in points])
    kept = {}
    for m, (xm, ym, am) in enumerate(points):
        side, total, cells = 2 * C.radius / C.cells_across, 0, {}
        for i in range(C.cells_across):
            for j in range(C.cells_across):
                u = (i - (C.cells_across - 1) / 2) * side
                v = (j - (C.cells_across - 1) / 2) * side
                if hypot(u, v) > C.radius:
                    continue
                total += 1
                cell = (xm + cos(am) * u + sin(am) * v, ym - sin(am) * u + cos(am) * v)
                if outside_by(cell, hull) <= C.hull_margin:
                    cells[i, j] = [blurred(points, m, cell, k) > C.threshold for k in range(C.directions)]
        near = sum(hypot(x - xm, y - ym) <= C.radius + 3 * C.sigma_position for x, y, _ in points) - 1
        if len(cells) >= C.least_valid * total and near >= C.least_neighbours:
            kept[sure[m]] = cells
    return kept


def blurred(points: list[tuple[float, float, float]], m: int, cell: Point, k: int) -> float:
    step = 2 * pi / C.directions
    total = 0.0
    for t, (x, y, a) in enumerate(points):
        far = hypot(cell[0] - x, cell[1] - y)
        if t == m or far > 3 * C.sigma_position:
            continue
        near = exp(-(far**2) / (2 * C.sigma_position**2)) / (C.sigma_position * sqrt(2 * pi))
        turn = wrapped(-pi + (k + 0.5) * step - wrapped(points[m][2] - a))
        spread = sqrt(2) * C.sigma_direction
        total += near * 0.5 * (erf((turn + step / 2) / spread) - erf((turn - step / 2) / spread))
    return total


def corners(points: list[Point]) -> list[Point]:
    try:
        return [points[i] for i in ConvexHull(np.array(points)).vertices]
    except (QhullError, ValueError):  # fewer than three, or on one line
        return [min(points), max(points)] if points else []


def outside_by(p: Point, hull: list[Point]) -> float:
    """Return how far a point lies outside a convex polygon; zero inside."""
    closed = [*hull, hull[0]]
    if len(hull) > 2 and all(
        (bx - ax) * (p[1] - ay) - (by - ay) * (p[0] - ax) >= 0 for (ax, ay), (bx, by) in pairwise(closed)
    ):
        return 0.0
    return min(to_segment(p, a, b) for a, b in pairwise(closed))


def to_segment(p: Point, a: Point, b: Point) -> float:
    length = (b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2
    along = ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / length if length else 0.0
    along = min(1.0, max(0.0, along))
    return hypot(p[0] - a[0] - along * (b[0] - a[0]), p[1] - a[1] - along * (b[1] - a[1]))


def similarity(ca: Cylinder, cb: Cylinder) -> np.float32:
    """Return it as the comparator has it, in single precision."""
    common = ca.keys() & cb.keys()
    if len(common) < ceil(P.least_common * 208):
        return np.float32(0)
    of_a = [bit for cell in sorted(common) for bit in ca[cell]]
    of_b = [bit for cell in sorted(common) for bit in cb[cell]]
    if not any(of_a) and not any(of_b):
        return np.float32(0)
    unequal = sum(p != q for p, q in zip(of_a, of_b, strict=True))
    roots = [np.sqrt(np.float32(count)) for count in (unequal, sum(of_a), sum(of_b))]
    return np.float32(np.float32(1) - roots[0] / (roots[1] + roots[2]))


def greedy(similarities: dict[tuple[int, int], np.float32]) -> Chosen:
    """Take the most alike that are left."""
    chosen: Chosen = []
    for (i, j), s in sorted(similarities.items(), key=lambda item: (-item[1], item[0])):
        free = all(i != p and j != q for p, q, _ in chosen)
        if s > 0 and free and len(chosen) < P.most_pairs:
            chosen.append((i, j, float(s)))
    return chosen


def relaxation(a: Template, b: Template, chosen: Chosen) -> list[float]:
    n = len(chosen)
    current = [s for _, _, s in chosen]
    for _ in range(P.rounds):
        support = [sum(fit(a, b, chosen[t], chosen[k]) * current[k] for k in range(n) if k != t) for t in range(n)]
        current = [P.own_weight * current[t] + (1 - P.own_weight) * support[t] / (n - 1) for t in range(n)]
    return current


def fit(a: Template, b: Template, t: tuple[int, int, float], k: tuple[int, int, float]) -> float:
    far_a, turn_a, bearing_a = seen(a, t[0], k[0])
    far_b, turn_b, bearing_b = seen(b, t[1], k[1])
    stretch = abs(far_a - far_b) / max(far_a + far_b, 1e-9)
    differences = (stretch, abs(wrapped(turn_a - turn_b)), 2 * abs(sin((bearing_a - bearing_b) / 2)))
    worth = [1 / (1 + exp(-P.fit_steepness[n] * (d - P.fit_centres[n]))) for n, d in enumerate(differences)]
    if min(*worth, worth[0] * worth[1]) < NEGLIGIBLE:
        return 0.0
    return worth[0] * worth[1] * worth[2]


def seen(t: Template, i: int, k: int) -> tuple[float, float, float]:
    """Return distance, turn and bearing of minutia k from minutia i."""
    dx, dy = float(t.x[k]) - float(t.x[i]), float(t.y[k]) - float(t.y[i])
    return hypot(dx, dy), float(t.angle[i]) - float(t.angle[k]), float(t.angle[i]) - atan2(-dy, dx)
