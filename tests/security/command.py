"""Every command of the table threat, defence, command: ``python -m tests.security.command``, or ``make security``.

Prints command, result and seconds; ends with 0 if each showed what it should. How far it has come is told on stderr.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.security.rows import Row, rows
from tests.security.running import Outcome, run
from tests.security.seen import seconds_seen, write_seconds

_WIDTH = 160
"""Of the table in a file, in letters."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return the exit status: 0 all held, 1 some did not."""
    given = _parser().parse_args(arguments)
    table = rows()
    wanted = set(given.only.split(",")) if given.only else {row.name for row in table}
    if unknown := wanted - {row.name for row in table}:
        print(f"no such name: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    # A command that several rows name is run once.
    chosen = {row.command: row for row in table if row.name in wanted and not (given.quick and row.long)}
    if given.list:
        for command, row in chosen.items():
            print(f"{row.name}\t{command}")
        return 0
    given.out.mkdir(parents=True, exist_ok=True)
    print(how_long(list(chosen)), file=sys.stderr, flush=True)
    outcomes = {
        command: _told(f"{number}/{len(chosen)}", row, given.out)
        for number, (command, row) in enumerate(chosen.items(), start=1)
    }
    _print(chosen, outcomes, as_json=given.json)
    if given.write:
        write_seconds({command: outcome.seconds for command, outcome in outcomes.items() if outcome.held})
    return 0 if all(outcome.held for outcome in outcomes.values()) else 1


def how_long(commands: Sequence[str]) -> str:
    """Return how many commands there are, and what they took when they were last run."""
    seen = seconds_seen()
    known = [seen[command] for command in commands if command in seen]
    took = f"{len(known)} of them took {sum(known) / 60:.0f} minutes when they were last run" if known else ""
    return f"{len(commands)} commands" + (f"; {took}" if took else "")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="NAME,NAME", help="these, by name")
    parser.add_argument("--quick", action="store_true", help="without those that take minutes")
    parser.add_argument("--list", action="store_true", help="print names and commands, and run nothing")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--write", action="store_true", help="keep how long they took, for docs/security.md")
    parser.add_argument("--out", type=Path, default=Path("out/security"), help="folder for what they print")
    return parser


def _told(place: str, row: Row, out: Path) -> Outcome:
    print(f"{place} {row.name} ...", file=sys.stderr, flush=True)
    outcome = run(row.command, out / f"{row.name}.log")
    where = "" if outcome.held else f": {outcome.log}"
    print(f"{place} {row.name}: {outcome.result} ({outcome.seconds:.0f} s){where}", file=sys.stderr, flush=True)
    return outcome


def _print(chosen: dict[str, Row], outcomes: dict[str, Outcome], *, as_json: bool) -> None:
    if as_json:
        facts = [
            {
                "name": row.name,
                "command": command,
                "result": outcomes[command].result,
                "held": outcomes[command].held,
                "seconds": round(outcomes[command].seconds, 1),
                "log": outcomes[command].log,
            }
            for command, row in chosen.items()
        ]
        print(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    table = Table("name", "command", "result", "seconds")
    for command, row in chosen.items():
        table.add_row(row.name, command, outcomes[command].result, f"{outcomes[command].seconds:.0f}")
    width = None if sys.stdout.isatty() else _WIDTH
    Console(highlight=False, markup=False, width=width).print(table)


if __name__ == "__main__":
    sys.exit(main())
