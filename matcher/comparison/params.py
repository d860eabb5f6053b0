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


class TurnParams(NamedTuple):
    """Constants of the turn that cylinders agree on (:mod:`matcher.comparison.local._similarity_kernels`).

    Measured on 1565 mated pairs accepted at FMR 1 %, half of them warped: the turn of each is among the likely, which
    are a third of the circle for strangers, a sixth for mates.

    Attributes:
        doubtful: similarity of two cylinders that says nothing of the turn: of strangers' one in twenty is larger.
        reach: how far from its own turn a vote still counts, in 1/256 of the full turn.
        share: turns with less than this part of the votes of the turn with most are not likely.
        anyway: votes that every turn has without any, as many as one of a similarity of 0.483 brings: where few
            cylinders are, one vote by chance must not rule out all turns but its own.
        upright: turn by which a print may be askew and is upright still, in 1/256 of the full turn: 100 degrees.
        as_likely: with this part of the votes of the turn with most an upright turn is tried by itself too.
        few: prints with fewer cylinders on either side, which say little of the turn, are compared upside down too.
    """

    doubtful: float = 0.45
    reach: int = 26
    share: float = 0.2
    anyway: int = 30_000
    upright: int = 71
    as_likely: float = 0.67
    few: int = 16


class LocalParams(NamedTuple):
    """Constants of the local comparison; origin: defaults of MCC SDK 2.0, but for the turns and the least score.

    The SDK compares directions up to 135 degrees apart (delta_theta), whatever the print. Here cylinders are compared
    at every turn, and paired at those that they agree on: :class:`TurnParams`.

    Attributes:
        least_common: least part of all cells that must be valid in both cylinders (minME).
        least_cylinders: with fewer cylinders on either side there is nothing to compare: score 0.
        most_pairs: pairs that are relaxed (max n_R).
        fewest_scored, most_scored: range of the number of pairs that make the score (min n_P, max n_P).
        scored_centre, scored_steepness: the sigmoid between them, by the smaller number of cylinders (mu_P, tau_P).
        own_weight, rounds: of the relaxation (w_R, n_rel).
        fit_centres, fit_steepness: of the compatibility of two pairs: relative distance, direction in radians, chord of
            the bearing (mu_rho, tau_rho).
        turns: of the turn between the prints.
        least_score, looked_at, least_together, least_fit: there is nothing in common where the score is less and none
            of so many best supported pairs fits so many others, a fit being both compatibilities multiplied: score 0,
            and nothing is laid over anything.
        telling_pairs: with fewer pairs than these nobody is dismissed: such prints show little, and are soon compared.
    """

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
    turns: TurnParams = TurnParams()
    least_score: float = 0.118
    looked_at: int = 4
    least_together: int = 2
    least_fit: float = 0.05
    telling_pairs: int = 16


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


class Skin(NamedTuple):
    """How skin may lie: a prior of its displacement between two impressions.

    Attributes:
        bend: standard deviation of the displacement far from what is known, pixels.
        stretch: of a stretch, shear or turn that goes on evenly, per pixel.
        shift: of what is known around the start, pixels.
        reach: where two places have nothing more to do with each other, pixels.
        ahead: distance of the place by which a minutia's direction is turned with the skin, pixels.
        turning: how the direction's standard deviation grows with the place's, radians a pixel.
        blur: power of a pair's lower quality by which its place is less sure.
        least_quality: lower ones count as this there.
    """

    bend: float
    stretch: float
    shift: float = 4.0
    reach: float = 300.0
    ahead: float = 12.0
    turning: float = 0.02
    blur: float = 0.5
    least_quality: float = 0.05


class GrowthParams(NamedTuple):
    """Constants of the alignment.

    Attributes:
        stiff, elastic: most prints lie nearly flat, some are pressed and twisted: both are weighed.
        starts: alignments tried, from the best supported pairs.
        fewest_starts, hopeless: with less evidence after so many, no more are tried.
        beyond_doubt: with as much evidence, no more are tried either.
        promising, promised: an alignment is not gone on with where, when it was grown once, its pairs' evidence on
            elastic skin and ``promised`` times the score of the local comparison are less; nor is any other, where it
            is the first. Of 6337 mated pairs accepted at FMR 1 % without, half of them warped by 60 pixels, the least
            has 35.3; one of FVC2004 DB2, so warped, that is accepted at FMR 0.1 % has 31 to 35.
        promising_whole: likewise, less what is missing on elastic skin. Of 6635 mated pairs of four sets accepted at
            FMR 1 % without, all warped by 60 or 80 pixels, none has less; at 12 one is lost, at 20 two. It spares
            strangers 3 to 7 % of their time.
        telling_pairs: with fewer supported pairs than these that is not asked.
        least_fit: two pairs start together if their compatibilities, multiplied, exceed it.
        start_reach: sigma around a start within which pairs speak for its movement, pixels.
        rounds: how often an alignment is grown, each time from the movement in the middle of the former.
        farthest: minutiae are looked for as long as their place is known so well, standard deviation in pixels.
        reach, widening: how far from its place a minutia is looked for: pixels, and standard deviations of the place.
        turn_reach: difference of directions in which minutiae are paired, radians.
        likeness, likeness_centre: what the similarity of two minutiae's cylinders counts where a partner is chosen.
        least_worth: a partner must be worth more.
        retries: how often those without a partner are tried again.
        fade: a minutia so far from every pair is missed half, if the skin is elastic, pixels.
    """

    stiff: Skin = Skin(3.5, 0.03)
    elastic: Skin = Skin(17.0, 0.06, turning=0.03)
    starts: int = 6
    fewest_starts: int = 1
    hopeless: float = 13.0
    beyond_doubt: float = 100.0
    promising: float = 31.0
    promised: float = 150.0
    promising_whole: float = 8.0
    telling_pairs: int = 16
    least_fit: float = 0.05
    start_reach: float = 80.0
    rounds: int = 2
    farthest: float = 20.0
    reach: float = 14.0
    widening: float = 2.0
    turn_reach: float = 0.6
    likeness: float = 8.0
    likeness_centre: float = 0.4
    least_worth: float = 0.5
    retries: int = 1
    fade: float = 75.0


class SurroundingsParams(NamedTuple):
    """What is common around a minutia: by chance, more minutiae lie where many are, and point where many point.

    Attributes:
        reach: sigma of the surroundings, pixels.
        turn: sigma within which directions count as alike, radians.
        prior: minutiae of any direction that are taken to be there beside those seen.
        directions, density: what the log of either counts.
    """

    reach: float = 60.0
    turn: float = 0.4
    prior: float = 1.0
    directions: float = 0.8
    density: float = 1.2


class UnreportedParams(NamedTuple):
    """What is different where a template's qualities are not reported: all minutiae count as sure, the false ones too.

    Measured on a commercial extractor's records of six sets (FNMR at FMR 0.1 %, mean): as of reported qualities 4.2 %,
    elastic skin costing more 3.8 %, density not counting 3.8 %, both 3.4 %.

    Attributes:
        handicap: taken off the evidence of two prints of which one's are not. Strangers score higher there: measured on
            those records, at FMR 1 % by 7.3, at 0.1 % by 4.8.
        elastic_cost: log odds against skin that is pressed or twisted, instead of the evidence's: false minutiae find
            their like where skin may go anywhere.
        density: what the log of the density around a minutia of such a print counts: where false ones lie close, the
            true ones among them would say nothing.
    """

    handicap: float = 6.0
    elastic_cost: float = 7.0
    density: float = 0.0


@dataclass(frozen=True, slots=True)
class ComparisonParams:
    """All constants of the comparator.

    Attributes:
        cylinders, local, surroundings, growth, evidence: of its steps.
        alignment: how a search lays its candidates, quickly.
        cylinder_quality: minutiae of lower quality have no cylinder and no say in others'; they count as evidence.
        unreported: of prints whose qualities are not reported.
    """

    evidence: EvidenceModel
    cylinders: CylinderParams = field(default_factory=CylinderParams)
    local: LocalParams = field(default_factory=LocalParams)
    surroundings: SurroundingsParams = field(default_factory=SurroundingsParams)
    growth: GrowthParams = field(default_factory=GrowthParams)
    alignment: AlignmentParams = field(default_factory=AlignmentParams)
    cylinder_quality: float = 0.2
    unreported: UnreportedParams = field(default_factory=UnreportedParams)


@cache
def default_params() -> ComparisonParams:
    """Return the parameters that ship with the package."""
    model = files("matcher").joinpath("models", _MODEL).read_text(encoding="utf-8")
    return ComparisonParams(read_model(model))


def comparator_id(params: ComparisonParams | None = None) -> str:
    """Return the name of the comparator: equal names, comparable scores."""
    return f"mcc-evidence-{params_id(params or default_params())}"
