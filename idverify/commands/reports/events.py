"""The events of the audit trail, as a list and as a table for other programs."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.purpose import MaybeFor, purpose_of
from idverify.commands.session import Session, UsageError, as_dict, calls_service, out, print_json
from idverify.domain.catalogue.local_day import VIET_NAM
from idverify.v1.audit_pb2 import AuditEvent
from idverify.v1.types_pb2 import OfficerProof

_SHOWN = ("#", "time", "caller", "officer", "action", "outcome", "procedure", "subject")
_FROM_CONTEXT = ("officer_id", "procedure_code", "agency_code", "counter_id", "dossier_code", "transaction_id")
_COLUMNS = (
    *("sequence", "time", "caller", "action", "outcome", "subject_id"),
    *_FROM_CONTEXT,
    *("officer_proof", "details", "hash"),
)
_TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]
"""As they are written, and as they are told."""

Since = Annotated[datetime | None, typer.Option(formats=_TIMES, help="Only events of this time or later, in Viet Nam.")]
Until = Annotated[datetime | None, typer.Option(formats=_TIMES, help="Only events from before this time, in Viet Nam.")]


# As many parameters as there are options.
@calls_service
def audit_list(
    session: Session,
    subject: Annotated[str, typer.Option(help="Only events about this internal identifier; with --purpose.")] = "",
    purpose: MaybeFor = None,
    since: Since = None,
    until: Until = None,
    by: Annotated[str, typer.Option(help="Only what this officer did, as the client stated it.")] = "",
    outcome: Annotated[str, typer.Option(help="Only what ended so, such as NO_MATCH.")] = "",
    procedure: Annotated[str, typer.Option(help="Only what was done for this procedure.")] = "",
    oldest_first: Annotated[bool, typer.Option("--oldest-first", help="All, or those of --subject.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 100,
    table: Annotated[Path | None, typer.Option("--csv", help="Write the events here, CSV.")] = None,
) -> None:
    """List audit events, the newest first; times are told as they are in Viet Nam, in JSON as in UTC."""
    first, end = (time and time.replace(tzinfo=time.tzinfo or VIET_NAM) for time in (since, until))
    if first and end and end <= first:
        raise UsageError("--until must be after --since")
    if oldest_first and any((first, end, by, outcome, procedure)):
        raise UsageError("--oldest-first goes with --subject and --limit alone: a search has the newest first")
    if bool(subject) != bool(purpose):
        raise UsageError("--subject and --purpose go together: why a citizen's events are read is noted")
    context, at_once = session.context(), min(limit, 1000)
    context.purpose = purpose_of(purpose)
    if oldest_first:
        asked = session.client.audit_events(subject_id=subject, page_size=at_once, context=context)
    else:
        asked = session.client.search_audit_events(
            since=first,
            until=end,
            page_size=at_once,
            context=context,
            subject_id=subject,
            officer_id=by,
            outcome=outcome,
            procedure_code=procedure,
        )
    events = list(islice(asked, limit + 1))
    more, events = len(events) > limit, events[:limit]
    if table is not None:
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_COLUMNS)
            writer.writerows(map(_row, events))
    if session.as_json:
        print_json({"events": [as_dict(event) for event in events]})
        return
    if table is not None:
        out().print(views.facts({"events": len(events), "written": table}))
    else:
        rows = [
            (e.sequence, _time(e), e.caller, _officer(e), e.action, e.outcome, _context(e)[1], e.subject_id)
            for e in events
        ]
        out().print(views.listing(_SHOWN, rows))
    if more:
        out().print(views.facts({"there are more": f"--limit {limit}"}))


def _row(event: AuditEvent) -> tuple[str | int, ...]:
    told = (event.sequence, _time(event), event.caller, event.action, event.outcome, event.subject_id)
    proof = OfficerProof.Name(event.officer_proof).removeprefix("OFFICER_PROOF_") if event.officer_proof else ""
    return *told, *map(_as_text, _context(event)), proof, event.details_json, event.hash


def _officer(event: AuditEvent) -> str:
    return views.signed_in(_context(event)[0], event.officer_proof)


def _time(event: AuditEvent) -> str:
    return event.time.ToDatetime(VIET_NAM).isoformat(timespec="seconds")


def _context(event: AuditEvent) -> list[str]:
    stated = json.loads(event.context_json or "{}")
    return [stated.get(name, "") for name in _FROM_CONTEXT]


def _as_text(stated: str) -> str:
    """Return what a client stated so that a spreadsheet shows it and does not compute it."""
    return f"'{stated}" if stated.startswith(("=", "+", "-", "@")) else stated
