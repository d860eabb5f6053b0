"""What the extractors make of one image, with the time it took."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from matcher.errors import SampleInvalidError
from matcher.extraction.leader import LeaderExtractor
from matcher.extraction.ridge import RidgeExtractor, RidgeFields
from matcher.images.decoding import resample
from matcher.quality.nfiq2.forest import installed_forest
from matcher.quality.nfiq2.score import nfiq2_score
from matcher.quality.score import Quality, assess_image
from matcher.types import ByteArray, Image, Template

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """One image and what was found in it.

    Attributes:
        image: as decoded.
        pixels: at 500 dpi, uint8 (h, w): the frame of everything else.
        stages: of the extraction by image processing.
        ridge: its minutiae.
        leader: the network's minutiae, which the service compares.
        quality: of the sample, judged by them.
        nfiq2: NFIQ 2 of the sample, likewise; None if its forest is not installed, or too little is seen.
        milliseconds: time of each extractor, the first image of a process.
    """

    image: Image
    pixels: ByteArray
    stages: RidgeFields
    ridge: Template
    leader: Template
    quality: Quality
    nfiq2: int | None
    milliseconds: dict[str, float]

    def facts(self) -> dict[str, Any]:
        """Return the figures, without the picture and without minutiae."""
        height, width = self.image.pixels.shape
        mask, singular = self.stages.mask, self.stages.singular_points
        on_finger = self.stages.mask_cells > 0.5
        return {
            "width": width,
            "height": height,
            "resolution_ppi": self.image.resolution_ppi,
            "finger_share": float(mask.mean()),
            "ridge_period_px": float(self.stages.period[on_finger].mean()) if on_finger.any() else None,
            "coherence": float(self.stages.orientation.coherence[on_finger].mean()) if on_finger.any() else None,
            "cores": len(singular.cores),
            "deltas": len(singular.deltas),
            "minutiae": {"leader": len(self.leader), "ridge": len(self.ridge)},
            "extractors": {"leader": self.leader.extractor, "ridge": self.ridge.extractor},
            "quality": self.quality.score,
            "nfiq2": self.nfiq2,
            "usable": self.quality.usable,
            "advice": [advice.value for advice in self.quality.advice],
            "milliseconds": self.milliseconds,
        }


def inspect_image(image: Image, leader: LeaderExtractor, ridge: RidgeExtractor) -> Inspection:
    """Run both extractors and keep what lies between."""
    stages, fields_ms = _timed(lambda: ridge.fields(image))
    by_ridge, last_ms = _timed(lambda: ridge.template(stages))
    by_leader, leader_ms = _timed(lambda: leader.extract(image))
    quality = assess_image(image, by_leader)
    nfiq2 = _nfiq2(image, by_leader)
    times = {"leader": leader_ms, "ridge": fields_ms + last_ms}
    return Inspection(image, resample(image), stages, by_ridge, by_leader, quality, nfiq2, times)


def _nfiq2(image: Image, template: Template) -> int | None:
    forest = installed_forest()
    if forest is None:
        return None
    try:
        return nfiq2_score(image, template, forest)
    except SampleInvalidError:
        return None


def _timed(action: Callable[[], _T]) -> tuple[_T, float]:
    start = time.perf_counter()
    result = action()
    return result, 1000 * (time.perf_counter() - start)
