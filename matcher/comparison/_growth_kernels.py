"""Compiled loops that lay one print over the other outwards from what fits, GIL released; they have a plain twin.

Each pair that is found says where the minutiae around it must lie, and how surely (:mod:`._skin_kernels`); the surest
is looked for next. So the print is followed however it is bent, and nothing is guessed far from what fits.
"""

from __future__ import annotations

from math import cos, exp, pi, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, wrap
from matcher.comparison._alignment_kernels import Pairs, Pose, moved, pair_weights, rigid
from matcher.comparison._evidence_kernels import (
    ELASTIC,
    KIND,
    MATCHED,
    MISSED,
    PARTS,
    TURN,
    alone,
    kind_evidence,
    known,
    laid_back,
    missed_evidence,
    turn_evidence,
)
from matcher.comparison._skin_kernels import (
    NOWHERE,
    Belief,
    Places,
    Worth,
    before,
    chance_of,
    direction_of,
    expected,
    learn,
    pair_doubt,
    places_of,
    residual_evidence,
    residuals,
    skin_evidence,
    worth_of,
)
from matcher.comparison.evidence import EvidenceModel
from matcher.comparison.params import GrowthParams
from matcher.comparison.prints import Print, Said
from matcher.types import FloatArray

_PASSED = np.iinfo(np.int64).max
_ROUNDING = 1e-9
"""Cosines nearer than this to where directions are too far apart are looked at more closely."""


class Sides(NamedTuple):
    """Two prints, and what else of them is looked at.

    Attributes:
        a: the one print, n minutiae.
        b: the other, m minutiae.
        said_a: what the minutiae of the one say.
        said_b: those of the other.
        similarity: float32: of their cylinders, see
            :func:`~matcher.comparison.local._similarity_kernels.local_similarities`.
    """

    a: Print
    b: Print
    said_a: Said
    said_b: Said
    similarity: FloatArray


class Supported(NamedTuple):
    """What the local comparison found.

    Attributes:
        pairs: int64, shape (k, 2): minutiae of both prints.
        alike: float64, shape (k,): their local similarities.
        fit: float64, shape (k, k): how well every two fit one movement.
        order: int64: rows of ``pairs`` to start from, the best supported first.
        score: of the local comparison.
    """

    pairs: Pairs
    alike: NDArray[np.float64]
    fit: NDArray[np.float64]
    order: NDArray[np.int64]
    score: float


class Paired(NamedTuple):
    """Pairs that were grown, how far they lie from where they were expected, and what they are worth beside."""

    pairs: Pairs
    rows: NDArray[np.float64]
    worth: Worth


class Laid(NamedTuple):
    """One print laid over the other.

    Attributes:
        parts: float64, shape (PARTS,): natural log likelihood ratios.
        movement: turn and shift that fit all pairs best, see :func:`matcher.comparison._alignment_kernels.rigid`.
        over: float64, shape (n, 3): the one print's minutiae as they lie over the other.
        back: float64, shape (m, 3): the other's as they lie over the one.
        pairs: int64, shape (k, 2): minutiae that lie on each other, from the middle outwards.
        alone_a: float64, shape (n,): how surely each minutia without a pair would have one, in [0, 1].
        alone_b: float64, shape (m,): likewise.
        flat: float64, shape (n, 3): the one print's minutiae, rigidly laid as they were around the middle.
        middle: the place over the other print that it grew from.
    """

    parts: NDArray[np.float64]
    movement: tuple[float, float, float]
    over: Pose
    back: Pose
    pairs: Pairs
    alone_a: NDArray[np.float64]
    alone_b: NDArray[np.float64]
    flat: Pose
    middle: tuple[float, float]


@compiled
def _nothing(a: Pose, b: Pose) -> Laid:
    return Laid(
        np.zeros(PARTS), (0.0, 0.0, 0.0), a, b, np.empty((0, 2), np.int64), np.zeros(0), np.zeros(0), a, (0.0, 0.0)
    )


@compiled
def _partner(
    other: NDArray[np.float64],
    similarity: FloatArray,
    free: NDArray[np.bool_],
    cylinder: int,
    place: tuple[float, float, float, float, float],
    own: tuple[float, float, float, float],
    growth: GrowthParams,
    model: EvidenceModel,
) -> tuple[int, float, float, float]:
    """Return who is likeliest the partner of a minutia that is believed at a place; or -1.

    And how it lies there: squared distance, difference of directions; and the variance of noise in that.

    Args:
        other: the other print's minutiae from left to right, see :class:`~matcher.comparison.prints.Said`.
        similarity: of the cylinders.
        free: which of ``other`` have no partner.
        cylinder: row of the minutia's, -1 without one.
        place: x, y, the variance of the place, and the step from there in its direction.
        own: weight of the minutia's evidence, its quality, the log of the density by chance, and a cosine below which
            two directions are too far apart.
        growth: tolerances.
        model: what a pair is worth.
    """
    skin, spread2 = growth.elastic, place[2]
    reach = sqrt(growth.reach**2 + growth.widening**2 * spread2)
    best, found, noise, far2, askew = growth.least_worth, -1, 0.0, 0.0, 0.0
    spread, anybody, direction = NOWHERE, False, 0.0
    straight = own[3] * sqrt(place[3] * place[3] + place[4] * place[4])
    for k in range(_first_from(other, place[0] - reach), other.shape[0]):
        dx, dy = place[0] - other[k, 0], place[1] - other[k, 1]
        if dx < -reach:
            break
        distance2 = dx * dx + dy * dy
        if distance2 > reach * reach or not free[k] or place[3] * other[k, 5] - place[4] * other[k, 6] < straight:
            continue
        if not anybody:  # most places have nobody near who points alike: nothing else need be known of them
            direction, spread, anybody = direction_of(place[3], place[4]), residuals(spread2, own[2], skin, model), True
        turn = wrap(direction - other[k, 2])
        if abs(turn) > growth.turn_reach:
            continue
        ratio, own_noise = residual_evidence(distance2, turn, spread, model)
        worth, others = min(own[0], other[k, 3]) * ratio, int(other[k, 7])
        if cylinder >= 0 and others >= 0 and similarity[cylinder, others] > 0:
            worth += growth.likeness * (similarity[cylinder, others] - growth.likeness_centre)
        if worth > best:
            best, found, noise, far2, askew = worth, k, own_noise, distance2, turn
    if found >= 0:
        noise /= pair_doubt(min(own[1], other[found, 4]), skin)
    return found, far2, askew, noise


@compiled
def _first_from(other: NDArray[np.float64], least: float) -> int:
    """Return the first of those from left to right whose x is not less.

    Halved without a jump, which the machine could only guess.
    """
    first, left = 0, other.shape[0]
    while left > 1:
        half = left // 2
        first += half * (other[first + half - 1, 0] < least)
        left -= half
    return int(first + (left > 0 and other[first, 0] < least))


@compiled
def _surest(spread: NDArray[np.int64], passed: NDArray[np.int64], farthest: int) -> int:
    """Return the minutia not passed over whose place is known best; -1 if none is known so well.

    Floats that are not negative are in order as their bits are, and whole numbers are compared several at once.

    Args:
        spread: int64, shape (n,): bits of the variances of the places.
        passed: int64, shape (n,): 0, or ``_PASSED``.
        farthest: bits of a variance that is too large.
    """
    least = farthest
    for i in range(spread.shape[0]):
        least = min(least, spread[i] | passed[i])
    if least == farthest:
        return -1
    i = 0
    while spread[i] | passed[i] != least:
        i += 1
    return i


@compiled
def grown(
    sides: Sides, over: Pose, middle: tuple[float, float], growth: GrowthParams, model: EvidenceModel
) -> tuple[Pairs, NDArray[np.float64], Pose]:
    """Pair minutiae outwards: always the one whose place is known best, and learn from its pair.

    Who finds no partner is tried again, when more is known, until nobody does.

    Args:
        sides: both prints.
        over: float64, shape (n, 3): the one print's minutiae, rigidly laid over the other.
        middle: around which they were laid.
        growth: tolerances.
        model: what a pair is worth.

    Returns:
        The pairs, from the middle outwards; how far they lie from where those before let expect them, as
        :func:`matcher.comparison._skin_kernels.expected` tells it; the one
        print's minutiae as they lie then.
    """
    n, m = over.shape[0], sides.b.pose.shape[0]
    skin, other, similarity, by_x = growth.elastic, sides.said_b.from_left, sides.similarity, sides.said_b.by_x
    pro, quality, cylinder, chance = sides.said_a.pro, sides.a.quality, sides.said_a.cylinder, chance_of(model)
    straight = cos(min(growth.turn_reach, pi)) - _ROUNDING
    places = places_of(over, middle, skin)
    belief = before(places, min(n, m), skin)
    shift_x, shift_y, spread, ahead = belief.x, belief.y, belief.spread, places.ahead
    spread_bits, farthest = spread.view(np.int64), np.full(1, growth.farthest * growth.farthest).view(np.int64)[0]
    passed, alone_since, free = np.zeros(n, np.int64), np.full(n, -1, np.int64), np.ones(m, np.bool_)
    pairs, rows = np.empty((n, 2), np.int64), np.empty((n, 3))
    count, since, again = 0, 0, 0
    while True:
        i = _surest(spread_bits, passed, farthest)
        if i < 0:
            if again == growth.retries or count == since:
                return pairs[:count], rows[:count], _lying(over, places, belief)
            again, since = again + 1, count
            for k in range(n):
                if alone_since[k] >= 0:
                    passed[k] = 0
            continue
        passed[i] = _PASSED
        if alone_since[i] == count:
            continue  # nothing was learned since
        x, y = over[i, 0] + shift_x[i], over[i, 1] + shift_y[i]
        step_x, step_y = ahead[i, 0] + shift_x[-1 - i] - shift_x[i], ahead[i, 1] + shift_y[-1 - i] - shift_y[i]
        place, own = (x, y, spread[i], step_x, step_y), (pro[i], quality[i], chance, straight)
        k, far2, askew, noise = _partner(other, similarity, free, cylinder[i], place, own, growth, model)
        if k < 0:
            alone_since[i] = count
            continue
        alone_since[i], free[k] = -1, False
        pairs[count, 0], pairs[count, 1] = i, by_x[k]
        rows[count, 0], rows[count, 1], rows[count, 2] = far2, askew, spread[i]
        learn(belief, places, count, i, 0, (other[k, 0] - x, other[k, 1] - y), noise, skin)
        count += 1


@compiled
def _lying(over: Pose, places: Places, belief: Belief) -> Pose:
    """Return minutiae as they lie under the displacements believed."""
    lying, ahead, x, y = np.empty_like(over), places.ahead, belief.x, belief.y
    for i in range(over.shape[0]):
        lying[i, 0], lying[i, 1] = over[i, 0] + x[i], over[i, 1] + y[i]
        lying[i, 2] = direction_of(ahead[i, 0] + x[-1 - i] - x[i], ahead[i, 1] + y[-1 - i] - y[i])
    return lying


@compiled
def _near(
    pairs: Pairs, worth: NDArray[np.float64], pose: Pose, x: float, y: float, reach: float
) -> NDArray[np.float64]:
    """Return what each pair says of the movement at a point: the less the farther from it."""
    weight = np.empty(pairs.shape[0])
    for k in range(pairs.shape[0]):
        i = pairs[k, 0]
        weight[k] = worth[k] * exp(-((pose[i, 0] - x) ** 2 + (pose[i, 1] - y) ** 2) / (2 * reach * reach))
    return weight


@compiled
def _start(t: int, a: Pose, found: Supported, growth: GrowthParams) -> tuple[Pairs, NDArray[np.float64]]:
    """Return a pair and those that fit one movement with it, and what each says of the movement there."""
    start, worth = np.empty_like(found.pairs), np.empty(found.pairs.shape[0])
    count = 0
    for k in range(found.pairs.shape[0]):
        together = 1.0 if k == t else found.fit[t, k] * found.fit[k, t]
        if together > growth.least_fit:
            start[count, 0], start[count, 1] = found.pairs[k, 0], found.pairs[k, 1]
            worth[count] = together * found.alike[k]
            count += 1
    i = found.pairs[t, 0]
    return start[:count], _near(start[:count], worth[:count], a, a[i, 0], a[i, 1], growth.start_reach)


@compiled
def laid_from(
    sides: Sides,
    pairs: Pairs,
    weight: NDArray[np.float64],
    least: tuple[float, float],
    growth: GrowthParams,
    model: EvidenceModel,
) -> Laid:
    """Grow from a few pairs, again from what was found around their middle, and weigh it.

    Args:
        sides: both prints.
        pairs: int64, shape (k, 2), k >= 2: pairs that fit one movement.
        weight: float64, shape (k,): what each says of it.
        least: evidence of the pairs first found, on elastic skin, without which it is not gone on with; and that less
            what is missing.
        growth: tolerances.
        model: what evidence is worth.

    Returns:
        Without pairs, if fewer than two are found or it is not gone on with.
    """
    a, b, pro_a, pro_b = sides.a, sides.b, sides.said_a.pro, sides.said_b.pro
    over, laid, rows, middle = a.pose, a.pose, np.empty((0, 3)), (0.0, 0.0)
    worth = worth_of(pairs, pro_a, pro_b, a.common, b.common)
    for grown_before in range(int(growth.rounds)):
        if pairs.shape[0] < 2:
            break
        turn, dx, dy = rigid(a.pose, b.pose, pairs, weight)
        over = moved(a.pose, turn, dx, dy)
        middle = _middle(over, pairs, weight)
        pairs, rows, laid = grown(sides, over, middle, growth, model)
        worth = worth_of(pairs, pro_a, pro_b, a.common, b.common)
        if grown_before == 0:
            found = skin_evidence(rows, worth, growth.elastic, model)
            if pairs.shape[0] < 2 or found < least[0]:
                return _nothing(a.pose, b.pose)
            worst = found + sides.said_a.contra.sum() + sides.said_b.contra.sum()  # enough for most mates
            movement = turn, dx, dy
            if worst < least[1] and found + _missing(sides, over, laid, pairs, movement, growth).elastic < least[1]:
                return _nothing(a.pose, b.pose)
        weight = _near(pairs, pair_weights(pairs, a.quality, b.quality), over, middle[0], middle[1], growth.start_reach)
    if pairs.shape[0] < 2:
        return _nothing(a.pose, b.pose)
    return _weighed(sides, (turn, dx, dy), over, laid, middle, Paired(pairs, rows, worth), growth, model)


class Missing(NamedTuple):
    """What is missing where one print lies over the other.

    Attributes:
        back: float64, shape (m, 3): the other's minutiae as they lie over the one.
        alone_a: float64, shape (n,): 1 for each that has no pair and should have one, else 0.
        alone_b: float64, shape (m,): likewise.
        known_a: float64, shape (n,): how well it is known where each lies, on elastic skin.
        known_b: float64, shape (m,): likewise.
        elastic: what that says on elastic skin, natural log likelihood ratio.
    """

    back: Pose
    alone_a: NDArray[np.float64]
    alone_b: NDArray[np.float64]
    known_a: NDArray[np.float64]
    known_b: NDArray[np.float64]
    elastic: float


@compiled
def _missing(
    sides: Sides, over: Pose, laid: Pose, pairs: Pairs, movement: tuple[float, float, float], growth: GrowthParams
) -> Missing:
    a, b = sides.a, sides.b
    back = laid_back(over, b.pose, pairs, movement)
    alone_a, alone_b = alone(laid, b, pairs[:, 0]), alone(back, a, pairs[:, 1])
    known_a, known_b = known(a.pose, pairs[:, 0], growth.fade), known(b.pose, pairs[:, 1], growth.fade)
    elastic = missed_evidence(alone_a * known_a, sides.said_a.contra)
    elastic += missed_evidence(alone_b * known_b, sides.said_b.contra)
    return Missing(back, alone_a, alone_b, known_a, known_b, elastic)


@compiled
def _weighed(
    sides: Sides,
    movement: tuple[float, float, float],
    over: Pose,
    laid: Pose,
    middle: tuple[float, float],
    found: Paired,
    growth: GrowthParams,
    model: EvidenceModel,
) -> Laid:
    """Weigh all that is seen where one print lies over the other, for skin of either kind: the better counts."""
    a, b, pairs, rows, worth = sides.a, sides.b, found.pairs, found.rows, found.worth
    missing = _missing(sides, over, laid, pairs, movement, growth)
    alone_a, alone_b = missing.alone_a, missing.alone_b
    stiff_rows = expected(over, a, b, pairs, middle, growth.stiff, model)
    stiff = skin_evidence(stiff_rows, worth, growth.stiff, model)
    stiff_missed = missed_evidence(alone_a, sides.said_a.contra) + missed_evidence(alone_b, sides.said_b.contra)
    elastic, elastic_missed = skin_evidence(rows, worth, growth.elastic, model), missing.elastic
    parts = np.zeros(PARTS)
    parts[KIND] = kind_evidence(a, b, pairs, worth.pro, model)
    whole = rigid(a.pose, b.pose, pairs, np.ones(pairs.shape[0]))
    parts[TURN] = turn_evidence(whole[0], model)
    if stiff + stiff_missed >= elastic + elastic_missed - model.elastic_cost:
        parts[MATCHED], parts[MISSED] = stiff, stiff_missed
    else:
        parts[MATCHED], parts[MISSED], parts[ELASTIC] = elastic, elastic_missed, -model.elastic_cost
        alone_a, alone_b = alone_a * missing.known_a, alone_b * missing.known_b
    return Laid(parts, whole, laid, missing.back, pairs, alone_a, alone_b, over, middle)


@compiled
def _middle(over: Pose, pairs: Pairs, weight: NDArray[np.float64]) -> tuple[float, float]:
    total, x, y = 0.0, 0.0, 0.0
    for k in range(pairs.shape[0]):
        total += weight[k]
        x += weight[k] * over[pairs[k, 0], 0]
        y += weight[k] * over[pairs[k, 0], 1]
    return x / total, y / total


@compiled
def best_laid(sides: Sides, found: Supported, given: float, growth: GrowthParams, model: EvidenceModel) -> Laid | None:
    """Lay one print over the other from several starts; return what has most evidence.

    Strangers are given up, most of them when they were grown once, and mates beyond doubt need no more.

    Args:
        sides: both prints.
        found: pairs to start from.
        given: evidence that there is beside that of the laying.
        growth: tolerances.
        model: what evidence is worth.

    Returns:
        The best; without pairs if no two fit; None if the first to be grown promises nothing.
    """
    best = _nothing(sides.a.pose, sides.b.pose)
    tried = np.zeros(found.pairs.shape[0], np.bool_)
    starts, least = 0, (-np.inf, -np.inf)
    if found.pairs.shape[0] >= growth.telling_pairs:
        promised = growth.promised * found.score
        least = growth.promising - promised, growth.promising_whole - promised
    for t in found.order:
        total = given + best.parts.sum()
        if tried[t] or (starts >= growth.fewest_starts and total < growth.hopeless) or total >= growth.beyond_doubt:
            continue
        pairs, weight = _start(t, sides.a.pose, found, growth)
        if pairs.shape[0] < 2:
            continue
        laid = laid_from(sides, pairs, weight, least, growth, model)
        if starts == 0 and least[0] > -np.inf and not laid.pairs.shape[0]:
            return None
        starts += 1
        # A pair that this one holds would lead to it again.
        for k in range(laid.pairs.shape[0]):
            for other in found.order:
                if found.pairs[other, 0] == laid.pairs[k, 0] and found.pairs[other, 1] == laid.pairs[k, 1]:
                    tried[other] = True
        if laid.pairs.shape[0] and (not best.pairs.shape[0] or laid.parts.sum() > best.parts.sum()):
            best = laid
    return best
