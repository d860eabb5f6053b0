"""Whether JSON has the shape that the interface asks for. What is wrong is named by its place, never by its value."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from idverify.domain.errors import DomainError, Reason

Check = Callable[[Any, str], None]
"""From a value and its place. Raises DomainError FIELD_INVALID, FIELD_MISSING."""


def invalid(place: str, what: str) -> DomainError:
    """Return FIELD_INVALID of a place; ``what`` says how it should be."""
    return DomainError(Reason.FIELD_INVALID, f"{place} {what}", {"field": place})


def anything(value: Any, place: str) -> None:
    """Take whatever it is."""
    del value, place


def text(value: Any, place: str) -> None:
    """Take a text."""
    if not isinstance(value, str):
        raise invalid(place, "must be a text")


def integer(value: Any, place: str) -> None:
    """Take a whole number of at most nine digits: more has no measure of an image, and no float in the end."""
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole or abs(value) >= 10**9:
        raise invalid(place, "must be a whole number")


def number(value: Any, place: str) -> None:
    """Take a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise invalid(place, "must be a number")


def boolean(value: Any, place: str) -> None:
    """Take true or false."""
    if not isinstance(value, bool):
        raise invalid(place, "must be true or false")


def moment(value: Any, place: str) -> None:
    """Take a date and time of RFC 3339, with its offset."""
    text(value, place)
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        read = None
    if read is None or read.tzinfo is None or "T" not in value.upper():
        raise invalid(place, "must be a date and time with its offset (RFC 3339)")


def packed(value: Any, place: str) -> None:
    """Take base64."""
    text(value, place)
    unpacked(value, place)


def unpacked(value: str, place: str) -> bytes:
    """Return what is in a text of base64. Raises DomainError FIELD_INVALID."""
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise invalid(place, "must be base64") from None


def one_of(*known: str) -> Check:
    """Return what takes one of some texts."""

    def check(value: Any, place: str) -> None:
        text(value, place)
        if value not in known:
            raise invalid(place, f"must be one of {', '.join(known)}")

    return check


def list_of(each: Check, least: int = 0, *, different: bool = False) -> Check:
    """Return what takes an array of at least so many; ``different``: of texts, none of them twice."""

    def check(value: Any, place: str) -> None:
        if not isinstance(value, list):
            raise invalid(place, "must be an array")
        if len(value) < least:
            raise invalid(place, f"must have at least {least}")
        for index, one in enumerate(value):
            each(one, f"{place}[{index}]")
        if different and len(set(value)) < len(value):
            raise invalid(place, "must have nothing twice")

    return check


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: its members, those it must have, and whether it may have others."""

    members: Mapping[str, Check]
    required: Collection[str] = ()
    open: bool = False

    def __call__(self, value: Any, place: str) -> None:
        """Check a value. Raises DomainError FIELD_INVALID, FIELD_MISSING."""
        if not isinstance(value, dict):
            raise invalid(place, "must be an object")
        for name in self.required:
            if name not in value:
                raise DomainError(Reason.FIELD_MISSING, f"{place}.{name} is required", {"field": f"{place}.{name}"})
        for name, member in value.items():
            if name in self.members:
                self.members[name](member, f"{place}.{name}")
            elif not self.open:
                raise invalid(place, f"has a member that is not known; known are {', '.join(sorted(self.members))}")
