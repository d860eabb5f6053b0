"""The report, for people."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from enroll_tools.day.figures import DayFigures

_MOST_FAULTS = 20


def print_report(console: Console, figures: DayFigures) -> None:
    """Print stories, totals, and what was wrong."""
    table = Table("visit", "visits", "what the service said", "wrong", title="The day")
    for story in figures.stories:
        came = ", ".join(f"{count} {said}" for said, count in story.came.items())
        wrong = Text(str(story.wrong), style="bold red" if story.wrong else "green")
        table.add_row(story.story, str(story.visits), came, wrong)
    console.print(table)
    times = figures.times
    totals = Table.grid(padding=(0, 2))
    totals.add_row("answers that the oracle read", str(figures.tries))
    totals.add_row("records disclosed", str(figures.disclosed_records))
    totals.add_row("... with a silent owner", str(figures.silent_records))
    totals.add_row("... in dispute", str(figures.disputed_records))
    totals.add_row("papers saved", f"{figures.papers_saved}; by the oracle {figures.papers_due}")
    limit = f"; less than {figures.limit_seconds:g} s is due" if figures.limit_seconds else ""
    figure = f"p50 {times.p50:.2f} s, p99 {times.p99:.2f} s, longest {times.longest:.2f} s of {times.calls}{limit}"
    totals.add_row("Verify from pictures", figure)
    console.print(totals)
    for fault in figures.faults[:_MOST_FAULTS]:
        console.print(Text(f"wrong: {fault}", style="red"))
    if len(figures.faults) > _MOST_FAULTS:
        console.print(f"and {len(figures.faults) - _MOST_FAULTS} more")
    console.print("[bold green]Everything as expected.[/]" if figures.passed else "[bold red]Not as expected.[/]")
