"""What became of offered load, as people read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.table import Table

from benchmarks.overload.load import Figures
from enroll_tools.command_line import people


def tell_figures(head: str, rows: Iterable[tuple[str, Figures]]) -> None:
    """Print a table, a row a measurement.

    Args:
        head: of the first column, which tells the rows apart.
        rows: each with what stands there.
    """
    table = Table(
        head, "offered/s", "answered/s", "refused", "expired", "p50 let in", "p99 let in", "p99 refusal", box=None
    )
    for name, figures in rows:
        table.add_row(
            name,
            f"{figures.offered:.1f}",
            f"{figures.goodput:.1f}",
            str(figures.refused),
            str(figures.expired),
            f"{figures.median:.2f} s",
            f"{figures.late:.2f} s",
            f"{1000 * figures.refusal_late:.0f} ms",
        )
    people().print(table)


def tell_bars(missed: Sequence[str]) -> None:
    """Say which bars did not hold."""
    people().print(f"missed: {', '.join(missed)}" if missed else "every bar holds")
