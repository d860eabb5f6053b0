"""Every case of attack against real servers: ``python -m tests.attack.command``, or ``make attack``.

Prints a table of what each came to before and now, and what is wanted; ends with 0 if everything held. How far it has
come is told on stderr.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.attack.case import Case, Outcome
from tests.attack.every_case import CASES
from tests.attack.seen import write_seen
from tests.attack.stage import Stage

_WIDTH = 160
"""Of the table in a file, in letters."""

_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where databases lie that nobody needs afterwards: a hundred thousand commits are not what is measured."""


def play(case: Case, *, full: bool) -> Outcome:
    """Run a case in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="attack-", dir=_MEMORY) as folder:
        try:
            return case.run(Stage(Path(folder), full))
        except Exception as error:  # noqa: BLE001 - the other cases are run whatever becomes of one
            traceback.print_exc()
            return Outcome(f"the case itself failed: {type(error).__name__}", held=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return the exit status: 0 all held, 1 some did not."""
    given = _parser().parse_args(arguments)
    wanted = set(given.only.split(",")) if given.only else {case.number for case in CASES}
    if unknown := wanted.difference(*({case.number, case.name} for case in CASES)):
        print(f"no such case: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    chosen = [case for case in CASES if not wanted.isdisjoint({case.number, case.name})]
    outcomes = {case: _told(case, full=not given.small) for case in chosen}
    if given.json:
        rows = [_facts(case) | asdict(outcome) for case, outcome in outcomes.items()]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _print(outcomes)
    if given.write:
        write_seen(outcomes)
    return 0 if all(outcome.held for outcome in outcomes.values()) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="1,5,who", help="these cases, by number or name")
    parser.add_argument("--small", action="store_true", help="as the tests run them")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--write", action="store_true", help="keep what was seen, for docs/security.md")
    return parser


def _told(case: Case, *, full: bool) -> Outcome:
    print(f"{case.number}: {case.name} ...", file=sys.stderr, flush=True)
    began = time.monotonic()
    outcome = play(case, full=full)
    held = "held" if outcome.held else "NOT HELD"
    print(f"{case.number}: {case.name}: {held} ({time.monotonic() - began:.0f} s)", file=sys.stderr, flush=True)
    return outcome


def _facts(case: Case) -> dict[str, str]:
    return {"case": case.number, "name": case.name, "before": case.before, "wanted": case.wanted}


def _print(outcomes: dict[Case, Outcome]) -> None:
    table = Table("case", "before", "now", "wanted", "held", show_lines=True)
    for case, outcome in outcomes.items():
        held = "yes" if outcome.held else "NO"
        table.add_row(f"{case.number} {case.name}", case.before, outcome.now, case.wanted, held)
    width = None if sys.stdout.isatty() else _WIDTH
    Console(highlight=False, markup=False, width=width).print(table)


if __name__ == "__main__":
    sys.exit(main())
