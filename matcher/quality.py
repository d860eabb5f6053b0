"""Quality of a sample: how likely it is to match its mate (ISO/IEC 29794-1), and what would make it better.

First version. The score rests on the evidence in the template, the sum of its minutiae's qualities to the fifth power:
what the extractor is sure of counts, what it suspects in a photograph or a text does not. Measured on FVC2002 DB1-DB4
and FVC2004 DB2, DB3 sets B (480 prints, LEADER at 0.2): least 1.2, one in a hundred 4.3, median 20; on 160
pictures that are no fingers (noise, text, photographs, textures): at most 2.2. The score never falls when a minutia is
added or becomes surer. What to advise comes from the image's ridges: their darkness tells wet from dry.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.images import resample
from matcher.types import TEMPLATE_RESOLUTION_PPI, ByteArray, Image, Template

QUALITY_ALGORITHM = "evidence-1"
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
    """Tuned constants; origin: the databases named above unless said otherwise.

    Attributes:
        sureness: power of a minutia's quality in the evidence. 5 parts real prints from other pictures best.
        scale: evidence at which the score is 63; a typical print (20) then scores 74.
        usable_score: lowest score that can carry a decision: evidence 2.4. Refuses two of the 480 prints.
        usable_minutiae: lowest number of minutiae that can carry a decision. Foreign records need it: a minutia of
            unreported quality counts as sure.
        good_score: from here on there is nothing to advise: evidence 7.7, one print in twenty has less.
        finger_evidence: least evidence of a finger being there at all.
        area_quality: minutiae of lower quality do not tell where the finger touched.
        small_area: convex hull of the others, mm2, below which the finger should be centred better.
        few_minutiae: number of minutiae with quality of at least one half below which they are too few.
        wet_darkness, dry_darkness: share of dark pixels among ridge blocks; prints look even at 0.4 (by eye).
        low_contrast: standard deviation inside ridge blocks, grey levels. The prints' least is 14.
    """

    sureness: int = 5
    scale: float = 15.0
    usable_score: int = 15
    usable_minutiae: int = 6
    good_score: int = 40
    finger_evidence: float = 0.5
    area_quality: float = 0.2
    small_area: float = 50.0
    few_minutiae: int = 12
    wet_darkness: float = 0.62
    dry_darkness: float = 0.30
    low_contrast: float = 12.0


DEFAULT_PARAMS = QualityParams()


@dataclass(frozen=True, slots=True)
class Quality:
    """The judgement on a sample.

    Attributes:
        score: 0 (unusable) to 100 (excellent).
        minutiae: how many were found.
        usable: the sample can carry a decision.
        advice: what to do better, most important first; empty for a good sample.
    """

    score: int
    minutiae: int
    usable: bool
    advice: tuple[Advice, ...]


@dataclass(frozen=True, slots=True)
class RidgeAppearance:
    """How the ridges look in an image.

    Attributes:
        area: mm2 covered by blocks that hold ridges.
        contrast: median standard deviation of those blocks, grey levels.
        darkness: median share of their pixels nearer to their darkest than to their brightest.
    """

    area: float
    contrast: float
    darkness: float


def assess(template: Template, params: QualityParams = DEFAULT_PARAMS) -> Quality:
    """Judge a template without its image, e.g. one read from a record. Cost: microseconds."""
    return _judge(template, (), params)


def assess_image(image: Image, template: Template, params: QualityParams = DEFAULT_PARAMS) -> Quality:
    """Judge an image and the template found in it. Same score as :func:`assess`, better advice; about 10 ms."""
    ridges = ridge_appearance(resample(image))
    return _judge(template, _appearance_advice(ridges, params), params)


def evidence(template: Template, params: QualityParams = DEFAULT_PARAMS) -> float:
    """Return the sum of the minutiae's qualities to the power of ``params.sureness``: sure minutiae, softly counted."""
    return float((template.quality.astype(np.float64) ** params.sureness).sum())


def _judge(template: Template, appearance: tuple[Advice, ...], params: QualityParams) -> Quality:
    amount, count = evidence(template, params), len(template)
    score = round(100 * -np.expm1(-amount / params.scale))
    advice = () if score >= params.good_score else _advice(template, amount, appearance, params)
    usable = score >= params.usable_score and count >= params.usable_minutiae
    return Quality(score, count, usable, advice)


def _advice(
    template: Template, amount: float, appearance: tuple[Advice, ...], params: QualityParams
) -> tuple[Advice, ...]:
    if amount < params.finger_evidence:
        return (Advice.NO_FINGER,)
    small = (Advice.SMALL_AREA,) if _hull_area(template, params.area_quality) < params.small_area else ()
    sure = int((template.quality >= 0.5).sum())
    few = (Advice.TOO_FEW_MINUTIAE,) if sure < params.few_minutiae else ()
    return (*appearance, *small, *few)


def _appearance_advice(ridges: RidgeAppearance, params: QualityParams) -> tuple[Advice, ...]:
    if ridges.area == 0:
        return (Advice.LOW_CONTRAST,)
    wet = (Advice.TOO_WET,) if ridges.darkness > params.wet_darkness else ()
    dry = (Advice.TOO_DRY,) if ridges.darkness < params.dry_darkness else ()
    faint = (Advice.LOW_CONTRAST,) if ridges.contrast < params.low_contrast else ()
    return (*wet, *dry, *faint)


def _hull_area(template: Template, least_quality: float) -> float:
    """Area in mm2 of the convex hull of the minutiae of at least a quality."""
    points = np.stack([template.x, template.y], axis=1)[template.quality >= least_quality]
    if len(points) < 3:
        return 0.0
    return float(cv2.contourArea(cv2.convexHull(points))) / _PIXELS_PER_MM2


_PIXELS_PER_MM2 = (TEMPLATE_RESOLUTION_PPI / 25.4) ** 2
_BLOCK, _STEP = 32, 16  # pixels at 500 dpi: three ridges to a block
_PERIODS = (5.0, 16.0)  # pixels at 500 dpi: ridge periods from children's fingers to thumbs, with room
_LEAST_DEVIATION = 8.0  # grey levels
_LEAST_BAND_SHARE = 0.6  # of the block's power at ridge periods
_LEAST_COHERENCE = 0.5  # 1 for one orientation, 0 for all alike


def ridge_appearance(pixels: ByteArray) -> RidgeAppearance:
    """Measure the blocks of 32 x 32 pixels that hold ridges: power at ridge periods, in one orientation.

    Args:
        pixels: uint8, shape (h, w), at 500 dpi.
    """
    if min(pixels.shape) < _BLOCK:
        return RidgeAppearance(0.0, 0.0, 0.0)
    windows = np.lib.stride_tricks.sliding_window_view(pixels, (_BLOCK, _BLOCK))[::_STEP, ::_STEP]
    blocks = windows.reshape(-1, _BLOCK, _BLOCK).astype(np.float32)
    deviation = blocks.std(axis=(1, 2))
    share, coherence = _spectrum(blocks)
    held = (deviation > _LEAST_DEVIATION) & (share > _LEAST_BAND_SHARE) & (coherence > _LEAST_COHERENCE)
    if not held.any():
        return RidgeAppearance(0.0, 0.0, 0.0)
    low, high = np.percentile(blocks[held], [10, 90], axis=(1, 2))
    dark = blocks[held] < ((low + high) / 2)[:, None, None]
    area = int(held.sum()) * _STEP**2 / _PIXELS_PER_MM2
    return RidgeAppearance(area, float(np.median(deviation[held])), float(np.median(dark.mean(axis=(1, 2)))))


def _without_plane(blocks: NDArray[np.float32]) -> NDArray[np.float32]:
    """Subtract from each block its least squares plane: shading would leak into the lowest ridge frequencies."""
    ramp = (np.arange(_BLOCK) - (_BLOCK - 1) / 2).astype(np.float32)
    norm = _BLOCK * (ramp**2).sum()
    down = (blocks.sum(axis=2) @ ramp / norm)[:, None, None] * ramp[:, None]
    right = (blocks.sum(axis=1) @ ramp / norm)[:, None, None] * ramp[None, :]
    flat: NDArray[np.float32] = blocks - blocks.mean(axis=(1, 2), keepdims=True) - down - right
    return flat


def _spectrum(blocks: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return, of every block, the share of its power at ridge periods and that power's coherence of orientation."""
    taper = np.hanning(_BLOCK + 2)[1:-1].astype(np.float32)
    power = np.abs(np.fft.rfft2(_without_plane(blocks) * np.outer(taper, taper))) ** 2
    power[:, :, 0] /= 2  # the half spectrum holds this column's mirror image too
    v, u = np.meshgrid(np.fft.fftfreq(_BLOCK), np.fft.rfftfreq(_BLOCK), indexing="ij")
    frequency = np.hypot(u, v)
    detail = power * (frequency > 1.5 / _BLOCK)  # without what is left of shading
    ridge = power * ((frequency >= 1 / _PERIODS[1]) & (frequency <= 1 / _PERIODS[0]))
    total, inside = detail.sum(axis=(1, 2)) + 1e-3, ridge.sum(axis=(1, 2)) + 1e-3
    turned = (ridge * np.exp(2j * np.arctan2(v, u))).sum(axis=(1, 2))
    return inside / total, np.abs(turned) / inside
