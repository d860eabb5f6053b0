"""1:1 comparison: how alike are two impressions? A raw score; only :mod:`matcher.scores` gives it a meaning.

Minutia Cylinder-Code with local greedy similarity and distortion-tolerant relaxation. R. Cappelli, M. Ferrara, D.
Maltoni, IEEE TPAMI 32(12), 2010, sections 3.3 and 4; parameters and the relative distance of the relaxation are those
of the authors' later software, MCC SDK 2.0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, exp, pi

import numpy as np
from numpy.typing import NDArray

from matcher._comparison_kernels import compatibilities, greedy_pairs, local_similarities, relaxed
from matcher.cylinders import CylinderParams, Cylinders, circle_cells, make_cylinders
from matcher.formats.validation import require_coherent
from matcher.types import Template


@dataclass(frozen=True, slots=True)
class ComparisonParams:
    """Constants of the comparator; origin: defaults of MCC SDK 2.0, all kept after measuring them.

    Attributes:
        cylinders: what is compared.
        largest_turn: two minutiae whose directions differ by more are not compared, radians (delta_theta).
        least_common: least part of all cells that must be valid in both cylinders (minME).
        least_cylinders: with fewer cylinders on either side there is nothing to compare: score 0.
        most_pairs: pairs that are relaxed (max n_R).
        fewest_scored, most_scored: range of the number of pairs that make the score (min n_P, max n_P).
        scored_centre, scored_steepness: the sigmoid between them, by the smaller number of cylinders (mu_P, tau_P).
        own_weight, rounds: of the relaxation (w_R, n_rel).
        fit_centres, fit_steepness: of the compatibility of two pairs: relative distance, direction in radians, bearing
            in radians (mu_rho, tau_rho).
    """

    cylinders: CylinderParams = field(default_factory=CylinderParams)
    largest_turn: float = 3 * pi / 4
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


DEFAULT_PARAMS = ComparisonParams()


@dataclass(frozen=True, slots=True, eq=False)
class PreparedTemplate:
    """A template made ready to be compared many times.

    Attributes:
        template: what it was made from.
        cylinders: its valid cylinders, k of them.
        pose: float64, shape (k, 3): x, y, direction of their minutiae.
    """

    template: Template
    cylinders: Cylinders
    pose: NDArray[np.float64]

    def __len__(self) -> int:
        return int(self.pose.shape[0])


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Result of comparing a probe with a reference.

    Attributes:
        score: raw comparison score in [0, 1]; 0 where there was too little to compare.
        pairs: int64, shape (k, 2): minutiae of probe and reference, by index in their templates, that make the score;
            the best supported first.
    """

    score: float
    pairs: NDArray[np.int64]


NOTHING_IN_COMMON = Comparison(0.0, np.zeros((0, 2), np.int64))


def prepare(template: Template, params: ComparisonParams = DEFAULT_PARAMS) -> PreparedTemplate:
    """Build what comparison needs of a template; about 3 ms for 50 minutiae, and 50 kB.

    Raises:
        TemplateInvalidError: the template is not coherent.
    """
    require_coherent(template)
    cylinders = make_cylinders(template, params.cylinders)
    pose = np.stack([template.x, template.y, template.angle], axis=1).astype(np.float64)
    return PreparedTemplate(template, cylinders, np.ascontiguousarray(pose[cylinders.minutia]))


def compare(
    probe: PreparedTemplate, reference: PreparedTemplate, params: ComparisonParams = DEFAULT_PARAMS
) -> Comparison:
    """Compare two impressions, both prepared with these parameters."""
    if min(len(probe), len(reference)) < params.least_cylinders:
        return NOTHING_IN_COMMON
    local = _local(probe, reference, params)
    chosen = greedy_pairs(local, params.most_pairs)
    if len(chosen) < 2:
        return NOTHING_IN_COMMON
    before = local[chosen[:, 0], chosen[:, 1]].astype(np.float64)
    fit = compatibilities(
        probe.pose[chosen[:, 0]],
        reference.pose[chosen[:, 1]],
        np.array(params.fit_centres),
        np.array(params.fit_steepness),
    )
    after = relaxed(before, fit, params.own_weight, params.rounds)
    scored = _pairs_scored(min(len(probe), len(reference)), params)
    best = np.argsort(-after / before, kind="stable")[:scored]
    minutiae = np.stack(
        [probe.cylinders.minutia[chosen[best, 0]], reference.cylinders.minutia[chosen[best, 1]]], axis=1
    )
    # Divided by the number wanted, not found: a few lucky pairs of tiny templates are worth what they are.
    return Comparison(float(after[best].sum()) / scored, minutiae)


def _local(probe: PreparedTemplate, reference: PreparedTemplate, params: ComparisonParams) -> NDArray[np.float32]:
    cells = circle_cells(params.cylinders).shape[0]
    return local_similarities(
        probe.cylinders.bits,
        probe.cylinders.valid,
        probe.pose[:, 2],
        reference.cylinders.bits,
        reference.cylinders.valid,
        reference.pose[:, 2],
        params.largest_turn,
        ceil(params.least_common * cells),
    )


def _pairs_scored(cylinders: int, params: ComparisonParams) -> int:
    """Return how many pairs make the score (the paper's n_P), by the smaller number of cylinders."""
    share = 1 / (1 + exp(-params.scored_steepness * (cylinders - params.scored_centre)))
    return params.fewest_scored + round((params.most_scored - params.fewest_scored) * share)
