"""Work that takes longer than a call."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class OperationKind(Enum):
    """What the work is."""

    FIND_DUPLICATES = "FIND_DUPLICATES"
    RENEW_TEMPLATES = "RENEW_TEMPLATES"


class OperationState(Enum):
    """How work that takes longer than a call stands."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"
    INTERRUPTED = "INTERRUPTED"


@dataclass(frozen=True, slots=True)
class Operation:
    """Work that takes longer than a call: how far it is, and its encoded result if it succeeded.

    Attributes:
        operation_id: a random UUID.
        state: how it stands.
        created, updated: when it began, and when this was last true.
        done, total: people searched or looked at, and people there are.
        found: pairs found, or templates renewed, so far.
        result: encoded; None before the end, and in listings.
        kind: what the work is.
        owner: name of the server that works on it, among several; empty: it works alone.
        cancel_asked: that server is to end it at its next step.
    """

    operation_id: str
    state: OperationState
    created: datetime
    updated: datetime
    done: int = 0
    total: int = 0
    found: int = 0
    result: bytes | None = field(default=None, repr=False)
    kind: OperationKind = OperationKind.FIND_DUPLICATES
    owner: str = ""
    cancel_asked: bool = False
