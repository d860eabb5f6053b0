"""Papers that nobody had to bring."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.reports.chart import bars
from idverify.commands.session import Session, calls_service, out
from idverify.commands.telling.spoken import asked
from idverify.domain.guidance.language import worded
from idverify.domain.model import Language
from idverify.v1.reports_pb2 import CountDisclosuresResponse

_COLUMNS = ("month", "procedure_code", "agency_code", "record_type", "disclosed", "papers_saved")
_BAR = 40
_PANELS = ("month", "procedure_code", "agency_code")
Month = Annotated[str, typer.Option(metavar="YYYY-MM", help="Empty: all months.")]


@calls_service
def papers(
    session: Session,
    first_month: Month = "",
    last_month: Month = "",
    table: Annotated[Path | None, typer.Option("--csv", help="Write the counts here, CSV.")] = None,
    picture: Annotated[
        Path | None, typer.Option("--chart", help="Draw bars per month, procedure and agency here, SVG.")
    ] = None,
) -> None:
    """Count papers saved, per month, procedure, agency and type of record; the answer shows a bar per month."""
    counted = session.client.count_disclosures(first_month, last_month)
    if table is not None:
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_COLUMNS)
            writer.writerows([getattr(count, column) for column in _COLUMNS] for count in counted.counts)
    if picture is not None:
        panels = [(_title(column), sorted(_saved(counted, column).items())) for column in _PANELS]
        picture.write_text(bars(panels), encoding="utf-8")
    session.show(counted, views.listing(("month", "papers saved", ""), _lines(counted)))
    if not session.as_json:
        out().print(views.facts({"papers saved in all": counted.papers_saved}))


def _title(column: str) -> str:
    """Return what stands above the bars: in Vietnamese, for the office, unless another language is asked for."""
    return worded("commands", f"chart-{column}").in_language(asked() or Language.VI)


def _saved(counted: CountDisclosuresResponse, column: str) -> Counter[str]:
    """Return the papers saved by what stands in a column; what is not stated is a dash."""
    saved: Counter[str] = Counter()
    for count in counted.counts:
        saved[getattr(count, column) or "–"] += count.papers_saved
    return saved


def _lines(counted: CountDisclosuresResponse) -> list[tuple[str, ...]]:
    """Return a bar a month, the longest of them as long as there is room."""
    months = _saved(counted, "month")
    most = max(months.values(), default=0) or 1
    return [(month, str(saved), "█" * round(_BAR * saved / most)) for month, saved in sorted(months.items())]
