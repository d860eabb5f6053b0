"""Exceptions: confirming one as the second officer, and counting them."""

from __future__ import annotations

import csv
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.enrolment import Number
from idverify.commands.reports.papers import Month
from idverify.commands.session import Session, calls_service
from idverify.v1 import reports_pb2
from idverify.v1 import transactions_pb2 as pb

_COLUMNS = ("month", "procedure_code", "agency_code", "officer_id", "second_officer_id", "kind", "reason", "count")


class Why(Enum):
    """Why no finger is shown."""

    NO_USABLE_FINGER = "no-usable-finger"
    INJURED = "injured"
    CAPTURE_FAILED = "capture-failed"
    SCANNER_BROKEN = "scanner-broken"


_REASONS = {
    Why.NO_USABLE_FINGER: pb.EXCEPTION_REASON_NO_USABLE_FINGER,
    Why.INJURED: pb.EXCEPTION_REASON_INJURED,
    Why.CAPTURE_FAILED: pb.EXCEPTION_REASON_CAPTURE_FAILED,
    Why.SCANNER_BROKEN: pb.EXCEPTION_REASON_SCANNER_BROKEN,
}


@calls_service
def confirm(
    session: Session,
    transaction: Annotated[str, typer.Argument(metavar="TRANSACTION", help="Its id, as the first officer tells it.")],
    number: Number,
    reason: Annotated[Why, typer.Option(help="Why no finger is shown, as you see it yourself.")],
) -> None:
    """Vouch, as the second officer, for a citizen who stands here and can show no finger; needs --officer."""
    answer = session.client.confirm_exception(transaction, number, _REASONS[reason], session.context())
    session.show(answer, views.facts({"first officer": answer.first_officer_id, "confirmed": "yes"}))


@calls_service
def count(
    session: Session,
    first_month: Month = "",
    last_month: Month = "",
    table: Annotated[Path | None, typer.Option("--csv", help="Write the counts here, CSV.")] = None,
) -> None:
    """Count where two officers vouched, per month, procedure, agency, officers and reason."""
    counted = session.client.count_presences(first_month, last_month)
    rows = [_row(one) for one in counted.counts]
    if table is not None:
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_COLUMNS)
            writer.writerows(rows)
    session.show(counted, views.listing(tuple(column.replace("_", " ") for column in _COLUMNS), rows))


def _row(one: reports_pb2.PresenceCount) -> tuple[str, ...]:
    kind = reports_pb2.PresenceKind.Name(one.kind).removeprefix("PRESENCE_KIND_").lower()
    told = (one.month, one.procedure_code, one.agency_code, one.officer_id, one.second_officer_id)
    return (*told, kind, one.reason, str(one.count))
