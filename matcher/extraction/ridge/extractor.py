"""The extractor of image processing alone: no network, no weights, tens of milliseconds."""

from __future__ import annotations

import cv2
import numpy as np

from matcher.extraction.ridge.coarse_map import coarse_map
from matcher.extraction.ridge.false_minutiae import depth_ahead, interrupted
from matcher.extraction.ridge.fields import RidgeFields, fields
from matcher.extraction.ridge.minutia_quality import Float, Surroundings, features, quality
from matcher.extraction.ridge.minutiae import LineEnds, line_ends
from matcher.extraction.ridge.params import DEFAULT_RIDGE, RidgeParams
from matcher.images.decoding import resample
from matcher.templates.repeats import without_repeats
from matcher.templates.ridge_map import with_ridges
from matcher.types import FloatArray, Image, Template

_VERSION = 1


class RidgeExtractor:
    """Finds minutiae as ends of ridges and valleys. Thread-safe; implements :class:`matcher.types.Extractor`."""

    def __init__(self, params: RidgeParams = DEFAULT_RIDGE) -> None:
        self._params = params
        self._id = f"ridge-{_VERSION}-q{params.minimum_quality:.2f}"

    @property
    def id(self) -> str:
        """Name, version, and lowest quality kept."""
        return self._id

    def extract(self, image: Image) -> Template:
        """Find the minutiae of ``image``; positions at 500 dpi, best quality first."""
        return self.template(self.fields(image))

    def fields(self, image: Image) -> RidgeFields:
        """Return what every stage makes of ``image``."""
        return fields(resample(image), self._params)

    def template(self, stages: RidgeFields) -> Template:
        """Return the minutiae that the last stages find, best quality first, and the map of the ridges."""
        found, measured = candidates(stages, self._params)
        worth = quality(measured)
        best = np.argsort(-worth, kind="stable")[: self._params.most]
        best = best[worth[best] >= self._params.minimum_quality]
        height, width = stages.mask.shape
        kept = found.take(best)
        template = Template(
            x=np.clip(kept.x, 0, width - 1),
            y=np.clip(kept.y, 0, height - 1),
            angle=kept.angle,
            kind=kept.kind,
            quality=worth[best],
            width=width,
            height=height,
            extractor=self._id,
        )
        return with_ridges(without_repeats(template), coarse_map(stages, width, height))


def candidates(stages: RidgeFields, params: RidgeParams = DEFAULT_RIDGE) -> tuple[LineEnds, Float]:
    """Return the ends that may be minutiae, and their features."""
    found = line_ends(stages.ridge_lines, stages.valley_lines, stages.orientation, params.minutiae, params.skeleton)
    depth = depth_ahead(found, _depth(stages), params.minutiae)
    kept = ~interrupted(found, params.minutiae) & (depth >= params.minutiae.margin)
    found, depth = found.take(kept), depth[kept]
    around = Surroundings(stages.orientation.coherence, stages.wave, stages.strength, stages.deviation)
    return found, features(found, depth, around)


def _depth(stages: RidgeFields) -> FloatArray:
    """Return how far every pixel is from the edge of the finger or of the image, pixels."""
    framed = np.pad(stages.mask.astype(np.uint8), 1)
    depth = cv2.distanceTransform(framed, cv2.DIST_L2, 3)
    return np.asarray(depth, np.float32)[1:-1, 1:-1]
