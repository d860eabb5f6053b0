"""What the audience sees and what is kept of it: numbered steps, what was expected, what came."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text


class UnexpectedError(Exception):
    """A step had another outcome than it must have; the text says what was expected and what came."""


@dataclass(slots=True)
class Step:
    """A step and how it went; ``facts`` go to the summary."""

    title: str
    facts: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    passed: bool = False


@dataclass(slots=True)
class Stage:
    """Prints the steps and collects them."""

    console: Console
    steps: list[Step] = field(default_factory=list)

    @contextmanager
    def step(self, title: str, explanation: str) -> Iterator[Step]:
        """Play one step; it has passed when the block ends without an exception."""
        step = Step(title)
        self.steps.append(step)
        self.console.print()
        self.console.print(Text(f"{len(self.steps)}. {title}", style="bold cyan"))
        self.console.print(Text(explanation, style="dim"))
        started = time.monotonic()
        try:
            yield step
            step.passed = True
        finally:
            step.seconds = round(time.monotonic() - started, 2)
            mark = "[green]as expected[/]" if step.passed else "[bold red]not as expected[/]"
            self.console.print(f"   {mark} [dim]({step.seconds:.1f} s)[/]")

    def tell(self, rows: Mapping[str, object]) -> None:
        """Print names and values."""
        table = Table.grid(padding=(0, 2))
        table.add_column(style="dim", no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in rows.items():
            table.add_row(f"   {name}", value if isinstance(value, Text) else Text(str(value)))
        self.console.print(table)

    def progress(self) -> Progress:
        """Return a bar for what takes long."""
        columns = TextColumn("   {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        return Progress(*columns, console=self.console)


def expect(holds: bool, what: str, came: object) -> None:
    """Raise UnexpectedError unless what was expected holds."""
    if not holds:
        raise UnexpectedError(f"expected: {what}; came: {came}")


def decision_text(name: str) -> Text:
    """Return a decision in its colour."""
    styles = {"MATCH": "bold green", "NO_MATCH": "bold red", "INCONCLUSIVE": "bold yellow"}
    return Text(name, style=styles.get(name, ""))
