"""The arithmetic of the audit trail: canonical JSON, chained by SHA-256. No database, no keys.

Each event is stored as its canonical JSON text, and its hash is
``SHA-256("idverify audit v1" LF previous hash, hexadecimal LF text)``; the first follows sixty-four zeros. Whoever
holds a later hash can prove that no earlier event was changed, dropped, added or moved.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import fields as fields_of
from datetime import UTC, datetime
from typing import Any

from idverify.domain.errors import StoredDataError
from idverify.domain.model import BEGINNING, AuditEntry, AuditEvent, RequestContext, TrailCheck, TrailHead

GENESIS = BEGINNING.hash
"""What the first event follows."""


_CONTEXT = [field.name for field in fields_of(RequestContext)]


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it lies in the store; all but ``previous_hash``, ``hash`` and ``payload`` repeats the payload."""

    sequence: int
    time: str
    action: str
    subject_id: str
    previous_hash: str
    hash: str
    payload: str


def chain(sequence: int, previous_hash: str, entry: AuditEntry) -> StoredEvent:
    """Return the event to store after the one that has ``previous_hash``."""
    payload = _payload(sequence, entry)
    digest = link_hash(previous_hash, payload)
    return StoredEvent(sequence, _time_text(entry.time), entry.action, entry.subject_id, previous_hash, digest, payload)


def link_hash(previous_hash: str, payload: str) -> str:
    """Return the hexadecimal hash of an event from the hash before it and its canonical JSON."""
    return hashlib.sha256(f"idverify audit v1\n{previous_hash}\n{payload}".encode()).hexdigest()


def canonical(fields: Mapping[str, Any]) -> str:
    """Return fields as JSON in ASCII, sorted, without blanks: one text, whatever encoding a database speaks."""
    return _json(fields)


# Made once: each event is written three times.
_json = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def event_of(stored: StoredEvent) -> AuditEvent:
    """Read an event back from its text.

    Raises:
        StoredDataError: the text is not that of an event.
    """
    try:
        fields: dict[str, Any] = json.loads(stored.payload)
        sequence = int(fields.pop("sequence"))
        time = datetime.fromisoformat(fields.pop("time"))
        context = RequestContext(**fields.pop("context"))
        return AuditEvent(sequence, AuditEntry(time=time, context=context, **fields), stored.hash)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise StoredDataError(f"audit event {stored.sequence} cannot be read") from None


def check_chain(
    events: Iterable[StoredEvent],
    expected_head: tuple[int, str] | None = None,
    after: TrailHead = BEGINNING,
) -> TrailCheck:
    """Recompute the chain, or the rest of it.

    Args:
        events: in order of sequence, all of them that follow ``after``.
        expected_head: sequence and hash that the last event should have, from elsewhere; None: not known. A chain
            cannot show by itself that its end was cut off.
        after: the event that the first one follows, which is known to be sound.
    """
    count, previous, first_broken = after.sequence, after.hash, 0
    for event in events:
        count += 1
        if not first_broken and not _holds(event, count, previous):
            first_broken = count
        previous = event.hash
    if not first_broken and expected_head is not None and expected_head != (count, previous):
        # Cut off: the first that is missing. Too long, or another hash: the last that is there.
        first_broken = count + 1 if expected_head[0] > count else max(count, 1)
    return TrailCheck(count, previous, first_broken)


def _holds(stored: StoredEvent, sequence: int, previous_hash: str) -> bool:
    if (stored.sequence, stored.previous_hash) != (sequence, previous_hash):
        return False
    if stored.hash != link_hash(previous_hash, stored.payload):
        return False
    try:
        event = event_of(stored)
    except StoredDataError:
        return False
    # The columns beside the text are what searches go by: they must not tell another story.
    entry = event.entry
    told = (event.sequence, _time_text(entry.time), entry.action, entry.subject_id)
    return told == (stored.sequence, stored.time, stored.action, stored.subject_id)


def _payload(sequence: int, entry: AuditEntry) -> str:
    fields = {
        "sequence": sequence,
        "time": _time_text(entry.time),
        "caller": entry.caller,
        "action": entry.action,
        "outcome": entry.outcome,
        "subject_id": entry.subject_id,
        "context": {name: getattr(entry.context, name) for name in _CONTEXT},
        "details": entry.details,
    }
    return canonical(fields)


def _time_text(time: datetime) -> str:
    """Return an instant as text of fixed width, in UTC to the microsecond: it sorts as time."""
    if time.tzinfo is None:
        raise ValueError("the time of an audit entry must be aware")
    return time.astimezone(UTC).isoformat(timespec="microseconds")
