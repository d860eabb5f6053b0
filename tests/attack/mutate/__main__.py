"""Mutated requests against the whole service: ``python -m tests.attack.mutate``, or ``make mutate N=1000000``.

Everything about a request is made of the seed and its number, so that a find can be made again by both. Several
processes share the numbers, each with a service of its own; what came before a find in its process is made again by
the numbers from the first of its share on.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from enroll_tools.command_line import REFUSED, AsJson, progress_bar, run_command
from tests.attack.mutate.findings import Find, Report
from tests.attack.mutate.supervising import Task, supervised

_MOST_FILES = 20
_FEWEST = 10_000
"""Requests of one process, unless there are fewer in all: half of them are before its memory is looked at."""


def mutate(
    calls: Annotated[int, typer.Option("--calls", min=1, help="How many requests.")] = 20_000,
    seed: Annotated[int | None, typer.Option(help="Of all of them; drawn and told if not given.")] = None,
    first: Annotated[int, typer.Option(min=0, help="Number of the first one.")] = 0,
    only_number: Annotated[int | None, typer.Option(min=0, help="The request of this number alone.")] = None,
    processes: Annotated[
        int | None,
        typer.Option(min=1, help="Services side by side; if not said, one a core, and for 10,000 requests."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for what finds are repeated by.")] = Path("out/mutate"),
    as_json: AsJson = False,
) -> None:
    """Send mutated requests to the whole service; exit status 1 if something is wrong."""
    chosen = secrets.randbelow(1 << 32) if seed is None else seed
    task = Task(chosen, first, calls) if only_number is None else Task(chosen, only_number, 1)
    tasks = task.shares(processes or max(1, min(len(os.sched_getaffinity(0)), task.calls // _FEWEST)))
    out.mkdir(parents=True, exist_ok=True)
    with progress_bar(as_json) as bar:
        shown = bar.add_task(f"seed {chosen}", total=task.calls)
        report = supervised(tasks, out, lambda made: bar.update(shown, completed=made))
    files = list(_kept(tasks, report, out))
    if as_json:
        figures = {"seed": chosen, "processes": len(tasks), **_figures(report), "files": files}
        print(json.dumps(figures, ensure_ascii=False, indent=2))
    else:
        _told(tasks, report, files)
    if only_number is not None:
        print(json.dumps(_repeatable(chosen, only_number), ensure_ascii=False, indent=2))
    if report.finds:
        raise typer.Exit(REFUSED)


def _kept(tasks: list[Task], report: Report, out: Path) -> Iterator[str]:
    """Write down the first of each kind of find; yield the names of the files."""
    for find in list(_first_of_each(report.finds))[:_MOST_FILES]:
        (seed, first) = next((task.seed, task.first) for task in reversed(tasks) if task.first <= find.number)
        told = {"fault": find.fault, "again_with_all_before": _again(seed, first, find.number)}
        path = out / f"find-{seed}-{find.number}.json"
        path.write_text(json.dumps(told | _repeatable(seed, find.number), ensure_ascii=False, indent=2))
        yield str(path)


def _again(seed: int, first: int, number: int) -> str:
    """Return the command that makes all requests of a process up to one."""
    return f"python -m tests.attack.mutate --seed {seed} --first {first} --calls {number - first + 1} --processes 1"


def _first_of_each(finds: list[Find]) -> list[Find]:
    return list({(find.rpc, find.fault): find for find in reversed(finds)}.values())[::-1]


def _repeatable(seed: int, number: int) -> dict[str, Any]:
    """Return everything about a request."""
    from tests.attack.mutate.exemplars import Exemplars
    from tests.attack.mutate.mutants import mutant
    from tests.attack.mutate.prints import PrintBox

    def text(value: object) -> str:
        return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)

    made = dataclasses.asdict(mutant(seed, number, Exemplars(PrintBox())))
    del made["put_in"]
    told = json.loads(json.dumps(made, default=text))
    again = f"python -m tests.attack.mutate --seed {seed} --only-number {number}"
    return {"seed": seed, "again": again, **told}


def _figures(report: Report) -> dict[str, Any]:
    return vars(report) | {"finds": [dataclasses.asdict(find) for find in report.finds]}


def _told(tasks: list[Task], report: Report, files: list[str]) -> None:
    rate = report.calls / report.seconds if report.seconds else 0.0
    came = f"{report.calls} requests, {report.at_socket} of them over a connection"
    print(f"seed {tasks[0].seed}: {came}, {rate:.0f} a second")
    if len(tasks) > 1:
        print(f"processes  {len(tasks)}; memory is that of the one that grew most")
    print("ended as  ", ", ".join(f"{code} {count}" for code, count in report.codes.most_common()))
    print("refused as", ", ".join(f"{reason} {count}" for reason, count in report.reasons.most_common()))
    print(f"answered   {len(report.answered)} RPCs, {report.answered.total()} requests")
    for seconds, number, rpc in reversed(report.slowest):
        print(f"slow       {seconds:.2f} s  number {number}  {rpc}")
    warm = f", {report.warm_memory >> 20} MB when warm" if report.warm_memory else ""
    print(f"memory     {report.memory >> 20} MB at the end{warm}; {report.events} events in the trail")
    for find in _first_of_each(report.finds):
        count = sum((other.rpc, other.fault) == (find.rpc, find.fault) for other in report.finds)
        print(f"FOUND      {count} times, first at number {find.number}  {find.rpc}  {find.fault}")
    for file in files:
        print(f"           {file}")
    print(f"{len(report.finds)} finds")


if __name__ == "__main__":
    sys.exit(run_command(mutate))
