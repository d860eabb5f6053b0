"""What is told of a call that gave no answer, in terms that every door has words for."""

from __future__ import annotations

from idverify.domain.errors import DomainError, Kind

CODES = {
    Kind.INVALID: "INVALID_ARGUMENT",
    Kind.NOT_FOUND: "NOT_FOUND",
    Kind.EXISTS: "ALREADY_EXISTS",
    Kind.PRECONDITION: "FAILED_PRECONDITION",
    Kind.EXHAUSTED: "RESOURCE_EXHAUSTED",
    Kind.DENIED: "PERMISSION_DENIED",
    Kind.UNAUTHENTICATED: "UNAUTHENTICATED",
    Kind.CONFLICT: "ABORTED",
    Kind.UNAVAILABLE: "UNAVAILABLE",
    Kind.DEADLINE: "DEADLINE_EXCEEDED",
}
"""Name of each kind among ``google.rpc.Code``: the one in the log and in the documentation, whatever the door."""

RETRY_SECONDS = {Kind.EXHAUSTED: 2, Kind.UNAVAILABLE: 5}
"""When the same request is worth sending again: a full queue empties within a call or two; a database takes longer."""


class FailedError(Exception):
    """The service failed. It says nothing about it: what is said there may be personal.

    Attributes:
        reference: by which the operator finds the line in the log.
    """

    def __init__(self, reference: str) -> None:
        super().__init__(f"failed: {reference}")
        self.reference = reference


Refusal = DomainError | FailedError
"""Why a call gave no answer."""
