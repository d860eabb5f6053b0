"""Commands that do one thing after the other: which, how far they have come on stderr, in the end a table or JSON."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

_WIDTH = 160
"""Of a table in a file, in letters."""


def command_line(doc: str | None, *, only: str, write: str) -> argparse.ArgumentParser:
    """Return what all of them take: ``--only``, ``--json``, ``--write``.

    Args:
        doc: of the command.
        only: an example of what ``--only`` takes.
        write: what ``--write`` does.
    """
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--only", metavar=only, help="these, by name")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--write", action="store_true", help=write)
    return parser


def names_given(only: str | None, known: Iterable[str], what: str) -> set[str]:
    """Return the names after ``--only``, all that are known if there is none; ends with 2 where one is not known."""
    every = set(known)
    wanted = set(only.split(",")) if only else every
    if unknown := wanted - every:
        tell(f"no such {what}: {', '.join(sorted(unknown))}")
        raise SystemExit(2)
    return wanted


def tell(text: str) -> None:
    """Say how far it has come."""
    print(text, file=sys.stderr, flush=True)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, lines: bool = False) -> None:
    """Print a table as wide as the terminal, or as a page where there is none.

    Args:
        columns: their heads.
        rows: what stands in them.
        lines: between the rows, whose cells are of several lines.
    """
    table = Table(*columns, show_lines=lines)
    for row in rows:
        table.add_row(*row)
    width = None if sys.stdout.isatty() else _WIDTH
    Console(highlight=False, markup=False, width=width).print(table)
