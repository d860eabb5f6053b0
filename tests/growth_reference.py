"""The growing alignment and its evidence written out plainly: slow, and what the fast comparator must equal.

What is believed of a place is worked out anew from all that was seen, by the textbook's formula for a Gaussian process
(C. E. Rasmussen, C. K. I. Williams, Gaussian Processes for Machine Learning, 2006, eqs. 2.25 and 2.26).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import atan2, cos, exp, hypot, inf, log, pi, sin, sqrt

import numpy as np

from matcher.comparison.params import Skin, default_params
from matcher.templates.confidence import confidence
from matcher.types import Template
from tests import evidence_reference as plain
from tests import local_reference as local
from tests.evidence_reference import Minutia, Pairs
from tests.local_reference import Chosen, Point, wrapped

G = default_params().growth
E = default_params().evidence
AROUND = default_params().surroundings
UNREPORTED = default_params().unreported
Likeness = dict[tuple[int, int], float]


def score(a: Template, b: Template) -> tuple[float, Pairs]:
    """Return the raw score and the pairs of the alignment with most evidence."""
    if place_in_order(a) > place_in_order(b):
        total, pairs = score(b, a)
        return total, [(j, i) for i, j in pairs]
    few = min(len(local.cylinders(a)), len(local.cylinders(b))) < local.P.turns.few
    found = [scored for middle in ((0, 128) if few else (0,)) if (scored := scored_around(a, b, middle))]
    total, pairs = max(found, key=lambda scored: scored[0], default=(0.0, []))
    return max(0.0, total), pairs


def scored_around(a: Template, b: Template, middle: int) -> tuple[float, Pairs] | None:
    """Return the evidence and the pairs found with turns around a middle; None if there is nothing in common."""
    chosen = local.pairs_of(a, b, middle)
    alike = local.score(a, b, chosen)
    if not chosen or (len(chosen) >= local.P.telling_pairs and not local.worth_laying(a, b, chosen)):
        return None
    least = -inf, -inf
    if len(chosen) >= G.telling_pairs:
        least = G.promising - G.promised * alike, G.promising_whole - G.promised * alike
    given = E.cylinders * alike
    if a.quality is None or b.quality is None:
        given -= UNREPORTED.handicap
    laid_best = best(a, b, chosen, similarities(a, b), given, least)
    return (given + laid_best[0], laid_best[1]) if laid_best else None


def place_in_order(t: Template) -> tuple[int, bytes]:
    pose = np.array(plain.minutiae(t), np.float64)
    return len(t), pose.tobytes() + confidence(t).tobytes() + t.kind.tobytes()


def best(
    a: Template, b: Template, chosen: Chosen, likeness: Likeness, given: float, least: tuple[float, float]
) -> tuple[float, Pairs] | None:
    """Return the evidence and the pairs of the best alignment; None if the first promises nothing."""
    support = local.relaxation(a, b, chosen)
    found: list[tuple[float, Pairs]] = []
    held: set[tuple[int, int]] = set()
    for t in sorted(range(len(chosen)), key=lambda t: -support[t])[: G.starts]:
        total = given + max((evidence for evidence, _ in found), default=0.0)
        hopeless = len(found) >= G.fewest_starts and total < G.hopeless
        start = starting(a, b, chosen, t)
        if chosen[t][:2] in held or hopeless or total >= G.beyond_doubt or len(start) < 2:
            continue
        evidence, pairs = laid(a, b, start, likeness, least)
        if not found and least[0] > -inf and not pairs:
            return None
        held |= set(pairs)
        found.append((evidence, pairs))
    return max(found, key=lambda item: item[0]) if found else (0.0, [])


def starting(a: Template, b: Template, chosen: Chosen, t: int) -> Chosen:
    of_a, start = plain.minutiae(a), []
    for k, pair in enumerate(chosen):
        fit = local.fit(a, b, chosen[t], pair) * local.fit(a, b, pair, chosen[t]) if k != t else 1.0
        if fit > G.least_fit:
            start.append((pair[0], pair[1], fit * pair[2] * nearness(of_a[pair[0]], of_a[chosen[t][0]])))
    return start


def nearness(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return exp(-(hypot(one[0] - other[0], one[1] - other[1]) ** 2) / (2 * G.start_reach**2))


@dataclass
class Process:
    """The skin of one print as it is seen, minutia by minutia; places count from the middle."""

    skin: Skin
    middle: Point
    places: list[Point] = field(default_factory=list)
    shifts: list[Point] = field(default_factory=list)
    noise: list[float] = field(default_factory=list)

    def covariance(self, p: Point, q: Point) -> float:
        def together(d: float) -> float:
            return (1 - d) ** 4 * (4 * d + 1) if d < 1 else 0.0

        p, q = ((x - self.middle[0], y - self.middle[1]) for x, y in (p, q))
        s = self.skin
        bent = together(hypot(p[0] - q[0], p[1] - q[1]) / s.reach)
        bent -= together(hypot(*p) / s.reach) * together(hypot(*q) / s.reach)
        return s.shift**2 + s.stretch**2 * (p[0] * q[0] + p[1] * q[1]) + s.bend**2 * bent

    def believed(self, p: Point) -> tuple[float, float, float]:
        """Return the displacement of a place in x and y, and its variance."""
        own = self.covariance(p, p)
        if not self.places:
            return 0.0, 0.0, own
        known = np.array([[self.covariance(q, r) for r in self.places] for q in self.places]) + np.diag(self.noise)
        weights = np.linalg.solve(known, np.array([self.covariance(p, q) for q in self.places]))
        x, y = weights @ np.array(self.shifts)
        left = own - float(weights @ np.array([self.covariance(p, q) for q in self.places]))
        return float(x), float(y), max(0.0, left)

    def lying(self, m: Minutia) -> Minutia:
        """Return where a minutia lies and its direction."""
        ahead = (m[0] + self.skin.ahead * cos(m[2]), m[1] - self.skin.ahead * sin(m[2]))
        (x, y, _), (u, v, _) = self.believed(m[:2]), self.believed(ahead)
        x, y, u, v = m[0] + x, m[1] + y, ahead[0] + u, ahead[1] + v
        return x, y, atan2(-(v - y), u - x)

    def see(self, m: Minutia, other: Minutia, noise: float) -> None:
        self.places.append(m[:2])
        self.shifts.append((other[0] - m[0], other[1] - m[1]))
        self.noise.append(noise)


def residual(lying: Minutia, other: Minutia, spread2: float, skin: Skin) -> tuple[float, float]:
    """Return the log likelihood ratio of a residual, and the variance of noise in it."""
    d2, turn = hypot(lying[0] - other[0], lying[1] - other[1]) ** 2, wrapped(lying[2] - other[2])

    def normal(x2: float, variance: float, dimensions: int) -> float:
        return exp(-x2 / (2 * variance)) / sqrt(2 * pi * variance) ** dimensions

    near = (1 - E.wide_share) * normal(d2, E.noise**2 + spread2, 2)
    far = E.wide_share * normal(d2, E.wide**2 + spread2, 2)
    turning = (skin.turning**2) * spread2
    along = (1 - E.wide_share) * normal(turn**2, E.noise_turn**2 + turning, 1)
    along += E.wide_share * normal(turn**2, E.wide_turn**2 + turning, 1)
    ratio = log(max(1e-30, near + far)) + log(max(1e-30, along)) - log(E.chance_density / (2 * pi))
    doubt = far / max(1e-30, near + far)
    return max(E.floor, ratio), (1 - doubt) * E.noise**2 + doubt * E.wide**2


def laid(
    a: Template, b: Template, start: Chosen, likeness: Likeness, least: tuple[float, float]
) -> tuple[float, Pairs]:
    """Return the evidence and the pairs of the alignment that a few pairs lead to."""
    of_a, of_b, quality_a, quality_b = plain.minutiae(a), plain.minutiae(b), confidence(a), confidence(b)
    weighted, pairs = start, [(i, j) for i, j, _ in start]
    for grown_before in range(G.rounds):
        if len(pairs) < 2:
            break
        movement = plain.rigid(of_a, of_b, weighted)
        over = [plain.moved(m, movement) for m in of_a]
        weights = [w for _, _, w in weighted]
        middle = tuple(float(np.average([over[i][axis] for i, _, _ in weighted], weights=weights)) for axis in (0, 1))
        pairs, process = grown(a, b, over, (middle[0], middle[1]), likeness)
        if not grown_before:
            found = chained(a, b, over, pairs, Process(G.elastic, (middle[0], middle[1])))
            if found < least[0] or found + missing(a, b, over, pairs, process, movement, G.fade) < least[1]:
                return 0.0, []
        weighted = [(i, j, sqrt(quality_a[i] * quality_b[j]) * nearness(over[i], middle)) for i, j in pairs]
    if len(pairs) < 2:
        return 0.0, []
    middle_of = (middle[0], middle[1])
    stiff = chained(a, b, over, pairs, Process(G.stiff, middle_of)) + missing(a, b, over, pairs, process, movement, 1e9)
    cost = UNREPORTED.elastic_cost if a.quality is None or b.quality is None else E.elastic_cost
    elastic = chained(a, b, over, pairs, Process(G.elastic, middle_of)) - cost
    elastic += missing(a, b, over, pairs, process, movement, G.fade)
    kinds = sum(
        min(quality_a[i], quality_b[j]) ** E.trust * E.agreement * ((a.kind[i] == b.kind[j]) - E.chance_agreement)
        for i, j in pairs
    )
    whole = plain.rigid(of_a, of_b, [(i, j, 1.0) for i, j in pairs])
    return max(stiff, elastic) + kinds + plain.turn_evidence(whole[0]), pairs


def missing(
    a: Template,
    b: Template,
    over: list[Minutia],
    pairs: Pairs,
    process: Process,
    movement: plain.Movement,
    fade: float,
) -> float:
    """Weigh the minutiae without a pair, the less the farther from every pair."""
    if not pairs:
        return 0.0
    of_a, of_b = plain.minutiae(a), plain.minutiae(b)
    lying = [process.lying(m) for m in over]
    alone_a = unpaired([m[:2] for m in lying], [i for i, _ in pairs], b)
    alone_b = unpaired([back(m, over, of_b, pairs, movement) for m in of_b], [j for _, j in pairs], a)
    total = 0.0
    for alone, mine, paired, quality in (
        (alone_a, of_a, {i for i, _ in pairs}, confidence(a)),
        (alone_b, of_b, {j for _, j in pairs}, confidence(b)),
    ):
        for i in alone:
            near2 = min(hypot(mine[i][0] - mine[k][0], mine[i][1] - mine[k][1]) ** 2 for k in paired)
            total += fade**2 / (fade**2 + near2) * log(1 - E.belief * quality[i] ** E.doubt)
    return total


def grown(a: Template, b: Template, over: list[Minutia], middle: Point, likeness: Likeness) -> tuple[Pairs, Process]:
    """Pair minutiae outwards, always the one whose place is known best."""
    process = Process(G.elastic, middle)
    pairs: Pairs = []
    for _ in range(1 + G.retries):
        before, left = len(pairs), set(range(len(over))) - {i for i, _ in pairs}
        while left:
            spread2, i = min((process.believed(over[i][:2])[2], i) for i in left)
            if spread2 >= G.farthest**2:
                break
            left.remove(i)
            free = set(range(len(b))) - {j for _, j in pairs}
            found = partner(a, b, i, process.lying(over[i]), spread2, free, likeness)
            if found is not None:
                j, noise = found
                pairs.append((i, j))
                process.see(over[i], plain.minutiae(b)[j], noise)
        if len(pairs) == before:
            break
    return pairs, process


def partner(
    a: Template, b: Template, i: int, lying: Minutia, spread2: float, free: set[int], likeness: Likeness
) -> tuple[int, float] | None:
    best_worth, found = G.least_worth, None
    for j in sorted(free, key=lambda j: b.x[j]):
        other = plain.minutiae(b)[j]
        near = hypot(lying[0] - other[0], lying[1] - other[1]) ** 2 <= G.reach**2 + G.widening**2 * spread2
        if not near or abs(wrapped(lying[2] - other[2])) > G.turn_reach:
            continue
        ratio, noise = residual(lying, other, spread2, G.elastic)
        quality = min(confidence(a)[i], confidence(b)[j])
        worth = quality**E.trust * ratio
        if likeness.get((i, j), 0.0) > 0:
            worth += G.likeness * (likeness[i, j] - G.likeness_centre)
        if worth > best_worth:
            best_worth, found = worth, (j, noise / max(quality, G.elastic.least_quality) ** G.elastic.blur)
    return found


def similarities(a: Template, b: Template) -> Likeness:
    ca, cb = local.cylinders(a), local.cylinders(b)
    return {(i, j): float(local.similarity(ca[i], cb[j])) for i in ca for j in cb}


def chained(a: Template, b: Template, over: list[Minutia], pairs: Pairs, process: Process) -> float:
    """Weigh all pairs, each against what those before it let expect."""
    total = 0.0
    for i, j in pairs:
        other = plain.minutiae(b)[j]
        spread2 = process.believed(over[i][:2])[2]
        ratio, noise = residual(process.lying(over[i]), other, spread2, process.skin)
        quality = min(confidence(a)[i], confidence(b)[j])
        total += quality**E.trust * (ratio - (common(a, i) + common(b, j)) / 2)
        process.see(over[i], other, noise / max(quality, process.skin.least_quality) ** process.skin.blur)
    return total


def common(t: Template, i: int) -> float:
    """Return the log of how much likelier than usual a minutia is there by chance and points as this one does."""
    own, others = plain.minutiae(t)[i], [m for k, m in enumerate(plain.minutiae(t)) if k != i]
    near = [exp(-(hypot(own[0] - m[0], own[1] - m[1]) ** 2) / (2 * AROUND.reach**2)) for m in others]
    alike = [exp(-(wrapped(own[2] - m[2]) ** 2) / (2 * AROUND.turn**2)) * sqrt(2 * pi) / AROUND.turn for m in others]
    there = AROUND.prior + sum(near)
    directed = AROUND.prior + sum(n * d for n, d in zip(near, alike, strict=True))
    usual = AROUND.prior + E.chance_density * 2 * pi * AROUND.reach**2
    density = UNREPORTED.density if t.quality is None else AROUND.density
    return AROUND.directions * log(directed / there) + density * log(there / usual)


def back(m: Minutia, over: list[Minutia], of_b: list[Minutia], pairs: Pairs, movement: plain.Movement) -> Point:
    """Return where a minutia of the other print lies over the one."""
    weights = [1 / (100 + hypot(m[0] - of_b[j][0], m[1] - of_b[j][1]) ** 2) ** 2 for _, j in pairs]
    shift = [np.average([of_b[j][axis] - over[i][axis] for i, j in pairs], weights=weights) for axis in (0, 1)]
    return plain.back((m[0] - shift[0], m[1] - shift[1], 0.0), movement)[:2]


def unpaired(points: list[Point], paired: list[int], other: Template) -> list[int]:
    """Return the minutiae without a pair that lie where the other print has ridges."""
    corners = plain.hull(other)
    return [
        i
        for i, point in enumerate(points)
        if i not in paired and len(corners) > 2 and local.outside_by(point, corners) <= 0
    ]
