"""What clerks were told: all that the judge knows of the service."""

from __future__ import annotations

from dataclasses import dataclass

import grpc

ENROLLED, ADDED, LISTED = "ENROLLED", "ADDED", "LISTED"
MATCH, NO_MATCH, INCONCLUSIVE = "MATCH", "NO_MATCH", "INCONCLUSIVE"
SILENT = frozenset(
    code.name
    for code in (
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.ABORTED,
        grpc.StatusCode.CANCELLED,
    )
)
"""Statuses of a call that was not answered: what it was for was done whole or not at all, and nobody knows which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One call, its repetitions by the client included.

    Attributes:
        act: ``enrol``, ``add``, ``verify``, ``identify``, ``read`` or ``bad``: one that must be refused.
        clerk: who called; one that is nobody's (-1) is of the reading at the end.
        began, ended: seconds, by one clock.
        code: status, by its name.
        answer: what came of it: ENROLLED, ADDED, LISTED, a decision, or the reason of a refusal.
        request: its request_id.
        entry: of the register, -1 where none was named.
        body, place: whose finger was shown, and which.
        event: of the audit trail, 0 if none was told.
        subject: internal identifier of who was enrolled, added to, listed, or found first.
        complete: the search says that it was of everybody.
        searched: fingers, -1 if there was no search.
    """

    act: str
    clerk: int
    began: float
    ended: float
    code: str
    answer: str
    request: str = ""
    entry: int = -1
    body: int = -1
    place: int = 0
    event: int = 0
    subject: str = ""
    complete: bool = True
    searched: int = -1

    @property
    def writes(self) -> bool:
        """It was to enrol somebody, or to add a finger."""
        return self.act in {"enrol", "add"}

    @property
    def silent(self) -> bool:
        """Nobody answered."""
        return self.code in SILENT
