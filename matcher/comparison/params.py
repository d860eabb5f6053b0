"""The tuned constants of the comparator, each with unit and origin.

What the compiled loops take is a named tuple, so that they take it as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from math import pi
from typing import NamedTuple

from matcher.comparison.evidence import EvidenceModel, read_model
from matcher.params import params_id

_MODEL = "evidence_v1.json"


@dataclass(frozen=True, slots=True)
class CylinderShape:
    """What a cylinder is.

    Attributes:
        cells_across: cells on the diameter (the papers' N_S).
        directions: cells over the full turn (N_D).
        radius: of the cylinder, pixels (R).
        sigma_position: spatial blur, pixels (sigma_S).
        sigma_direction: directional blur, radians (sigma_D).
        threshold: a bit is set where the blurred count of minutiae exceeds it (mu_psi).
    """

    cells_across: int
    directions: int
    radius: float
    sigma_position: float
    sigma_direction: float
    threshold: float

    @property
    def cell(self) -> float:
        """Side of a cell, pixels."""
        return 2 * self.radius / self.cells_across


@dataclass(frozen=True, slots=True)
class CylinderParams(CylinderShape):
    """Cylinders of the comparator. The values are the defaults of the authors' own later software, MCC SDK 2.0.

    Measured on FVC2002 DB1-DB4 and FVC2004 DB2, DB3 sets B (1680 mated, 17280 non-mated pairs): as bits, mean EER
    0.48 %, mean FNMR at FMR 0.1 % 0.77 %; as real values 0.60 % and 0.88 %.

    Attributes:
        hull_margin: a cell is valid inside the convex hull of all minutiae and up to this far around it (omega).
        least_valid: least part of a cylinder's cells that must be valid (minVC).
        least_neighbours: least number of other minutiae that reach into a cylinder (minM).
    """

    cells_across: int = 16
    directions: int = 5
    radius: float = 70.0
    sigma_position: float = 7.0
    sigma_direction: float = pi / 6
    threshold: float = 0.002
    hull_margin: float = 15.0
    least_valid: float = 0.30
    least_neighbours: int = 1


class FirstLookParams(NamedTuple):
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


class LocalParams(NamedTuple):
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


class AlignmentParams(NamedTuple):
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


@dataclass(frozen=True, slots=True)
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


@cache
def default_params() -> ComparisonParams:
    """Return the parameters that ship with the package."""
    model = files("matcher").joinpath("models", _MODEL).read_text(encoding="utf-8")
    return ComparisonParams(read_model(model))


def comparator_id(params: ComparisonParams | None = None) -> str:
    """Return the name of the comparator: equal names, comparable scores."""
    return f"mcc-evidence-{params_id(params or default_params())}"
