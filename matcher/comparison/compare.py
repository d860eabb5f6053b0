"""1:1 comparison: how alike are two impressions? A raw score; :mod:`matcher.comparison.calibration` gives it a meaning.

Three steps. *Local*: Minutia Cylinder-Code, greedy pairs at the turns that the cylinders agree on, relaxation (R.
Cappelli, M. Ferrara, D. Maltoni, IEEE TPAMI 32(12), 2010, sections 3.3 and 4; parameters and the relative distance of
the relaxation are those of the authors' later software, MCC SDK 2.0); it dismisses who has nothing in common.
*Alignment*: from pairs that fit one movement it grows outwards, minutia by minutia, as the skin is bent
(:mod:`matcher.comparison._growth_kernels`). *Evidence*: every minutia in the overlap is weighed, for and against
(:mod:`matcher.comparison.evidence`), for skin that lies nearly flat and for skin that is pressed and twisted: the
better of the two counts.

Which print is laid over which makes a difference in the steps, not in the result: whoever asks, the one with fewer
minutiae is laid over the other, of two with as many the one that stands first by its content, so that two prints
always have one score.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp

import numpy as np
from numpy.typing import NDArray

from matcher.comparison._compare_kernels import laid
from matcher.comparison._evidence_kernels import ELASTIC, KIND, MATCHED, MISSED, TURN
from matcher.comparison._growth_kernels import Laid
from matcher.comparison._handed import handed, unpacked_laid
from matcher.comparison.local._similarity_kernels import STEPS
from matcher.comparison.params import ComparisonParams, LocalParams, default_params
from matcher.comparison.prepared import PreparedTemplate

Movement = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Result of comparing a probe with a reference.

    Attributes:
        score: raw comparison score; at least 0, and 0 where there was too little to compare.
        pairs: int64, shape (k, 2): minutiae of probe and reference that lie on each other, by index in their templates;
            from the middle outwards.
        over: float64, shape (n, 3): the probe's minutiae as they lie over the reference: x, y, direction; None if the
            prints could not be laid over each other.
        contributions: natural log likelihood ratios that the score is made of, by name.
        movement: the rigid movement that fits the pairs best: turn in radians counter-clockwise, then shift in x and y
            (see :func:`matcher.comparison._alignment_kernels.rigid`); None as ``over`` is.
        back: float64, shape (m, 3): the reference's minutiae as they lie over the probe; None as ``over`` is.
        missed: float64, shapes (n,) and (m,): how surely each minutia of probe and reference that has no pair should
            have one, in [0, 1]: so much it counted against; None as ``over`` is.
        area: of the smaller print, mm2, by its minutiae; what a score is worth depends on this and the next
            (:mod:`matcher.comparison.calibration`).
        one_way: how much minutiae point the way of their neighbours, in the print where they do so less.
    """

    score: float
    pairs: NDArray[np.int64]
    over: NDArray[np.float64] | None = None
    contributions: dict[str, float] = field(default_factory=dict)
    movement: Movement | None = None
    back: NDArray[np.float64] | None = None
    missed: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
    area: float = 0.0
    one_way: float = 0.0


_NO_PAIRS = np.zeros((0, 2), np.int64)


def compare(probe: PreparedTemplate, reference: PreparedTemplate, params: ComparisonParams | None = None) -> Comparison:
    """Compare two impressions, both prepared with these parameters; in either order the score is the same."""
    params = params or default_params()
    if stands_first(probe, reference):
        return _compared(probe, reference, params)
    found = _compared(reference, probe, params)
    pairs = np.ascontiguousarray(found.pairs[:, ::-1])
    movement = None if found.movement is None else inverse(found.movement)
    missed = None if found.missed is None else found.missed[::-1]
    return Comparison(
        found.score, pairs, found.back, found.contributions, movement, found.over, missed, found.area, found.one_way
    )


def inverse(movement: Movement) -> Movement:
    """Return the turn and shift that undo a turn and shift."""
    turn, dx, dy = movement
    c, s = np.cos(turn), np.sin(turn)
    return -turn, float(s * dy - c * dx), float(-s * dx - c * dy)


def stands_first(one: PreparedTemplate, other: PreparedTemplate) -> bool:
    """Tell whether one print is laid over the other, by their content alone."""
    n, m = len(one.print.pose), len(other.print.pose)
    if n != m:
        return n < m
    return one is other or _content(one) <= _content(other)


def _content(side: PreparedTemplate) -> bytes:
    return side.print.pose.tobytes() + side.print.quality.tobytes() + side.print.kind.tobytes()


def _compared(a: PreparedTemplate, b: PreparedTemplate, params: ComparisonParams) -> Comparison:
    """Lay the one over the other and weigh it."""
    area, one_way = min(a.area, b.area), min(a.one_way, b.one_way)
    found = lay(a, b, params)
    if found is None:
        return Comparison(0.0, _NO_PAIRS, area=area, one_way=one_way)
    contributions, laid_so = found
    contributions |= _weighed(laid_so)
    score = max(0.0, sum(contributions.values()))
    if not len(laid_so.pairs):
        return Comparison(score, laid_so.pairs, contributions=contributions, area=area, one_way=one_way)
    missed = laid_so.alone_a, laid_so.alone_b
    return Comparison(
        score, laid_so.pairs, laid_so.over, contributions, laid_so.movement, laid_so.back, missed, area, one_way
    )


def lay(a: PreparedTemplate, b: PreparedTemplate, params: ComparisonParams) -> tuple[dict[str, float], Laid] | None:
    """Compare cylinders, and lay the one print over the other; few cylinders upside down too.

    Returns:
        What is told beside the laying, and the laying; None if there is too little to compare, or nothing in common.
    """
    smaller = min(len(a.cylinders.minutia), len(b.cylinders.minutia))
    if smaller < params.local.least_cylinders:
        return None
    scored = _pairs_scored(smaller, params.local)
    upright = _lay(a, b, scored, 0, params)
    if smaller >= params.local.turns.few:
        return upright
    turned = _lay(a, b, scored, STEPS // 2, params)
    return turned if upright is None or (turned is not None and _total(turned) > _total(upright)) else upright


def _total(found: tuple[dict[str, float], Laid]) -> float:
    return sum(found[0].values()) + float(found[1].parts.sum())


def _lay(
    a: PreparedTemplate, b: PreparedTemplate, scored: int, middle: int, params: ComparisonParams
) -> tuple[dict[str, float], Laid] | None:
    """Do so with turns around a middle."""
    constants, both_report = handed(params), _both_report(a, b)
    numbers = constants.numbers if both_report else constants.unreported
    found = laid(a.flat, b.flat, scored, middle, constants.table, constants.local, numbers)
    if found is None:
        return None
    score, laid_so = unpacked_laid(found, len(a.print.pose), len(b.print.pose))
    contributions = {"cylinders": params.evidence.cylinders * score}
    if not both_report:
        contributions["unreported qualities"] = -params.unreported.handicap
    return contributions, laid_so


def _weighed(found: Laid) -> dict[str, float]:
    names = {"positions": MATCHED, "kinds": KIND, "missing": MISSED, "turn": TURN, "elastic": ELASTIC}
    return {name: float(found.parts[part]) for name, part in names.items()}


def _both_report(probe: PreparedTemplate, reference: PreparedTemplate) -> bool:
    return probe.template.quality is not None and reference.template.quality is not None


def _pairs_scored(cylinders: int, constants: LocalParams) -> int:
    """Return how many pairs make the score (the paper's n_P), by the smaller number of cylinders."""
    share = 1 / (1 + exp(-constants.scored_steepness * (cylinders - constants.scored_centre)))
    return constants.fewest_scored + round((constants.most_scored - constants.fewest_scored) * share)
