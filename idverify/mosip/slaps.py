"""Records of several fingers in one image."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from idverify.domain.enrolling.slaps import FINGERS
from idverify.domain.model import FingerPosition, ImageSample
from idverify.domain.model.enrolling import SlapPosition, SlapSample
from matcher.formats.cbeff import Bir

_SIDES = {"Right": SlapPosition.RIGHT_FOUR, "Left": SlapPosition.LEFT_FOUR}


@dataclass(frozen=True, slots=True)
class StatedSlap:
    """A slap, and which of its fingers it does not show."""

    sample: SlapSample
    missing: frozenset[FingerPosition]


def slap_of(bir: Bir, missing: Collection[FingerPosition]) -> StatedSlap | None:
    """Return the slap that a record is of; None if it is of one finger, or does not say of which.

    Args:
        bir: the record; it names its fingers, or a side alone: the four fingers of that hand.
        missing: fingers of which other records say that they cannot be shown.
    """
    named = {FingerPosition(finger) for finger in bir.fingers}
    position = _SIDES.get(bir.subtype[0]) if len(bir.subtype) == 1 else None
    for slap, fingers in FINGERS.items():
        if len(named) > 1 and named <= set(fingers):
            position = slap
    if position is None:
        return None
    gone = set(FINGERS[position]) - named if named else set(missing)
    return StatedSlap(SlapSample(position, ImageSample(bir.bdb)), frozenset(gone))
