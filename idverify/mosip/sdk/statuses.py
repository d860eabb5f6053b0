"""Refusals of the use cases as the status codes of the Bio-SDK (``ResponseStatus`` of its Java interface)."""

from __future__ import annotations

from enum import Enum

from idverify.domain.errors import DomainError, Reason


class Status(Enum):
    """A status, with its words."""

    SUCCESS = (200, "OK")
    INVALID_INPUT = (401, "Invalid Input Parameter")
    MISSING_INPUT = (402, "Missing Input Parameter")
    QUALITY_CHECK_FAILED = (403, "Quality check of Biometric data failed")
    BIOMETRIC_NOT_FOUND_IN_CBEFF = (404, "Biometrics not found in CBEFF")
    MATCHING_FAILED = (405, "Matching of Biometric data failed")
    POOR_DATA_QUALITY = (406, "Data provided is of poor quality")

    @property
    def code(self) -> int:
        """The number."""
        return self.value[0]

    def words(self, detail: str = "") -> str:
        """Return the words, and what is particular to this time after a colon."""
        return f"{self.value[1]}: {detail}" if detail else self.value[1]


class StatusError(Exception):
    """A request that has a status other than success."""

    def __init__(self, status: Status, detail: str = "") -> None:
        super().__init__(status.words(detail))
        self.status = status


_BY_REASON = {
    Reason.FIELD_MISSING: Status.MISSING_INPUT,
    Reason.FIELD_INVALID: Status.INVALID_INPUT,
    Reason.FINGER_COUNT_EXCEEDED: Status.INVALID_INPUT,
    Reason.FINGER_DUPLICATED: Status.INVALID_INPUT,
    Reason.SAMPLE_INVALID: Status.INVALID_INPUT,
    Reason.SAMPLE_FORMAT_UNSUPPORTED: Status.INVALID_INPUT,
    Reason.SAMPLE_POSITION_MISMATCH: Status.INVALID_INPUT,
    Reason.SAMPLE_RESOLUTION_UNKNOWN: Status.INVALID_INPUT,
    Reason.SAMPLE_IMPLAUSIBLE: Status.INVALID_INPUT,
    Reason.SLAP_COUNT_MISMATCH: Status.INVALID_INPUT,
    Reason.SAMPLE_QUALITY_LOW: Status.POOR_DATA_QUALITY,
}


def status_of(error: DomainError) -> StatusError | None:
    """Return a refusal as a status; None for one that is not about the request: who calls, how much, until when."""
    status = _BY_REASON.get(error.reason)
    return None if status is None else StatusError(status, error.message)
