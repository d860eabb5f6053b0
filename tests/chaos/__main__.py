"""A town's day while what serves it is killed, stopped, cut off: ``python -m tests.chaos``, or ``make cluster-chaos``.

Clerks call by the client that is shipped, with its own repetitions; meanwhile one fault follows another. Then all is
mended, every server is read, and what was told is held to the truth of who showed which finger. Exit status 1 if a bar
is missed.
"""

from __future__ import annotations

import json
import secrets
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from enroll_tools.command_line import REFUSED, AsJson, people, run_command, unwind_on_sigterm
from tests.chaos.day import Day
from tests.chaos.report import tell
from tests.chaos.topologies import TOPOLOGIES, Kind, missing


def chaos(
    topology: Annotated[Kind, typer.Option(help="What serves.")] = "shards",
    minutes: Annotated[float, typer.Option(min=0.05, help="How long clerks call at least.")] = 10.0,
    rate: Annotated[float, typer.Option(min=1.0, help="Calls a second that they try for.")] = 150.0,
    least: Annotated[int | None, typer.Option(min=0, help="Calls at least; 5,000 a minute if not said.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of all that is drawn; told if not given.")] = None,
    calm: Annotated[bool, typer.Option("--calm", help="Nothing happens but the load.")] = False,
    out: Annotated[Path, typer.Option(help="Where the register of a find is kept.")] = Path("out/cluster-chaos"),
    as_json: AsJson = False,
) -> None:
    """Have it happen, and judge what was told."""
    if why := missing(topology):
        people().print(f"NOT SHOWN: {why}", markup=False)
        raise typer.Exit(REFUSED)
    chosen = secrets.randbelow(1 << 32) if seed is None else seed
    wanted = round(5000 * minutes) if least is None else least
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        with TOPOLOGIES[topology](Path(folder)) as plant:
            report = Day(plant, chosen, calm=calm).live(60.0 * minutes, rate, wanted)
        held = all(bar["held"] for bar in report["bars"].values())
        if not held:
            shutil.rmtree(out, ignore_errors=True)
            shutil.copytree(folder, out)
            people().print(f"the register is kept in {out}", markup=False)
    told = {"topology": topology, "minutes": minutes, "seed": chosen, **report}
    if as_json:
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        people().print(
            f"{topology}, {report['seconds'] / 60:.1f} minutes, seed {chosen}, {report['calls_made']} calls, "
            f"{report['calls_a_second']} a second\n"
        )
        tell(report)
    if not held:
        raise typer.Exit(REFUSED)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return the exit status."""
    return run_command(chaos, arguments)


if __name__ == "__main__":
    unwind_on_sigterm()
    sys.exit(main())
