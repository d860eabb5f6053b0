"""Finding events in the trail, newest first, within bounds: so many numbers are looked through at once, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, select

from idverify.domain.model import AuditEvent, EventSearch
from idverify.storage.tables import audit
from idverify.trust.audit_chain import StoredEvent, canonical, event_of


def found_between(connection: Connection, wanted: EventSearch, after: int, last: int, limit: int) -> list[AuditEvent]:
    """Return the last events of those looked for, newest first, with numbers above ``after`` and up to ``last``.

    The texts of events are canonical JSON, so that what is looked for stands in them in one way only. Whether it stands
    there where it should is looked at once the event is read.
    """
    found: list[AuditEvent] = []
    query = select(audit).where(audit.c.sequence > after, *_conditions(wanted)).order_by(audit.c.sequence.desc())
    while len(found) < limit:
        asked = limit - len(found)
        rows = connection.execute(query.where(audit.c.sequence <= last).limit(asked)).all()
        events = [event_of(StoredEvent(*row)) for row in rows]
        found += [event for event in events if wanted.finds(event.entry)]
        if len(rows) < asked:
            break
        last = rows[-1].sequence - 1
    return found


def of_actions(
    connection: Connection, actions: Sequence[str], wanted: EventSearch, after: int, last: int
) -> Iterator[AuditEvent]:
    """Yield the events of some actions that are looked for, in order, as :func:`found_between`."""
    conditions = [audit.c.sequence > after, audit.c.sequence <= last, audit.c.action.in_(actions), *_conditions(wanted)]
    for row in connection.execute(select(audit).where(*conditions).order_by(audit.c.sequence)):
        event = event_of(StoredEvent(*row))
        if wanted.finds(event.entry):
            yield event


def _conditions(wanted: EventSearch) -> Iterator[ColumnElement[bool]]:
    if wanted.since is not None:
        yield audit.c.time >= _text(wanted.since)
    if wanted.until is not None:
        yield audit.c.time < _text(wanted.until)
    if wanted.subject_ids:
        yield audit.c.subject_id.in_(wanted.subject_ids)
    if wanted.action:
        yield audit.c.action == wanted.action
    for name in ("caller", "outcome", "officer_id", "agency_code", "procedure_code"):
        if value := getattr(wanted, name):
            yield audit.c.payload.contains(canonical({name: value})[1:-1], autoescape=True)


def _text(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="microseconds")
