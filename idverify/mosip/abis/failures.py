"""Failure reasons of the ABIS interface, by their numbers."""

from __future__ import annotations

from enum import IntEnum

from idverify.domain.errors import DomainError, Reason


class Failure(IntEnum):
    """Why a request was not done."""

    INTERNAL = 1
    ABORTED = 2
    UNEXPECTED = 3
    STRUCTURE_INVALID = 4
    REFERENCE_ID_MISSING = 5
    REQUEST_ID_MISSING = 6
    NOT_FETCHED = 7
    REFERENCE_URL_MISSING = 8
    REQUEST_TIME_MISSING = 9
    REFERENCE_EXISTS = 10
    CBEFF_EMPTY = 11
    REFERENCE_NOT_FOUND = 12
    VERSION_INVALID = 13
    ID_INVALID = 14
    REQUEST_TIME_INVALID = 15
    CBEFF_INVALID = 16
    URL_EXPIRED = 17
    QUALITY_LOW = 18


class AbisError(Exception):
    """A request that is not done. Its text is for the log, and quotes nothing of the request."""

    def __init__(self, failure: Failure, message: str) -> None:
        super().__init__(message)
        self.failure = failure


_BY_REASON = {
    Reason.REFERENCE_EXISTS: Failure.REFERENCE_EXISTS,
    Reason.SUBJECT_NOT_FOUND: Failure.REFERENCE_NOT_FOUND,
    Reason.SAMPLE_QUALITY_LOW: Failure.QUALITY_LOW,
    Reason.FIELD_MISSING: Failure.CBEFF_INVALID,
    Reason.FINGER_COUNT_EXCEEDED: Failure.CBEFF_INVALID,
    Reason.FINGER_DUPLICATED: Failure.CBEFF_INVALID,
    Reason.SLAP_COUNT_MISMATCH: Failure.CBEFF_INVALID,
    Reason.FIELD_INVALID: Failure.STRUCTURE_INVALID,
    Reason.REQUEST_REPLAYED: Failure.STRUCTURE_INVALID,
}


def failure_of(error: DomainError) -> Failure | None:
    """Return a refusal as a failure; None for one that passes: the request is to be done later."""
    if error.reason.passes:
        return None
    default = Failure.CBEFF_INVALID if error.reason.name.startswith("SAMPLE_") else Failure.ABORTED
    return _BY_REASON.get(error.reason, default)
