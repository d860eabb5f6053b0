"""Reason codes, and the one exception that carries them from the domain to the caller.

The codes are the catalogue of ``docs/errors.md``; they are stable, and go out as ``google.rpc.ErrorInfo.reason``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Kind(Enum):
    """What a client may do about an error; the transport maps each to one status code."""

    INVALID = "the request is wrong and will stay wrong"
    NOT_FOUND = "what it names does not exist"
    EXISTS = "what it makes exists already"
    PRECONDITION = "the state or the sample does not allow it"
    EXHAUSTED = "a limit is reached"
    DENIED = "the caller may not do it"
    UNAUTHENTICATED = "the caller is not known"
    CONFLICT = "somebody else changed it meanwhile"
    UNAVAILABLE = "try again"
    DEADLINE = "the deadline passed"


class Reason(Enum):
    """Stable reason codes, with the kind of each."""

    FIELD_MISSING = Kind.INVALID, "FIELD_MISSING"
    FIELD_INVALID = Kind.INVALID, "FIELD_INVALID"
    PAGE_TOKEN_INVALID = Kind.INVALID, "PAGE_TOKEN_INVALID"
    IDENTIFIER_MALFORMED = Kind.INVALID, "IDENTIFIER_MALFORMED"
    SAMPLE_INVALID = Kind.INVALID, "SAMPLE_INVALID"
    SAMPLE_FORMAT_UNSUPPORTED = Kind.INVALID, "SAMPLE_FORMAT_UNSUPPORTED"
    SAMPLE_RESOLUTION_UNKNOWN = Kind.INVALID, "SAMPLE_RESOLUTION_UNKNOWN"
    SAMPLE_QUALITY_LOW = Kind.PRECONDITION, "SAMPLE_QUALITY_LOW"
    FINGER_DUPLICATED = Kind.INVALID, "FINGER_DUPLICATED"
    FINGER_COUNT_EXCEEDED = Kind.INVALID, "FINGER_COUNT_EXCEEDED"
    FINGER_NOT_ENROLLED = Kind.NOT_FOUND, "FINGER_NOT_ENROLLED"
    SUBJECT_NOT_FOUND = Kind.NOT_FOUND, "SUBJECT_NOT_FOUND"
    REFERENCE_EXISTS = Kind.EXISTS, "REFERENCE_EXISTS"
    DUPLICATE_PERSON_SUSPECTED = Kind.EXISTS, "DUPLICATE_PERSON_SUSPECTED"
    REQUEST_REPLAYED = Kind.EXISTS, "REQUEST_REPLAYED"
    PROCEDURE_NOT_FOUND = Kind.NOT_FOUND, "PROCEDURE_NOT_FOUND"
    RECORD_TYPE_NOT_FOUND = Kind.NOT_FOUND, "RECORD_TYPE_NOT_FOUND"
    RECORD_NOT_FOUND = Kind.NOT_FOUND, "RECORD_NOT_FOUND"
    RECORD_INVALID = Kind.INVALID, "RECORD_INVALID"
    OPERATION_NOT_FOUND = Kind.NOT_FOUND, "OPERATION_NOT_FOUND"
    OPERATION_RUNNING = Kind.PRECONDITION, "OPERATION_RUNNING"
    OPERATION_INTERRUPTED = Kind.CONFLICT, "OPERATION_INTERRUPTED"
    VERSION_MISMATCH = Kind.CONFLICT, "VERSION_MISMATCH"
    GALLERY_TOO_LARGE_FOR_TARGET_FPIR = Kind.PRECONDITION, "GALLERY_TOO_LARGE_FOR_TARGET_FPIR"
    CLIENT_UNKNOWN = Kind.UNAUTHENTICATED, "CLIENT_UNKNOWN"
    CLIENT_NOT_AUTHORIZED = Kind.DENIED, "CLIENT_NOT_AUTHORIZED"
    DEADLINE_EXCEEDED = Kind.DEADLINE, "DEADLINE_EXCEEDED"
    SERVER_BUSY = Kind.EXHAUSTED, "SERVER_BUSY"
    MATCHER_UNAVAILABLE = Kind.UNAVAILABLE, "MATCHER_UNAVAILABLE"
    STORE_UNAVAILABLE = Kind.UNAVAILABLE, "STORE_UNAVAILABLE"
    STORE_NOT_WRITABLE = Kind.UNAVAILABLE, "STORE_NOT_WRITABLE"

    @property
    def kind(self) -> Kind:
        """What a client may do about it."""
        return self.value[0]

    @property
    def code(self) -> str:
        """The stable string."""
        return self.value[1]


class DomainError(Exception):
    """A refusal with a stable reason.

    Attributes:
        reason: why.
        message: one sentence for the integrator or the clerk; says what to do next; never carries personal or
            biometric data.
        metadata: small facts a program can use, e.g. ``{"field": "citizen_number"}``.
    """

    def __init__(self, reason: Reason, message: str, metadata: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{reason.code}: {message}")
        self.reason = reason
        self.message = message
        self.metadata = dict(metadata or {})


class SettingsError(ValueError):
    """What the operator set cannot be worked with; the text says what is expected, and repeats no value."""


class StoredDataError(Exception):
    """What is stored cannot be trusted: it does not decrypt, does not decode, or breaks the audit chain."""
