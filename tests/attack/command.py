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

from tests.attack.case import Case, Outcome
from tests.attack.every_case import CASES
from tests.attack.seen import write_seen
from tests.attack.stage import Stage
from tests.development.in_turn import command_line, names_given, print_table, tell

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
    wanted = names_given(given.only, (name for case in CASES for name in (case.number, case.name)), "case")
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
    parser = command_line(__doc__, only="1,5,who", write="keep what was seen, for docs/security.md")
    parser.add_argument("--small", action="store_true", help="as the tests run them")
    return parser


def _told(case: Case, *, full: bool) -> Outcome:
    tell(f"{case.number}: {case.name} ...")
    began = time.monotonic()
    outcome = play(case, full=full)
    held = "held" if outcome.held else "NOT HELD"
    tell(f"{case.number}: {case.name}: {held} ({time.monotonic() - began:.0f} s)")
    return outcome


def _facts(case: Case) -> dict[str, str]:
    return {"case": case.number, "name": case.name, "before": case.before, "wanted": case.wanted}


def _print(outcomes: dict[Case, Outcome]) -> None:
    print_table(
        ("case", "before", "now", "wanted", "held"),
        [
            (f"{case.number} {case.name}", case.before, outcome.now, case.wanted, "yes" if outcome.held else "NO")
            for case, outcome in outcomes.items()
        ],
        lines=True,
    )


if __name__ == "__main__":
    sys.exit(main())
