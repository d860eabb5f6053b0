"""Why did a genuine pair score low, or an impostor pair high? A class, and the figures it rests on.

Where a third impression of the same finger lies well over both prints, it says where the one lies over the other,
better than a comparison that failed: :func:`movement_by_third`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from matcher.comparison.compare import Comparison
from matcher.comparison.overlap import moved_points, overlap
from matcher.comparison.prepared import PreparedTemplate
from matcher.quality.score import DEFAULT_PARAMS as QUALITY
from matcher.quality.score import assess

Movement = tuple[float, float, float]

SURE = 0.5
"""Quality from which on a minutia is expected to be found again."""


class Cause(Enum):
    """What a pair's score is put down to."""

    LABEL = "label"
    NO_OVERLAP = "hardly any overlap"
    TOO_FEW_MINUTIAE = "too few minutiae"
    QUALITY = "quality"
    MISALIGNED = "misaligned"
    DISTORTION = "distortion"
    EXTRACTION_MISS = "extraction miss"
    EXTRACTION_FAILURE = "extraction failure"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CauseParams:
    """Bounds between the classes; origin: looking at the lowest genuine pairs of six FVC sets B.

    Attributes:
        little_area: overlap, mm2, that is none to speak of.
        few_common: sure minutiae of either print in the overlap, likewise.
        few_minutiae: sure minutiae of a print that are too few wherever they lie.
        unusable_quality: quality score that the service refuses.
        low_quality: quality score under which the clerk would be advised.
        far_off: pixels between where a print was laid and where a third impression says it lies.
        much_bend: root mean square bend of the paired minutiae, pixels.
        many_missing: sure minutiae of one print without a pair, and their share of those in the overlap.
    """

    little_area: float = 35.0
    few_common: int = 8
    few_minutiae: int = QUALITY.few_minutiae
    unusable_quality: int = QUALITY.usable_score
    low_quality: int = QUALITY.good_score
    far_off: float = 20.0
    much_bend: float = 6.0
    many_missing: tuple[int, float] = (4, 0.4)


DEFAULT_PARAMS = CauseParams()


@dataclass(frozen=True, slots=True)
class Figures:
    """What can be measured on a pair. Twofold figures are of the probe and of the reference.

    Attributes:
        quality: quality scores, 0 to 100.
        sure: minutiae of quality 0.5 and more.
        area: mm2 that both hulls share, by a third impression if there is one, else as they were laid.
        common: sure minutiae inside the other's hull, likewise.
        pairs: minutiae that lie on each other, as they were laid.
        turn: by how much the probe was turned for it, degrees.
        missing: sure minutiae that counted against.
        residual: root mean square distance of the pairs, pixels.
        bend: how far the paired minutiae were bent, root mean square, pixels.
        third: the impression that says how they lie; empty if none does.
        off: pixels between what it says and how they were laid, in the middle of the overlap; None if unknown.
        own: median level with the other impressions of the own finger; None where there are none.
    """

    quality: tuple[int, int]
    sure: tuple[int, int]
    area: float
    common: tuple[int, int]
    pairs: int
    turn: int
    missing: tuple[int, int]
    residual: float
    bend: float
    third: str
    off: float | None
    own: tuple[float | None, float | None]


def measure(
    probe: PreparedTemplate,
    reference: PreparedTemplate,
    comparison: Comparison,
    own: tuple[float | None, float | None],
    believed: tuple[str, Movement] | None = None,
) -> Figures:
    """Measure a pair.

    Args:
        probe: compared.
        reference: with it.
        comparison: of both.
        own: median levels with the other impressions of their fingers.
        believed: name of a third impression and the movement that it gives, if there is one.
    """
    laid = overlap(probe, reference, comparison)
    third = "" if believed is None else believed[0]
    shared = laid if believed is None else overlap(probe, reference, _by(probe, believed[1]))
    sides = (probe, reference)
    sure = [side.print.quality >= SURE for side in sides]
    qualities = [assess(side.template).score for side in sides]
    return Figures(
        quality=(qualities[0], qualities[1]),
        sure=(int(sure[0].sum()), int(sure[1].sum())),
        area=round(shared.area, 1),
        common=(int((shared.seen_probe & sure[0]).sum()), int((shared.seen_reference & sure[1]).sum())),
        pairs=len(comparison.pairs),
        turn=0 if comparison.movement is None else round(float(np.degrees(comparison.movement[0]))),
        missing=(int((laid.alone_probe & sure[0]).sum()), int((laid.alone_reference & sure[1]).sum())),
        residual=_residual(reference, comparison),
        bend=_bend(probe, comparison),
        third=third,
        off=None if believed is None else _off(probe, reference, comparison, believed[1]),
        own=own,
    )


def genuine_cause(figures: Figures, threshold: float, params: CauseParams = DEFAULT_PARAMS) -> Cause:
    """Say why a genuine pair scored low: the first class that holds.

    Args:
        figures: of the pair.
        threshold: level under which a pair is rejected: an impression that its own finger rejects as a rule, although
            it is a good one, is likely another finger's.
        params: bounds.
    """
    estranged = [level is not None and level < threshold for level in figures.own]
    good = [score >= params.low_quality for score in figures.quality]
    if any(e and g for e, g in zip(estranged, good, strict=True)):
        return Cause.LABEL
    return _shared_cause(figures, params) or _laying_cause(figures, params) or Cause.OTHER


def impostor_cause(figures: Figures, alike: float, params: CauseParams = DEFAULT_PARAMS) -> Cause:
    """Say why an impostor pair scored high.

    Args:
        figures: of the pair.
        alike: share of the impressions of both fingers, compared with the other, that would be accepted: if it is
            most of them, both are one finger.
        params: bounds.
    """
    if alike > 0.5:
        return Cause.LABEL
    return _shared_cause(figures, params) or Cause.OTHER


def movement_by_third(there: Movement, back: Movement) -> Movement:
    """Return the movement that leads over a third print: ``there`` first, then ``back``."""
    (turn, dx, dy), (more, ex, ey) = there, back
    shift = moved_points(np.array([[dx, dy]]), (more, ex, ey))[0]
    return float(np.angle(np.exp(1j * (turn + more)))), float(shift[0]), float(shift[1])


def _shared_cause(figures: Figures, params: CauseParams) -> Cause | None:
    """Name what was missing before anything was compared."""
    if min(figures.quality) < params.unusable_quality:
        return Cause.QUALITY
    if figures.area < params.little_area:
        return Cause.NO_OVERLAP
    if min(figures.sure) < params.few_minutiae:
        return Cause.TOO_FEW_MINUTIAE
    if min(figures.common) < params.few_common:
        return Cause.NO_OVERLAP
    return Cause.QUALITY if min(figures.quality) < params.low_quality else None


def _laying_cause(figures: Figures, params: CauseParams) -> Cause | None:
    """Name what went wrong with prints that have enough in common."""
    if figures.off is not None and figures.off > params.far_off:
        return Cause.MISALIGNED
    if figures.bend > params.much_bend:
        return Cause.DISTORTION
    number, share = params.many_missing
    for missing, common in zip(figures.missing, figures.common, strict=True):
        if missing >= number and missing > share * common:
            return Cause.EXTRACTION_MISS
    return None


def _by(probe: PreparedTemplate, movement: Movement) -> Comparison:
    """Return what a comparison would be that laid the probe there and paired nothing."""
    points = moved_points(probe.print.pose[:, :2], movement)
    over = np.ascontiguousarray(np.column_stack([points, probe.print.pose[:, 2] + movement[0]]))
    return Comparison(0.0, np.zeros((0, 2), np.int64), over, {}, movement)


def _off(probe: PreparedTemplate, reference: PreparedTemplate, comparison: Comparison, believed: Movement) -> float:
    """Return how far two movements are apart where the prints overlap; infinite if they were not laid at all."""
    if comparison.movement is None:
        return float("inf")
    shared = overlap(probe, reference, _by(probe, believed)).region
    points = shared if len(shared) else reference.print.hull
    middle = points.mean(axis=0, keepdims=True) if len(points) else np.zeros((1, 2))
    source = moved_points(middle, _inverse(believed))
    return round(float(np.hypot(*(moved_points(source, comparison.movement) - middle)[0])), 1)


def _inverse(movement: Movement) -> Movement:
    turn, dx, dy = movement
    x, y = moved_points(np.array([[-dx, -dy]]), (-turn, 0.0, 0.0))[0]
    return -turn, float(x), float(y)


def _residual(reference: PreparedTemplate, comparison: Comparison) -> float:
    if comparison.over is None:
        return 0.0
    i, j = comparison.pairs.T
    return _root_mean_square(comparison.over[i, :2] - reference.print.pose[j, :2])


def _bend(probe: PreparedTemplate, comparison: Comparison) -> float:
    if comparison.over is None or comparison.movement is None:
        return 0.0
    paired = comparison.pairs[:, 0]
    return _root_mean_square(
        comparison.over[paired, :2] - moved_points(probe.print.pose[paired, :2], comparison.movement)
    )


def _root_mean_square(shifts: NDArray[np.float64]) -> float:
    return round(float(np.sqrt((shifts**2).sum(axis=1).mean())), 1) if len(shifts) else 0.0
