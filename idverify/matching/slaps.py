"""Slaps, cut by the matcher."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import degrees

from idverify.domain.enrolling.slaps import count_mismatch
from idverify.domain.model import FingerPosition, ImageFormat, ImageSample, Sample
from idverify.domain.model.enrolling import CutFinger, FingerBox, ImageFacts, SlapSample
from idverify.matching.images import read, refusals
from matcher.errors import SlapCountError
from matcher.images.decoding import encode_png
from matcher.slaps.cutting import SLAP_LIMITS, SlapFinger, cut_slap
from matcher.slaps.hands import Slap
from matcher.types import FingerPosition as MatcherPosition


def cut(slap: SlapSample, missing: Collection[FingerPosition]) -> Sequence[CutFinger]:
    """Cut a slap; see :meth:`idverify.ports.Biometrics.cut_slap`."""
    with refusals():
        file = read(slap.image, SLAP_LIMITS)
        facts = ImageFacts(file.format.value, file.image.resolution_ppi, file.grey_levels, None)
        try:
            fingers = cut_slap(file.image, Slap(slap.position), missing=[MatcherPosition(finger) for finger in missing])
        except SlapCountError as error:
            raise count_mismatch(slap.position, missing, error.found) from None
    return [_cut(slap, finger, facts) for finger in fingers]


def _cut(slap: SlapSample, finger: SlapFinger, facts: ImageFacts) -> CutFinger:
    box = FingerBox(*finger.centre, *finger.size, degrees(finger.angle))
    content = ImageSample(encode_png(finger.image), ImageFormat.PNG, resolution_ppi=finger.image.resolution_ppi)
    return CutFinger(slap.position, box, Sample(FingerPosition(finger.position), content), facts)
