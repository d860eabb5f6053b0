"""What goes on at the counters: what is open, and what was decided by hour, finger and scanner."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.session import Session, calls_service, out
from idverify.v1.reports_pb2 import AcquisitionCount, HourCount
from idverify.v1.transactions_pb2 import OpenTransaction
from idverify.v1.types_pb2 import FingerPosition, OfficerAction

Day = Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="In Viet Nam; empty: today.")]
_SHOWN = ("captured", "poor", "decisions", "inconclusive")


@calls_service
def decisions(session: Session, first_day: Day = "", last_day: Day = "") -> None:
    """Count what was decided, by hour, and how often a finger or a scanner told nothing; with --agency of it alone."""
    counted = session.client.count_decisions(first_day, last_day, session.context())
    hours = ("day", "hour", "matches", "no matches", "inconclusive", "exceptions")
    session.show(counted, views.listing(hours, map(_hour, counted.hours)))
    if session.as_json:
        return
    fingers = [(FingerPosition.Name(one.finger_position), one.count) for one in counted.fingers]
    named = [(name.removeprefix("FINGER_POSITION_").lower().replace("_", " "), count) for name, count in fingers]
    out().print(views.listing(("finger", *_SHOWN), [_shown(*each) for each in [*named, ("all", counted.total)]]))
    if counted.devices:
        out().print(views.listing(("scanner", *_SHOWN), [_shown(one.device_id, one.count) for one in counted.devices]))


@calls_service
def queue(session: Session) -> None:
    """List the transactions that are open at the counters, oldest first; with --agency those of that alone."""
    found = session.client.open_transactions(session.context())
    columns = ("transaction", "agency", "officer", "procedure", "minutes", "next")
    session.show(found, views.listing(columns, map(_open, found.transactions)))


def _hour(one: HourCount) -> tuple[str, ...]:
    counts = (one.matches, one.no_matches, one.inconclusive, one.exceptions)
    return (one.day, f"{one.hour:02}", *map(str, counts))


def _shown(name: str, count: AcquisitionCount) -> tuple[str, ...]:
    return (name, *(str(getattr(count, column)) for column in _SHOWN))


def _open(one: OpenTransaction) -> tuple[str, ...]:
    minutes = (datetime.now(UTC) - one.begin_time.ToDatetime(UTC)).total_seconds() / 60
    action = OfficerAction.Name(one.next.action).removeprefix("OFFICER_ACTION_").lower().replace("_", " ")
    return one.transaction_id, one.agency_code, one.officer_id, one.procedure_code, f"{minutes:.0f}", action
