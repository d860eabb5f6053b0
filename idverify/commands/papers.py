"""Papers that nobody had to bring."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.session import Session, calls_service, out
from idverify.v1.reports_pb2 import CountDisclosuresResponse

_COLUMNS = ("month", "procedure_code", "agency_code", "record_type", "disclosed", "papers_saved")
_BAR = 40
Month = Annotated[str, typer.Option(metavar="YYYY-MM", help="Empty: all months.")]


@calls_service
def papers(
    session: Session,
    first_month: Month = "",
    last_month: Month = "",
    table: Annotated[Path | None, typer.Option("--csv", help="Write the counts here, CSV.")] = None,
) -> None:
    """Count papers saved, per month, procedure, agency and type of record; the chart is per month."""
    counted = session.client.count_disclosures(first_month, last_month)
    if table is not None:
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_COLUMNS)
            writer.writerows([getattr(count, column) for column in _COLUMNS] for count in counted.counts)
    session.show(counted, views.listing(("month", "papers saved", ""), _chart(counted)))
    if not session.as_json:
        out().print(views.facts({"papers saved in all": counted.papers_saved}))


def _chart(counted: CountDisclosuresResponse) -> list[tuple[str, ...]]:
    """Return a bar a month, the longest of them as long as there is room."""
    months: Counter[str] = Counter()
    for count in counted.counts:
        months[count.month] += count.papers_saved
    most = max(months.values(), default=0) or 1
    return [(month, str(saved), "█" * round(_BAR * saved / most)) for month, saved in sorted(months.items())]
