"""The audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from idverify.domain.model.callers import RequestContext


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act to be put in the audit trail; ``details`` holds figures and codes only, nothing personal."""

    time: datetime
    caller: str
    action: str
    outcome: str
    subject_id: str
    context: RequestContext
    details: dict[str, str | int | float | bool | list[str]]


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """An entry with its place in the chain; ``hash`` is hexadecimal SHA-256 over the previous hash and this event."""

    sequence: int
    entry: AuditEntry
    hash: str


@dataclass(frozen=True, slots=True)
class TrailHead:
    """Where the audit chain ends, or once ended: the last event and its hash. Sequence 0: no event yet."""

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class TrailCheck:
    """Result of recomputing the audit chain; ``first_broken`` is 0 if it is intact."""

    events: int
    head_hash: str
    first_broken: int
