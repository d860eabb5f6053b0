"""Fingers that a citizen cannot show: missing or damaged for good or a while, or bandaged until a day.

They are not asked for as long as that holds. One that is shown nevertheless is compared as any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerException, FingerFault, FingerPosition


def unavailable(fingers: Iterable[FingerException], today: date) -> tuple[FingerException, ...]:
    """Return what is noted that still holds on a day, in Viet Nam."""
    return tuple(finger for finger in fingers if finger.holds(today))


def spared(fingers: Iterable[FingerException], today: date) -> frozenset[FingerPosition]:
    """Return the fingers that are not asked for on a day, in Viet Nam."""
    return frozenset(finger.position for finger in unavailable(fingers, today))


def require_exceptions(fingers: tuple[FingerException, ...], today: date, field: str = "fingers") -> None:
    """Check what is to be noted.

    Raises:
        DomainError: FIELD_INVALID for a finger that is unknown or there twice, a bandage without a day, a missing
            finger with one, a day that is past.
    """
    positions = [finger.position for finger in fingers]
    if FingerPosition.UNKNOWN in positions or len(set(positions)) < len(positions):
        raise _invalid(field, "finger_position", "must be a known finger, each once")
    if any(finger.fault is FingerFault.BANDAGED and finger.until is None for finger in fingers):
        raise _invalid(field, "until", "is needed for a bandage")
    if any(finger.fault is FingerFault.MISSING and finger.until is not None for finger in fingers):
        raise _invalid(field, "until", "is not for a missing finger: it stays missing")
    if any(not finger.holds(today) for finger in fingers):
        raise _invalid(field, "until", "must be today or later")


def _invalid(field: str, name: str, what: str) -> DomainError:
    return DomainError(Reason.FIELD_INVALID, f"{name} {what}", {"field": f"{field}.{name}"})
