"""1:1 comparison: how alike are two impressions? A raw score; :mod:`matcher.comparison.calibration` gives it a meaning.

Four steps. A *first look* at a few cylinders dismisses who has nothing in common. *Local*: Minutia Cylinder-Code,
greedy pairs, relaxation (R. Cappelli, M. Ferrara, D. Maltoni, IEEE TPAMI 32(12), 2010, sections 3.3 and 4; parameters
and the relative distance of the relaxation are those of the authors' later software, MCC SDK 2.0). *Alignment*: the
pairs that fit one movement lay one print over the other, rigidly, then bent with the skin. *Evidence*: every minutia in
the overlap is weighed, for and against (:mod:`matcher.comparison.evidence`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from math import ceil, exp, pi

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.comparison._evidence_kernels import KIND, MATCHED, MISSED, TURN, best_evidence
from matcher.comparison._local_kernels import first_support, supported_pairs
from matcher.comparison.cylinders import CylinderParams, Cylinders, make_cylinders
from matcher.comparison.evidence import EvidenceModel, read_model
from matcher.params import params_id
from matcher.templates.confidence import confidence
from matcher.templates.validation import require_coherent
from matcher.types import Template

_MODEL = "evidence_v1.json"


@dataclass(frozen=True, slots=True)
class LocalParams:
    """Constants of the local comparison; origin: defaults of MCC SDK 2.0, but for the largest turn.

    Attributes:
        largest_turn: two minutiae whose directions differ by more are not compared, radians (delta_theta). The SDK has
            135 degrees; 100 still recognise a print turned by a right angle, save a quarter of the work and lower the
            errors.
        least_common: least part of all cells that must be valid in both cylinders (minME).
        least_cylinders: with fewer cylinders on either side there is nothing to compare: score 0.
        most_pairs: pairs that are relaxed (max n_R).
        fewest_scored, most_scored: range of the number of pairs that make the score (min n_P, max n_P).
        scored_centre, scored_steepness: the sigmoid between them, by the smaller number of cylinders (mu_P, tau_P).
        own_weight, rounds: of the relaxation (w_R, n_rel).
        fit_centres, fit_steepness: of the compatibility of two pairs: relative distance, direction in radians, bearing
            in radians (mu_rho, tau_rho).
    """

    largest_turn: float = 5 * pi / 9
    least_common: float = 0.30
    least_cylinders: int = 3
    most_pairs: int = 50
    fewest_scored: int = 4
    most_scored: int = 10
    scored_centre: float = 32.0
    scored_steepness: float = 0.25
    own_weight: float = 0.5
    rounds: int = 2
    fit_centres: tuple[float, float, float] = (1 / 24, pi / 4, pi / 15)
    fit_steepness: tuple[float, float, float] = (-50.0, -15.0, -28.0)


@dataclass(frozen=True, slots=True)
class FirstLookParams:
    """What dismisses a plain impostor before all else, at a sixth of the cost.

    The few cylinders of highest quality are paired, and every pair's support is summed over the pairs it fits. A
    template without reported qualities is not dismissed. Measured on the databases of :class:`AlignmentParams`: 88 %
    of 17280 non-mated pairs are dismissed, and none of the 1675 mated pairs that are accepted at FMR 0.1 % without it;
    none up to a support of 1.53.

    Attributes:
        cylinders: those of highest quality that are looked at.
        pairs: how many pairs are made of them.
        best: how many pairs' supports are added up.
        least_support: with less there is nothing in common: score 0.
    """

    cylinders: int = 30
    pairs: int = 14
    best: int = 2
    least_support: float = 1.4


@dataclass(frozen=True, slots=True)
class AlignmentParams:
    """Constants of the alignment. Origin: FVC2002 DB1-DB4 and FVC2004 DB2, DB3, sets B; the optimum is flat.

    Attributes:
        starts: alignments tried, from the best supported pairs.
        least_fit: two pairs start together if their compatibilities, multiplied, exceed it.
        reaches: distances in which minutiae are paired, pixels: two rigid rounds, then the bent ones.
        turn_reach: difference of directions in which minutiae are paired, radians.
        bend_reach: sigma of the local distortion, pixels.
        stiffness: weight of no local distortion, against one pair of quality 1 at distance zero.
    """

    starts: int = 8
    least_fit: float = 0.05
    reaches: tuple[float, ...] = (24.0, 18.0, 14.0, 14.0)
    turn_reach: float = 0.5
    bend_reach: float = 45.0
    stiffness: float = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class _Arrays:
    """The constants that the compiled loops take as arrays."""

    fit_centres: NDArray[np.float64]
    fit_steepness: NDArray[np.float64]
    reaches: NDArray[np.float64]
    evidence: NDArray[np.float64]


@dataclass(frozen=True)
class ComparisonParams:
    """All constants of the comparator.

    Attributes:
        cylinders, first_look, local, alignment, evidence: of its steps.
        cylinder_quality: minutiae of lower quality have no cylinder and no say in others'; they count as evidence.
        unreported_handicap: taken off where a template's qualities are not reported. Strangers score higher there: no
            first look dismisses them, and doubtful minutiae weigh as much as sure ones. Measured on a commercial
            extractor's records: at FMR 1 % by 7.3, at 0.1 % by 4.8.
    """

    evidence: EvidenceModel
    cylinders: CylinderParams = field(default_factory=CylinderParams)
    first_look: FirstLookParams = field(default_factory=FirstLookParams)
    local: LocalParams = field(default_factory=LocalParams)
    alignment: AlignmentParams = field(default_factory=AlignmentParams)
    cylinder_quality: float = 0.2
    unreported_handicap: float = 6.0

    @cached_property
    def arrays(self) -> _Arrays:
        """The same constants as the compiled loops take them; made once, since making them takes a tenth of a look."""
        return _Arrays(
            np.array(self.local.fit_centres),
            np.array(self.local.fit_steepness),
            np.array(self.alignment.reaches),
            self.evidence.packed(),
        )


@cache
def default_params() -> ComparisonParams:
    """Return the parameters that ship with the package."""
    model = files("matcher").joinpath("models", _MODEL).read_text(encoding="utf-8")
    return ComparisonParams(read_model(model))


def comparator_id(params: ComparisonParams | None = None) -> str:
    """Return the name of the comparator: equal names, comparable scores."""
    return f"mcc-evidence-{params_id(params or default_params())}"


@dataclass(frozen=True, slots=True, eq=False)
class PreparedTemplate:
    """A template made ready to be compared many times.

    Attributes:
        template: what it was made from.
        pose: float64, shape (n, 3): x, y, direction of every minutia.
        quality: float64, shape (n,).
        hull: float64, shape (h, 2): corners around the minutiae that have cylinders or could have.
        cylinders: the valid cylinders, k of them, of the highest quality first.
        cylinder_pose: float64, shape (k, 3): of their minutiae.
    """

    template: Template
    pose: NDArray[np.float64]
    quality: NDArray[np.float64]
    hull: NDArray[np.float64]
    cylinders: Cylinders
    cylinder_pose: NDArray[np.float64]


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
    """

    score: float
    pairs: NDArray[np.int64]
    over: NDArray[np.float64] | None = None
    contributions: dict[str, float] = field(default_factory=dict)
    movement: tuple[float, float, float] | None = None


_NO_PAIRS = np.zeros((0, 2), np.int64)


def prepare(template: Template, params: ComparisonParams | None = None) -> PreparedTemplate:
    """Build what comparison needs of a template; about 3 ms for 50 minutiae, and 50 kB.

    Raises:
        TemplateInvalidError: the template is not coherent.
    """
    require_coherent(template)
    params = params or default_params()
    pose = np.stack([template.x, template.y, template.angle], axis=1).astype(np.float64)
    quality = confidence(template)
    sure = np.flatnonzero(quality >= params.cylinder_quality)
    best_first = sure[np.argsort(-quality[sure], kind="stable")]
    hull = _hull(pose[sure])
    cylinders = make_cylinders(pose, best_first, hull, params.cylinders)
    cylinder_pose = np.ascontiguousarray(pose[cylinders.minutia])
    return PreparedTemplate(
        template,
        pose,
        quality,
        hull,
        cylinders,
        cylinder_pose,
    )


def _hull(pose: NDArray[np.float64]) -> NDArray[np.float64]:
    if not len(pose):
        return np.zeros((0, 2))
    points = pose[:, :2].astype(np.float32)
    return np.ascontiguousarray(cv2.convexHull(points).reshape(-1, 2).astype(np.float64))


def compare(probe: PreparedTemplate, reference: PreparedTemplate, params: ComparisonParams | None = None) -> Comparison:
    """Compare two impressions, both prepared with these parameters."""
    params = params or default_params()
    a, b = probe.cylinders, reference.cylinders
    smaller = min(len(a.minutia), len(b.minutia))
    if smaller < params.local.least_cylinders or not _worth_comparing(probe, reference, params):
        return Comparison(0.0, _NO_PAIRS)
    arrays = params.arrays
    local, chosen, alike, fit, order = supported_pairs(
        a.bits,
        a.mask,
        a.valid,
        probe.cylinder_pose,
        b.bits,
        b.mask,
        b.valid,
        reference.cylinder_pose,
        params.local.largest_turn,
        ceil(params.local.least_common * a.cells),
        params.local.most_pairs,
        _pairs_scored(smaller, params.local),
        params.local.own_weight,
        params.local.rounds,
        arrays.fit_centres,
        arrays.fit_steepness,
    )
    if len(chosen) < 2:
        return Comparison(0.0, _NO_PAIRS)
    minutiae = np.column_stack([a.minutia[chosen[:, 0]], b.minutia[chosen[:, 1]]])
    parts, turn, dx, dy, over, pairs = best_evidence(
        probe.pose,
        probe.quality,
        probe.template.kind,
        probe.hull,
        reference.pose,
        reference.quality,
        reference.template.kind,
        reference.hull,
        minutiae,
        alike,
        fit,
        order[: params.alignment.starts],
        params.alignment.least_fit,
        arrays.reaches,
        params.alignment.turn_reach,
        params.alignment.bend_reach,
        params.alignment.stiffness,
        arrays.evidence,
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
        return Comparison(score, pairs, contributions=contributions)
    return Comparison(score, pairs, over, contributions, (turn, dx, dy))


def _both_report(probe: PreparedTemplate, reference: PreparedTemplate) -> bool:
    return probe.template.quality is not None and reference.template.quality is not None


def _worth_comparing(probe: PreparedTemplate, reference: PreparedTemplate, params: ComparisonParams) -> bool:
    """Tell whether the first look finds any agreement, or cannot tell."""
    if not _both_report(probe, reference):
        return True
    a, b, look = probe.cylinders, reference.cylinders, params.first_look
    support = first_support(
        a.bits,
        a.mask,
        a.valid,
        probe.cylinder_pose,
        b.bits,
        b.mask,
        b.valid,
        reference.cylinder_pose,
        params.local.largest_turn,
        ceil(params.local.least_common * a.cells),
        look.cylinders,
        look.pairs,
        look.best,
        params.arrays.fit_centres,
        params.arrays.fit_steepness,
    )
    return support >= look.least_support


def _pairs_scored(cylinders: int, constants: LocalParams) -> int:
    """Return how many pairs make the score (the paper's n_P), by the smaller number of cylinders."""
    share = 1 / (1 + exp(-constants.scored_steepness * (cylinders - constants.scored_centre)))
    return constants.fewest_scored + round((constants.most_scored - constants.fewest_scored) * share)
