"""Quality of a sample: how likely it is to match its mate (ISO/IEC 29794-1), and what would make it better.

A comparison lives on minutiae that are sure and have sure neighbours: a cylinder is a minutia's neighbourhood, and what
one print shows near a minutia the other must show too. So the score counts neighbours: the sum, over all pairs of
minutiae, of the product of their squared qualities, faded with their distance. Another minutia, or a surer one, never
lowers it. What the standard's measures of ridges see in the image adds nothing to it (docs/accuracy.md, Quality).
What to advise does come from the image: darkness tells wet from dry.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np

from matcher.images.decoding import resample
from matcher.quality.appearance import RidgeAppearance, ridge_appearance
from matcher.templates.confidence import confidence
from matcher.types import PIXELS_PER_MM, Image, Template

QUALITY_ALGORITHM = "neighbours-1"
"""Name and version of this algorithm; every score is stored and reported with it."""


class Advice(Enum):
    """What a clerk can do about a poor sample; the names are those of the service's CaptureAdvice."""

    NO_FINGER = "NO_FINGER"
    TOO_WET = "TOO_WET"
    TOO_DRY = "TOO_DRY"
    LOW_CONTRAST = "LOW_CONTRAST"
    SMALL_AREA = "SMALL_AREA"
    TOO_FEW_MINUTIAE = "TOO_FEW_MINUTIAE"


@dataclass(frozen=True, slots=True)
class QualityParams:
    """Tuned constants; origin: FVC2002 DB1-DB4 and FVC2004 DB2, DB3, sets B (480 prints, LEADER at 0.1).

    Attributes:
        reach: standard deviation of the distance at which minutiae are neighbours, pixels. The optimum is flat from 60
            to 90; a cylinder's radius is 70.
        scale: neighbours at which the score is 63. The median print has 277 and scores 75, one in twenty scores 28.
        usable_score: lowest score that can carry a decision: of pairs with a print below it half miss FMR 1e-6.
        usable_minutiae: lowest number of minutiae that can carry a decision.
        sureness: power of a minutia's quality in the evidence of a finger. 5 parts prints from other pictures best.
        usable_evidence: least evidence that can carry a decision. Two of the 480 prints have 1.2, the others 3.9 and
            more; of 285 pictures that are no fingers (noise, text, textures, photographs) none exceeds 2.2.
        finger_evidence: least evidence of a finger being there at all.
        good_score: from here on there is nothing to advise; one print in nine scores less.
        area_quality: minutiae of lower quality do not tell where the finger touched.
        small_area: convex hull of the others, mm2, below which the finger should be centred better.
        few_minutiae: number of minutiae with quality of at least one half below which they are too few.
        wet_darkness, dry_darkness: share of dark pixels among ridge blocks; prints look even at 0.4 (by eye).
        wet_smears: share of the print that is dark without a valley; of ten poor prints above it nine look wet.
        low_contrast: standard deviation inside ridge blocks, grey levels. The prints' least is 15.
    """

    reach: float = 75.0
    scale: float = 200.0
    usable_score: int = 10
    usable_minutiae: int = 6
    sureness: int = 5
    usable_evidence: float = 2.4
    finger_evidence: float = 0.5
    good_score: int = 40
    area_quality: float = 0.2
    small_area: float = 50.0
    few_minutiae: int = 12
    wet_darkness: float = 0.62
    dry_darkness: float = 0.30
    wet_smears: float = 0.06
    low_contrast: float = 12.0


DEFAULT_PARAMS = QualityParams()


@dataclass(frozen=True, slots=True)
class Quality:
    """The judgement on a sample.

    Attributes:
        score: 0 (unusable) to 100 (excellent).
        minutiae: how many were found.
        usable: the sample can carry a decision.
        advice: what to do better, most important first; empty for a good sample, and for no other.
    """

    score: int
    minutiae: int
    usable: bool
    advice: tuple[Advice, ...]


def assess(template: Template, params: QualityParams = DEFAULT_PARAMS) -> Quality:
    """Judge a template without its image, e.g. one read from a record. Cost: microseconds."""
    return _judge(template, None, params)


def assess_image(image: Image, template: Template, params: QualityParams = DEFAULT_PARAMS) -> Quality:
    """Judge an image and the template found in it. Same score as :func:`assess`, better advice; about 15 ms."""
    return _judge(template, ridge_appearance(resample(image)), params)


def neighbours(template: Template, params: QualityParams = DEFAULT_PARAMS) -> float:
    """Return how many sure neighbours the minutiae have between them, each counted as its own neighbour too.

    Where no quality is reported a minutia is worth what :func:`matcher.templates.confidence.confidence` says.
    """
    weight = confidence(template) ** 2
    x, y = template.x.astype(np.float64), template.y.astype(np.float64)
    squared = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2
    return float(weight @ np.exp(-squared / (2 * params.reach**2)) @ weight)


def evidence(template: Template, params: QualityParams = DEFAULT_PARAMS) -> float:
    """Return the evidence of a finger: the sum of the minutiae's qualities to the power of ``params.sureness``.

    What the network suspects in a photograph or a text it is not sure of, however much of it there is. Where no
    quality is reported every minutia is one: whoever made the record vouched for the finger.
    """
    if template.quality is None:
        return float(len(template))
    return float((template.quality.astype(np.float64) ** params.sureness).sum())


def _judge(template: Template, ridges: RidgeAppearance | None, params: QualityParams) -> Quality:
    amount, count = evidence(template, params), len(template)
    score = round(100 * -np.expm1(-neighbours(template, params) / params.scale))
    enough = score >= params.usable_score and count >= params.usable_minutiae
    usable = enough and amount >= params.usable_evidence
    good = usable and score >= params.good_score
    advice = () if good else _advice(template, amount, ridges, params)
    return Quality(score, count, usable, advice)


def _advice(
    template: Template, amount: float, ridges: RidgeAppearance | None, params: QualityParams
) -> tuple[Advice, ...]:
    if amount < params.finger_evidence:
        return (Advice.NO_FINGER,)
    appearance = () if ridges is None else _appearance_advice(ridges, params)
    small = (Advice.SMALL_AREA,) if _hull_area(template, params.area_quality) < params.small_area else ()
    sure = int((confidence(template) >= 0.5).sum())
    # Whatever else is wrong with a poor sample, it comes to this.
    few = (Advice.TOO_FEW_MINUTIAE,) if sure < params.few_minutiae or not (appearance or small) else ()
    return (*appearance, *small, *few)


def _appearance_advice(ridges: RidgeAppearance, params: QualityParams) -> tuple[Advice, ...]:
    if ridges.area == 0:
        return (Advice.LOW_CONTRAST,)
    is_wet = ridges.darkness > params.wet_darkness or ridges.smeared > params.wet_smears
    wet = (Advice.TOO_WET,) if is_wet else ()
    dry = (Advice.TOO_DRY,) if ridges.darkness < params.dry_darkness and not is_wet else ()
    faint = (Advice.LOW_CONTRAST,) if ridges.contrast < params.low_contrast else ()
    return (*wet, *dry, *faint)


def _hull_area(template: Template, least_quality: float) -> float:
    """Area in mm2 of the convex hull of the minutiae of at least a quality."""
    points = np.stack([template.x, template.y], axis=1)[confidence(template) >= least_quality]
    if len(points) < 3:
        return 0.0
    return float(cv2.contourArea(cv2.convexHull(points))) / _PIXELS_PER_MM2


_PIXELS_PER_MM2 = PIXELS_PER_MM**2
