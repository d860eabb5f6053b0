"""What the service does with up to ten times what it can do, and with 300 calls of 14 MB.

One run on one machine: the service in a process of its own with mutual TLS and real extraction, four clients here. The
large calls are a stranger's, and those of a client that may enrol, refused at different depths and done. The best is
what callers get who wait for their answers; then calls come evenly at once, twice, five and ten times that rate. Who
serves and who sends have cores of their own. The exit status tells whether the bars hold.

python -m benchmarks.overload --out FOLDER
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.command_line import leave, run
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from benchmarks.overload.attack import Memory, attack
from benchmarks.overload.certificates import issue_all
from benchmarks.overload.cores import served_apart
from benchmarks.overload.large_bodies import Bodies, kinds, large_bodies
from benchmarks.overload.load import Figures, closed_loop
from benchmarks.overload.measuring import (
    DEADLINE,
    LEAST_GOODPUT,
    MOST_KEPT,
    MOST_MEMORY,
    MOST_REFUSAL_SECONDS,
    SHIPS,
    measured,
    request,
)
from benchmarks.overload.service import Service, running_service
from benchmarks.overload.told import tell_bars, tell_figures
from enroll_tools.command_line import people, unwind_on_sigterm

FACTORS = (1, 2, 5, 10)
SECONDS = 10.0
WARM_UP = 4.0


class ExtractorName(StrEnum):
    """Who finds the minutiae."""

    LEADER = "leader"
    RIDGE = "ridge"


_SHIPS = ExtractorName(SHIPS)


def overload(
    out: Annotated[Path, typer.Option(help="Folder for overload.json.")],
    extractor: Annotated[ExtractorName, typer.Option(help="Who finds the minutiae.")] = _SHIPS,
    database_url: Annotated[str, typer.Option(help="An empty PostgreSQL database; SQLite if not given.")] = "",
) -> None:
    """Measure, print a table, and end with 1 if a bar does not hold."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        issue_all(Path(folder))
        with served_apart(
            running_service(Path(folder), {"extractor": extractor, "database_url": database_url})
        ) as service:
            # Made before the loop runs, in which Ctrl-C would wait for them.
            sent, body = kinds(), request()
            report = {"extractor": extractor.value} | asyncio.run(_measured(service, sent, body))
    write_json(out / "overload.json", report)
    _print(report)
    if report["missed"]:
        raise typer.Exit(1)


async def _measured(service: Service, sent: Mapping[str, Bodies], body: bytes) -> dict[str, Any]:
    memory = await attack(service)
    await large_bodies(service, sent["warm up"])
    large = {kind: await large_bodies(service, bodies) for kind, bodies in sent.items() if kind != "warm up"}
    await closed_loop(service, body, 4, WARM_UP, 30.0)
    best, rows = await measured(service, body, FACTORS, SECONDS)
    top = rows[max(FACTORS)]
    bars = {
        "goodput at 10 times the load": top.goodput >= LEAST_GOODPUT * max(best.goodput, rows[1].goodput),
        "p99 of what is let in within the deadline": top.late <= DEADLINE,
        "p99 of refusals within 100 ms": top.refusal_late <= MOST_REFUSAL_SECONDS,
        "memory during the attack": memory.most <= MOST_MEMORY,
        "memory after the attack": memory.after - memory.idle <= MOST_KEPT,
        "memory after large requests": _kept(list(large.values())) <= MOST_KEPT,
    }
    return {
        "machine": machine() | {"load": os.getloadavg()[0]},
        "best": asdict(best),
        "rows": {str(factor): asdict(figures) for factor, figures in rows.items()},
        "memory": asdict(memory),
        "large": {kind: asdict(figures) for kind, figures in large.items()},
        "missed": [name for name, held in bars.items() if not held],
    }


def _kept(large: Sequence[Memory]) -> float:
    """Return how many MB the service keeps after all kinds of large requests."""
    return large[-1].after - large[0].idle


def _print(report: dict[str, Any]) -> None:
    rows = {"best": report["best"], **{f"x{factor}": row for factor, row in report["rows"].items()}}
    tell_figures("load", [(name, Figures(**row)) for name, row in rows.items()])
    memory = report["memory"]
    people().print(
        f"300 calls of 14 MB by a stranger: {memory['idle']:.0f} MB before, {memory['most']:.0f} at most, "
        f"{memory['after']:.0f} after; {memory['refused']} refused"
    )
    for kind, figures in report["large"].items():
        people().print(
            f"large enrolments, {kind}: {figures['idle']:.0f} MB before, {figures['most']:.0f} at most, "
            f"{figures['after']:.0f} after"
        )
    tell_bars(report["missed"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return the exit status."""
    return run(arguments, overload)


if __name__ == "__main__":
    unwind_on_sigterm()  # the service ends too
    leave(main())
