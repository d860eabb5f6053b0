"""The audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from idverify.domain.model.callers import RequestContext
from idverify.domain.reasons import Reason


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
class EventSearch:
    """What events are looked for; what is None or empty may be anything.

    Attributes:
        since: not before this time.
        until: before this time.
        subject_ids: of one of whom they are.
        caller, action, outcome: as the event has them.
        officer_id, agency_code, procedure_code: as its context has them.
    """

    since: datetime | None = None
    until: datetime | None = None
    subject_ids: tuple[str, ...] = ()
    caller: str = ""
    action: str = ""
    outcome: str = ""
    officer_id: str = ""
    agency_code: str = ""
    procedure_code: str = ""

    def finds(self, entry: AuditEntry) -> bool:
        """Tell whether an event is one of them."""
        if (self.since and entry.time < self.since) or (self.until and entry.time >= self.until):
            return False
        if self.subject_ids and entry.subject_id not in self.subject_ids:
            return False
        context = entry.context
        pairs = (
            (self.caller, entry.caller),
            (self.action, entry.action),
            (self.outcome, entry.outcome),
            (self.officer_id, context.officer_id),
            (self.agency_code, context.agency_code),
            (self.procedure_code, context.procedure_code),
        )
        return all(wanted in {"", found} for wanted, found in pairs)


class HistoryOutcome(Enum):
    """What came of something that was asked about a citizen, as they are told it."""

    CONFIRMED = "CONFIRMED"
    NOT_CONFIRMED = "NOT_CONFIRMED"
    REFUSED = "REFUSED"
    DONE = "DONE"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Something that was asked about a citizen, as they are told it.

    Attributes:
        event: of the audit trail.
        time: when.
        client: that asked.
        agency_code: that asked, as it said.
        procedure_code: for which; empty: for none.
        dossier_code: for which; empty: none was named.
        action: name of the method.
        outcome: what came of it.
        reason: why it was refused; None: it was not, or it is not told.
        disclosed: types of the records that were.
        merged: under an entry that turned out to be theirs.
    """

    event: int
    time: datetime
    client: str
    agency_code: str
    procedure_code: str
    dossier_code: str
    action: str
    outcome: HistoryOutcome
    reason: Reason | None
    disclosed: tuple[str, ...]
    merged: bool


@dataclass(frozen=True, slots=True)
class TrailHead:
    """Where the audit chain ends, or once ended: the last event and its hash. Sequence 0: no event yet."""

    sequence: int
    hash: str


BEGINNING = TrailHead(0, "0" * 64)
"""The end of a trail without events, and what the first event follows."""


@dataclass(frozen=True, slots=True)
class LogHead:
    """Where the log over the trail ends, or once ended.

    Attributes:
        after: sequence of the event before its first: 0, unless older ones were archived before there was a log.
        size: entries, one an event.
        root: of the Merkle tree over them, 32 bytes.
    """

    after: int
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class LogProof:
    """That an event is in the log.

    Attributes:
        index: place of its entry, from 0.
        path: hashes from the entry to the root, 32 bytes each.
        extra: JSON from which the entry can be made again: the event as far as it is opened, and salts.
    """

    index: int
    path: tuple[bytes, ...]
    extra: bytes


@dataclass(frozen=True, slots=True)
class TrailCheck:
    """Result of recomputing the audit chain, and of comparing the rows with what it left.

    Attributes:
        events: the last event that was looked at.
        head_hash: its hash.
        first_broken: the first event that does not fit; 0: the chain is intact.
        verified_before: up to this event an earlier check had recomputed the chain; 0: all of it was now.
        findings: what is wrong with the rows, in words.
    """

    events: int
    head_hash: str
    first_broken: int
    verified_before: int = 0
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrailPart:
    """Result of recomputing some of the chain.

    Attributes:
        sound: the last event that fits.
        first_broken: the one after it, if it does not; 0: all that was looked at fits.
        ended: there is nothing more to look at.
    """

    sound: TrailHead
    first_broken: int
    ended: bool
