"""Checks of single fields that the wire format leaves open."""

from __future__ import annotations

import math
import uuid
from datetime import UTC, datetime
from typing import Any, TypeVar

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import DecodeError, Message

from idverify.domain.errors import DomainError, Reason
from idverify.domain.visible_text import has_hidden

AnyMessageType = TypeVar("AnyMessageType", bound=Message)

LONGEST_SUBJECT_ID = 64
_UUID_LENGTH = 36
_LONGEST_SECONDS = 315_576_000_000
_MOST_NANOS = 999_999_999
_NIL = uuid.UUID(int=0)
_MAX = uuid.UUID(int=2**128 - 1)


def invalid(field: str, what: str) -> DomainError:
    """Return FIELD_INVALID for a field; ``what`` says how it should be and never what it is."""
    return DomainError(Reason.FIELD_INVALID, f"{field} {what}", {"field": field})


def missing(field: str) -> DomainError:
    """Return FIELD_MISSING for a field."""
    return DomainError(Reason.FIELD_MISSING, f"{field} is required", {"field": field})


def moment_of(message: Any, field: str) -> datetime | None:
    """Return a time; None: it is not stated. Raises DomainError FIELD_INVALID beyond every calendar."""
    if not message.HasField(field):
        return None
    try:
        moment: datetime = getattr(message, field).ToDatetime(UTC)
    except (OverflowError, ValueError):
        raise invalid(field, "must be a time in a year from 1 to 9999") from None
    return moment


def parse(message_type: type[AnyMessageType], body: bytes) -> AnyMessageType:
    """Read a message from its bytes. Raises DomainError FIELD_INVALID for bytes that are no such message."""
    message = message_type()
    try:
        message.ParseFromString(body)
    except DecodeError:
        raise invalid("request", f"must be a {message_type.DESCRIPTOR.full_name} in protobuf encoding") from None
    return message


def text(value: str, field: str, longest: int) -> str:
    """Return a text as it is. Raises DomainError FIELD_INVALID if it is too long, or not drawn whole on one line."""
    if len(value) > longest:
        raise invalid(field, f"must have at most {longest} characters")
    if not value.isprintable():
        raise invalid(field, "must not contain control characters or line breaks")
    if has_hidden(value):
        raise invalid(field, "must not contain characters that are not drawn")
    return value


def uuid_text(value: str, field: str) -> str:
    """Return a UUID in lower case, so that two spellings are one id; an empty text stays empty.

    Raises:
        DomainError: FIELD_INVALID for another form, and for the nil and max UUIDs, which are nobody's choice.
    """
    if not value:
        return ""
    try:
        # The constructor also takes braces, URNs and missing hyphens: RFC 9562 section 4 does not.
        parsed = uuid.UUID(value) if len(value) == _UUID_LENGTH else None
    except ValueError:
        parsed = None
    if parsed is None or str(parsed) != value.lower() or parsed in {_NIL, _MAX}:
        raise invalid(field, "must be a UUID (RFC 9562), such as a random one of version 4")
    return str(parsed)


def optional_number(value: float, field: str) -> float | None:
    """Return a number, or None for zero, which stands for "not stated".

    Raises:
        DomainError: FIELD_INVALID if it is negative, infinite or not a number.
    """
    if not math.isfinite(value) or value < 0.0:
        raise invalid(field, "must be a positive finite number, or zero for the default")
    return value or None


def seconds_of(duration: Duration, field: str) -> float:
    """Return a duration in seconds, which may be negative.

    Raises:
        DomainError: FIELD_INVALID if it is none: beyond 10,000 years, or with seconds and nanoseconds of two signs.
    """
    seconds, nanos = duration.seconds, duration.nanos
    if abs(seconds) > _LONGEST_SECONDS or abs(nanos) > _MOST_NANOS or seconds * nanos < 0:
        raise invalid(field, "must be a google.protobuf.Duration as its documentation has it")
    return seconds + nanos / 1e9


def known_enum(value: int, enum: Any, field: str) -> int:
    """Return the number of an enum value. Raises DomainError FIELD_INVALID if the enum has no such number."""
    if value not in enum.values():
        raise invalid(field, "has an unknown value")
    return value
