"""The service killed again and again: ``python -m tests.endurance``, or ``make crash CYCLES=200``.

Two clerks enrol, verify, search and erase; after a time that is drawn the service is killed with SIGKILL, a fifth of
the starts before it listens. Each start is held to what was answered before: who is enrolled and who is not, by the
database and by the gallery, that trail, log and rows agree, and that every decision has a proof that checks offline
with the key of the first day. With ``--store postgresql`` that is killed too, in a third of the lives, and comes back
on the same data; the service that lives on is held to what was answered before it is killed itself. The moment of a
kill is chance, so that a find need not come again; the folder of the register is kept then.
"""

from __future__ import annotations

import json
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from enroll_tools.command_line import REFUSED, AsJson, people, progress_bar, run_command, unwind_on_sigterm
from tests.endurance.cycles import Report, Town
from tests.postgres_kit import PostgresServer, place_for_servers


class Store(StrEnum):
    """Which database."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


def crash(
    cycles: Annotated[int, typer.Option(min=1, help="How often the service is killed.")] = 200,
    seed: Annotated[int | None, typer.Option(help="Of all that is drawn; told if not given.")] = None,
    out: Annotated[Path, typer.Option(help="Where the register of a find is kept.")] = Path("out/crash"),
    store: Annotated[Store, typer.Option(help="Which database; PostgreSQL is started, and killed too.")] = Store.SQLITE,
    as_json: AsJson = False,
) -> None:
    """Kill the service so many times; exit status 1 if anything that was answered is not so."""
    chosen = secrets.randbelow(1 << 32) if seed is None else seed
    with tempfile.TemporaryDirectory(prefix="crash-") as folder, _database(store) as database:
        town = Town(Path(folder), chosen, database)
        try:
            with progress_bar(as_json) as bar:
                shown = bar.add_task(f"seed {chosen}", total=cycles)
                report = town.crash(cycles, lambda done: bar.update(shown, completed=done))
        except Exception:
            _keep(Path(folder), out, database)
            raise
        if report.wrong:
            _keep(Path(folder), out, database)
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
        "databases_killed": report.databases,
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


@contextmanager
def _database(store: Store) -> Iterator[PostgresServer | None]:
    if store is Store.SQLITE:
        yield None
        return
    with place_for_servers("crashing on PostgreSQL") as place:
        server = PostgresServer(place)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.kill()


def _keep(folder: Path, out: Path, database: PostgresServer | None) -> None:
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(folder, out)
    if database is not None:
        shutil.copytree(database.data, out / "postgresql")
    people().print(f"the register is kept in {out}", markup=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return the exit status."""
    return run_command(crash, arguments)


if __name__ == "__main__":
    unwind_on_sigterm()
    sys.exit(main())
