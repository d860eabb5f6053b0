"""The NFIQ 2 score of an image."""

from __future__ import annotations

from matcher.images.decoding import resample
from matcher.quality.nfiq2.forest import Forest
from matcher.quality.nfiq2.measures import image_measures
from matcher.types import Image, Template

NFIQ2_ALGORITHM = "nfiq2-2.3-own-minutiae"
"""The forest is that of NFIQ 2.3; the minutiae are ours instead of FingerJet FX's."""


def nfiq2_score(image: Image, template: Template, forest: Forest) -> int:
    """Return the unified quality score, 0 (unusable) to 100, of an image and the template found in it.

    Raises:
        SampleInvalidError: the image shows too little.
    """
    return forest.score(image_measures(resample(image), template.x, template.y))
