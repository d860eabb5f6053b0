"""Slaps: which fingers each should show, and what is wrong with what was sent.

A 4-4-2 enrolment is the four fingers of each hand and both thumbs. Fingers are told apart by their order from left to
right, so one that is not there must be stated: it leaves its place, and every other keeps its name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerException, FingerFault, FingerPosition, Sample
from idverify.domain.model.enrolling import SlapPosition, SlapSample

FINGERS = {
    SlapPosition.RIGHT_FOUR: (
        FingerPosition.RIGHT_INDEX,
        FingerPosition.RIGHT_MIDDLE,
        FingerPosition.RIGHT_RING,
        FingerPosition.RIGHT_LITTLE,
    ),
    SlapPosition.LEFT_FOUR: (
        FingerPosition.LEFT_INDEX,
        FingerPosition.LEFT_MIDDLE,
        FingerPosition.LEFT_RING,
        FingerPosition.LEFT_LITTLE,
    ),
    SlapPosition.TWO_THUMBS: (FingerPosition.RIGHT_THUMB, FingerPosition.LEFT_THUMB),
}
"""Which fingers a slap shows."""


def expected(slap: SlapPosition, missing: Collection[FingerPosition]) -> tuple[FingerPosition, ...]:
    """Return which fingers a slap should show, given those that cannot be shown."""
    return tuple(finger for finger in FINGERS[slap] if finger not in missing)


def require_slaps(slaps: Sequence[SlapSample]) -> None:
    """Require each slap once. Raises DomainError FIELD_INVALID."""
    if len({slap.position for slap in slaps}) < len(slaps):
        raise DomainError(Reason.FIELD_INVALID, "slaps must be of each hand, and of the thumbs, once", _of("position"))


def require_some_finger(slaps: Iterable[SlapSample], missing: Collection[FingerPosition]) -> None:
    """Require that each slap can show some finger. Raises DomainError FIELD_INVALID."""
    if any(not expected(slap.position, missing) for slap in slaps):
        raise DomainError(Reason.FIELD_INVALID, "a slap is of fingers that all cannot be shown", _of("position"))


def require_not_missing(samples: Iterable[Sample], fingers: Iterable[FingerException]) -> None:
    """Require that no finger is taken that is stated not to be there. Raises DomainError FIELD_INVALID."""
    gone = {finger.position for finger in fingers if finger.fault is FingerFault.MISSING}
    for index, sample in enumerate(samples):
        if sample.position in gone:
            raise DomainError(
                Reason.FIELD_INVALID,
                "this finger is stated to be missing",
                {"field": f"samples[{index}].finger_position", "sample": str(index)},
            )


def count_mismatch(slap: SlapPosition, missing: Collection[FingerPosition], found: int) -> DomainError:
    """Return the refusal of a slap that shows fewer or more fingers than it should."""
    fingers = expected(slap, missing)
    return DomainError(
        Reason.SLAP_COUNT_MISMATCH,
        f"this slap should show {len(fingers)} fingers apart from each other, and shows {found}",
        {
            "slap": slap.name,
            "expected": str(len(fingers)),
            "found": str(found),
            "fingers": ",".join(finger.name for finger in fingers),
        },
    )


def _of(field: str) -> dict[str, str]:
    return {"field": f"slaps.{field}"}
