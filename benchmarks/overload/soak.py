"""Half an hour at twice what the service can do: its memory must stay where it was, and answers keep coming.

The best is what callers get who wait for their answers; then calls come evenly at twice that rate, in slices. The exit
status tells whether the bars hold.

python -m benchmarks.overload.soak --minutes 30 --out FOLDER
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from benchmarks.command_line import leave, run
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from benchmarks.overload.__main__ import WARM_UP, ExtractorName
from benchmarks.overload.certificates import issue_all
from benchmarks.overload.cores import served_apart
from benchmarks.overload.load import Figures, closed_loop, open_loop
from benchmarks.overload.measuring import DEADLINE, LEAST_GOODPUT, MOST_KEPT, SHIPS, request
from benchmarks.overload.service import Service, running_service
from benchmarks.overload.told import tell_bars, tell_figures
from enroll_tools.command_line import people, progress_bar, unwind_on_sigterm

FACTOR = 2
_SHIPS = ExtractorName(SHIPS)
SLICE_SECONDS, _FEWEST = 20.0, 3
BEST_SECONDS = 10.0
_LATE = 0.01
_SETTLED = 1 / 3
"""After this part of the time memory is taken for what it stays at: allocators have grown to their size by then."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the time: what became of its calls, and MB resident at its end."""

    figures: Figures
    resident: float


def soak(
    out: Annotated[Path, typer.Option(help="Folder for soak.json.")],
    minutes: Annotated[float, typer.Option(min=0.5, help="How long.")] = 30.0,
    extractor: Annotated[ExtractorName, typer.Option(help="Who finds the minutiae.")] = _SHIPS,
    database_url: Annotated[str, typer.Option(help="An empty PostgreSQL database; SQLite if not given.")] = "",
) -> None:
    """Measure, print a table, and end with 1 if a bar does not hold."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        issue_all(Path(folder))
        service_apart = served_apart(
            running_service(Path(folder), {"extractor": extractor, "database_url": database_url})
        )
        with service_apart as service, progress_bar(quiet=False) as bar:
            report = {"extractor": extractor.value} | asyncio.run(_soaked(service, 60.0 * minutes, bar))
    write_json(out / "soak.json", report)
    _print(report)
    if report["missed"]:
        raise typer.Exit(1)


async def _soaked(service: Service, seconds: float, bar: Progress) -> dict[str, Any]:
    body = request()
    await closed_loop(service, body, 4, WARM_UP, 30.0)
    best = await closed_loop(service, body, 2 * (os.cpu_count() or 2), BEST_SECONDS, DEADLINE)
    slices: list[Slice] = []
    count = max(_FEWEST, round(seconds / SLICE_SECONDS))
    shown = bar.add_task(f"slices of {SLICE_SECONDS:.0f} s", total=count)
    for _ in range(count):
        figures = await open_loop(service, body, FACTOR * best.goodput, SLICE_SECONDS, DEADLINE)
        slices.append(Slice(figures, service.resident()))
        bar.update(shown, advance=1)
    return {
        "machine": machine() | {"load": os.getloadavg()[0]},
        "best": asdict(best),
        "slices": [asdict(each) for each in slices],
        **_judged(best, slices),
    }


def _judged(best: Figures, slices: Sequence[Slice]) -> dict[str, Any]:
    """Return the figures by which the bars are judged, and which of these do not hold."""
    settled = slices[int(_SETTLED * len(slices)) :]
    half = len(settled) // 2
    early, late = (max(each.resident for each in part) for part in (settled[: half or 1], settled[half:]))
    goodput = sum(each.figures.goodput for each in slices) / len(slices)
    answered = round(sum(each.figures.goodput for each in slices) * SLICE_SECONDS)
    expired = sum(each.figures.expired for each in slices)
    bars = {
        "memory stays flat": late - early <= MOST_KEPT,
        "goodput at twice the load": goodput >= LEAST_GOODPUT * best.goodput,
        # Of the whole time: one moment in which the machine did something else is not the service's.
        "p99 of what is let in within the deadline": expired <= _LATE * (answered + expired),
    }
    return {
        "answered": answered,
        "refused": sum(each.figures.refused for each in slices),
        "expired": expired,
        "goodput": goodput,
        "memory_early": early,
        "memory_late": late,
        "p99_worst_slice": max(each.figures.late for each in slices),
        "missed": [name for name, held in bars.items() if not held],
    }


def _print(report: dict[str, Any]) -> None:
    tell_figures("MB", [(f"{each['resident']:.0f}", Figures(**each["figures"])) for each in report["slices"]])
    people().print(
        f"best {report['best']['goodput']:.1f} answers a second; at twice that {report['goodput']:.1f}, "
        f"{report['refused']} refused, {report['expired']} expired, "
        f"p99 {report['p99_worst_slice']:.2f} s in the worst slice; "
        f"{report['memory_early']:.0f} MB, later {report['memory_late']:.0f}"
    )
    tell_bars(report["missed"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return the exit status."""
    return run(arguments, soak)


if __name__ == "__main__":
    unwind_on_sigterm()
    leave(main())
