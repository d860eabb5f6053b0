"""Every command of the table threat, defence, command: ``python -m tests.security.command``, or ``make security``.

Prints command, result and seconds; ends with 1 if one showed that something is wrong. What cannot be shown on this
machine fails nothing: the last line counts and names it. How far it has come is told on stderr.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

from tests.development.in_turn import command_line, names_given, print_table, tell
from tests.security.rows import Row, rows
from tests.security.running import End, Outcome, run
from tests.security.seen import seconds_seen, write_seconds

_BESIDE = 2
"""Tests that are run at the same time."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return the exit status: 0 nothing is wrong, 1 something is."""
    given = _parser().parse_args(arguments)
    table = rows()
    wanted = names_given(given.only, (row.name for row in table), "name")
    # A command that several rows name is run once.
    chosen = {row.command: row for row in table if row.name in wanted and not (given.quick and row.long)}
    if given.list:
        for command, row in chosen.items():
            print(f"{row.name}\t{command}")
        return 0
    given.out.mkdir(parents=True, exist_ok=True)
    tell(how_long(list(chosen)))
    outcomes = _run(chosen, given.out, keep=given.write)
    if given.json:
        print(json.dumps([_facts(row, outcomes[row.command]) for row in chosen.values()], ensure_ascii=False, indent=2))
    else:
        _print(chosen, outcomes)
    if line := not_shown(chosen, outcomes):
        print(line, file=sys.stderr if given.json else sys.stdout)
    return 1 if any(outcome.end is End.FAILED for outcome in outcomes.values()) else 0


def how_long(commands: Sequence[str]) -> str:
    """Return how many commands there are, and what they took when they were last run."""
    seen = seconds_seen()
    known = [seen[command] for command in commands if command in seen]
    took = f"{len(known)} of them took {sum(known) / 60:.0f} minutes when they were last run" if known else ""
    return f"{len(commands)} commands" + (f"; {took}" if took else "")


def not_shown(chosen: Mapping[str, Row], outcomes: Mapping[str, Outcome]) -> str:
    """Return a line on what this machine could not show, which is empty if it showed everything."""
    names = [chosen[command].name for command, outcome in outcomes.items() if outcome.end is End.NOT_SHOWN]
    return f"NOT SHOWN on this machine: {len(names)} of {len(outcomes)}: {', '.join(names)}" if names else ""


def _parser() -> argparse.ArgumentParser:
    parser = command_line(
        __doc__, only="NAME,NAME", write="keep how long each took that held, as soon as it has ended, for the next run"
    )
    parser.add_argument("--quick", action="store_true", help="without those that take minutes")
    parser.add_argument("--list", action="store_true", help="print names and commands, and run nothing")
    parser.add_argument("--out", type=Path, default=Path("out/security"), help="folder for what they print")
    return parser


def _run(chosen: Mapping[str, Row], out: Path, *, keep: bool) -> dict[str, Outcome]:
    """Run them, tests of seconds beside each other; tell of each what it takes, what came of it, and how far it is."""
    numbers = {command: f"{number}/{len(chosen)} {row.name}" for number, (command, row) in enumerate(chosen.items(), 1)}
    expected, began = seconds_seen(), time.monotonic()

    def played(command: str) -> Outcome:
        known = f" {expected[command]:.0f} s when it was last run" if command in expected else ""
        tell(f"{numbers[command]} ...{known}")
        outcome = run(command, out / f"{chosen[command].name}.log")
        where = "" if outcome.end is End.HELD else f": {outcome.log}"
        so_far = (time.monotonic() - began) / 60
        tell(f"{numbers[command]}: {outcome.result} ({outcome.seconds:.0f} s; {so_far:.0f} min so far){where}")
        return outcome

    # What measures, or works on files of the checkout, is alone.
    beside = [command for command, row in chosen.items() if command.startswith("pytest ") and not row.long]
    outcomes: dict[str, Outcome] = {}
    pool = ThreadPoolExecutor(_BESIDE)
    try:
        for command, outcome in chain(
            zip(beside, pool.map(played, beside), strict=True),
            ((command, played(command)) for command in chosen if command not in beside),
        ):
            outcomes[command] = outcome
            if keep and outcome.end is End.HELD:
                write_seconds({command: outcome.seconds})
    finally:
        pool.shutdown(cancel_futures=True)
    return outcomes


def _facts(row: Row, outcome: Outcome) -> dict[str, object]:
    return {"name": row.name, "command": row.command, **outcome.facts()}


def _print(chosen: Mapping[str, Row], outcomes: Mapping[str, Outcome]) -> None:
    told = [(row.name, command, outcomes[command]) for command, row in chosen.items()]
    print_table(
        ("name", "command", "result", "seconds"),
        [(name, command, outcome.result, f"{outcome.seconds:.0f}") for name, command, outcome in told],
    )


if __name__ == "__main__":
    sys.exit(main())
