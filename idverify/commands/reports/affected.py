"""Whom what happened in some time concerned: the first question after a breach."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.session import Session, UsageError, calls_service, out, print_json
from idverify.domain.catalogue.local_day import VIET_NAM
from idverify.v1.audit_pb2 import AuditEvent

_NAMED = ("subjects", "candidates")
"""Details of events that name more than one citizen."""


@calls_service
def affected(
    session: Session,
    since: Annotated[datetime, typer.Option("--from", help="First moment, time in Viet Nam.")],
    until: Annotated[datetime, typer.Option("--to", help="First moment after it, time in Viet Nam.")],
    client: Annotated[str, typer.Option(help="Only what this client did.")] = "",
) -> None:
    """Tell which citizens were concerned by what was done in some time, and how often what, for one client or for all.

    Of the events that are in the database; of those that were archived, look into the archive. Citizens are told by
    their internal identifiers: 'idverify get' of an administrator tells who they are.
    """
    first, end = since.replace(tzinfo=VIET_NAM), until.replace(tzinfo=VIET_NAM)
    if first >= end:
        raise UsageError("--to must be after --from")
    found = concerned(session.client.audit_events(page_size=1000), first, end, client)
    if session.as_json:
        print_json({"affected": [{"subject_id": each, "done": dict(done)} for each, done in found.items()]})
        return
    rows = [(each, ", ".join(f"{action} {times}" for action, times in done.items())) for each, done in found.items()]
    out().print(views.listing(("subject", "done"), rows))


def concerned(
    events: Iterable[AuditEvent], first: datetime, end: datetime, client: str
) -> Mapping[str, Mapping[str, int]]:
    """Return how often what was done to each subject, from one moment on and before another.

    The clock may have been set back: every event is looked at.
    """
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for event in events:
        if first <= event.time.ToDatetime(UTC) < end and client in {"", event.caller}:
            for subject_id in subjects_of(event):
                found[subject_id][event.action] += 1
    return found


def subjects_of(event: AuditEvent) -> set[str]:
    """Return everybody whom an event names, by subject id."""
    details = json.loads(event.details_json or "{}")
    named = (each for name in _NAMED for each in details.get(name, ()))
    return {event.subject_id, *named} - {""}
