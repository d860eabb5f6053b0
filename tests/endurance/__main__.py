"""The service killed again and again: ``python -m tests.endurance``, or ``make crash CYCLES=200``.

Two clerks enrol, verify, search and erase; after a time that is drawn the service is killed with SIGKILL, a fifth of
the starts before it listens. Each start is held to what was answered before: who is enrolled and who is not, by the
database and by the gallery, that trail, log and rows agree, and that every decision has a proof that checks offline
with the key of the first day. The moment of a kill is chance, so that a find need not come again; the folder of the
register is kept then.
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

from enroll_tools.command_line import REFUSED, AsJson, people, progress_bar, run_command, unwind_on_sigterm
from tests.endurance.cycles import Report, Town


def crash(
    cycles: Annotated[int, typer.Option(min=1, help="How often the service is killed.")] = 200,
    seed: Annotated[int | None, typer.Option(help="Of all that is drawn; told if not given.")] = None,
    out: Annotated[Path, typer.Option(help="Where the register of a find is kept.")] = Path("out/crash"),
    as_json: AsJson = False,
) -> None:
    """Kill the service so many times; exit status 1 if anything that was answered is not so."""
    chosen = secrets.randbelow(1 << 32) if seed is None else seed
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        town = Town(Path(folder), chosen)
        try:
            with progress_bar(as_json) as bar:
                shown = bar.add_task(f"seed {chosen}", total=cycles)
                report = town.crash(cycles, lambda done: bar.update(shown, completed=done))
        except Exception:
            _keep(Path(folder), out)
            raise
        if report.wrong:
            _keep(Path(folder), out)
    if as_json:
        print(json.dumps({"seed": chosen, **_figures(report)}, indent=2))
    else:
        for name, figure in _figures(report).items():
            print(f"{name.replace('_', ' ')}: {figure}")
    if report.wrong:
        raise typer.Exit(REFUSED)


def _figures(report: Report) -> dict[str, object]:
    return {
        "killed": report.killed,
        "killed_at_start": report.at_start,
        "acknowledged": report.acknowledged,
        "lost": len(report.wrong),
        "proofs_checked": report.proofs,
        "searched_for": report.searches,
        "memory_first_mb": round(report.memory[0]) if report.memory else 0,
        "memory_last_mb": round(report.memory[-1]) if report.memory else 0,
        "memory_most_mb": round(max(report.memory, default=0.0)),
        "p99_seconds": round(report.late, 3),
        "wrong": report.wrong,
    }


def _keep(folder: Path, out: Path) -> None:
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(folder, out)
    people().print(f"the register is kept in {out}", markup=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return the exit status."""
    return run_command(crash, arguments)


if __name__ == "__main__":
    unwind_on_sigterm()
    sys.exit(main())
