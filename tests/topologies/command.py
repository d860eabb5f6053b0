"""The same cases and the same load, whatever serves: ``make topologies``, ``python -m tests.topologies.command``.

Prints a table; ends with 1 if something is not held. A topology that cannot be on this machine (no PostgreSQL, no Ray)
fails nothing, and the table says so.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.development.in_turn import names_given, print_table, tell
from tests.security.running import End, Outcome, run
from tests.topologies.parts import PARTS, SERVES, Part


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return the exit status: 0 nothing is broken, 1 something is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="NAME,NAME", help="these, by name: shards-cases, one-load")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--out", type=Path, default=Path("out/topologies"), help="folder for what they print")
    given = parser.parse_args(arguments)
    wanted = names_given(given.only, (part.name for part in PARTS), "part")
    given.out.mkdir(parents=True, exist_ok=True)
    outcomes = [(part, _played(part, given.out)) for part in PARTS if part.name in wanted]
    if given.json:
        print(json.dumps([facts(part, outcome) for part, outcome in outcomes], indent=2))
    else:
        print_table(
            ("serves", "part", "shows", "result", "seconds"),
            [
                (SERVES[part.topology], part.name, part.shows, outcome.result, f"{outcome.seconds:.0f}")
                for part, outcome in outcomes
            ],
            lines=True,
        )
    return 1 if any(outcome.end is End.FAILED for _, outcome in outcomes) else 0


def facts(part: Part, outcome: Outcome) -> dict[str, object]:
    """Return a line of the table as JSON has it."""
    return {"name": part.name, "topology": part.topology, **outcome.facts()}


def _played(part: Part, out: Path) -> Outcome:
    outcome = run(part.command, out / f"{part.name}.log")
    tell(f"{part.name}: {outcome.result} ({outcome.seconds:.0f} s)")
    return outcome


if __name__ == "__main__":
    sys.exit(main())
