"""1:1 comparison: how alike are two impressions? A raw score; :mod:`matcher.comparison.calibration` gives it a meaning.

Four steps. A *first look* at a few cylinders dismisses who has nothing in common. *Local*: Minutia Cylinder-Code,
greedy pairs, relaxation (R. Cappelli, M. Ferrara, D. Maltoni, IEEE TPAMI 32(12), 2010, sections 3.3 and 4; parameters
and the relative distance of the relaxation are those of the authors' later software, MCC SDK 2.0). *Alignment*: the
pairs that fit one movement lay one print over the other, rigidly, then bent with the skin. *Evidence*: every minutia in
the overlap is weighed, for and against (:mod:`matcher.comparison.evidence`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp

import numpy as np
from numpy.typing import NDArray

from matcher.comparison._evidence_kernels import KIND, MATCHED, MISSED, TURN, best_evidence
from matcher.comparison._local_kernels import first_support, supported_pairs
from matcher.comparison.params import ComparisonParams, LocalParams, default_params
from matcher.comparison.prepared import PreparedTemplate


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Result of comparing a probe with a reference.

    Attributes:
        score: raw comparison score; at least 0, and 0 where there was too little to compare.
        pairs: int64, shape (k, 2): minutiae of probe and reference that lie on each other, by index in their templates;
            the nearest first.
        over: float64, shape (n, 3): the probe's minutiae as they lie over the reference: x, y, direction; None if the
            prints could not be laid over each other.
        movement: its rigid part: turn in radians counter-clockwise, then shift in x and y (see
            :func:`matcher.comparison._alignment_kernels.rigid`); None as ``over`` is.
        contributions: natural log likelihood ratios that the score is made of, by name.
        area: of the smaller print, mm2, by its minutiae; what a score is worth depends on this and the next
            (:mod:`matcher.comparison.calibration`).
        one_way: how much minutiae point the way of their neighbours, in the print where they do so less.
    """

    score: float
    pairs: NDArray[np.int64]
    over: NDArray[np.float64] | None = None
    contributions: dict[str, float] = field(default_factory=dict)
    movement: tuple[float, float, float] | None = None
    area: float = 0.0
    one_way: float = 0.0


_NO_PAIRS = np.zeros((0, 2), np.int64)


def compare(probe: PreparedTemplate, reference: PreparedTemplate, params: ComparisonParams | None = None) -> Comparison:
    """Compare two impressions, both prepared with these parameters."""
    params = params or default_params()
    a, b = probe.cylinders, reference.cylinders
    smaller = min(len(a.minutia), len(b.minutia))
    area, one_way = min(probe.area, reference.area), min(probe.one_way, reference.one_way)
    if smaller < params.local.least_cylinders or not _worth_comparing(probe, reference, params):
        return Comparison(0.0, _NO_PAIRS, area=area, one_way=one_way)
    local, chosen, alike, fit, order = supported_pairs(a, b, _pairs_scored(smaller, params.local), params.local)
    if len(chosen) < 2:
        return Comparison(0.0, _NO_PAIRS, area=area, one_way=one_way)
    starts = order[: params.alignment.starts]
    parts, turn, dx, dy, over, pairs = best_evidence(
        probe.print, reference.print, chosen, alike, fit, starts, params.alignment, params.evidence
    )
    contributions = {
        "cylinders": params.evidence.cylinders * local,
        "positions": float(parts[MATCHED]),
        "kinds": float(parts[KIND]),
        "missing": float(parts[MISSED]),
        "turn": float(parts[TURN]),
    }
    if not _both_report(probe, reference):
        contributions["unreported qualities"] = -params.unreported_handicap
    score = max(0.0, sum(contributions.values()))
    if not len(pairs):
        return Comparison(score, pairs, contributions=contributions, area=area, one_way=one_way)
    return Comparison(score, pairs, over, contributions, (turn, dx, dy), area, one_way)


def _both_report(probe: PreparedTemplate, reference: PreparedTemplate) -> bool:
    return probe.template.quality is not None and reference.template.quality is not None


def _worth_comparing(probe: PreparedTemplate, reference: PreparedTemplate, params: ComparisonParams) -> bool:
    """Tell whether the first look finds any agreement, or cannot tell."""
    if not _both_report(probe, reference):
        return True
    look = params.first_look
    support = first_support(probe.cylinders, reference.cylinders, look.cylinders, look.pairs, look.best, params.local)
    return support >= look.least_support


def _pairs_scored(cylinders: int, constants: LocalParams) -> int:
    """Return how many pairs make the score (the paper's n_P), by the smaller number of cylinders."""
    share = 1 / (1 + exp(-constants.scored_steepness * (cylinders - constants.scored_centre)))
    return constants.fewest_scored + round((constants.most_scored - constants.fewest_scored) * share)
