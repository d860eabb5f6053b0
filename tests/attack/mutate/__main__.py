"""Mutated requests against the whole service: ``python -m tests.attack.mutate``, or ``make mutate N=1000000``.

Everything about a request is made of the seed and its number, so that a find can be made again by both.
"""

from __future__ import annotations

import base64
import dataclasses
import json
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


def mutate(
    calls: Annotated[int, typer.Option("--calls", min=1, help="How many requests.")] = 20_000,
    seed: Annotated[int | None, typer.Option(help="Of all of them; drawn and told if not given.")] = None,
    only_number: Annotated[int | None, typer.Option(min=0, help="The request of this number alone.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for what finds are repeated by.")] = Path("out/mutate"),
    as_json: AsJson = False,
) -> None:
    """Send mutated requests to the whole service; exit status 1 if something is wrong."""
    chosen = secrets.randbelow(1 << 32) if seed is None else seed
    task = Task(chosen, 0, calls) if only_number is None else Task(chosen, only_number, 1)
    out.mkdir(parents=True, exist_ok=True)
    with progress_bar(as_json) as bar:
        shown = bar.add_task(f"seed {chosen}", total=task.calls)
        report = supervised(task, out / "stderr.txt", lambda made: bar.update(shown, completed=made))
        bar.update(shown, completed=report.calls)
    files = list(_kept(chosen, report, out))
    if as_json:
        print(json.dumps({"seed": chosen, **_figures(report), "files": files}, ensure_ascii=False, indent=2))
    else:
        _told(chosen, report, files)
    if only_number is not None:
        print(json.dumps(_repeatable(chosen, only_number), ensure_ascii=False, indent=2))
    if report.finds:
        raise typer.Exit(REFUSED)


def _kept(seed: int, report: Report, out: Path) -> Iterator[str]:
    """Write down the first of each kind of find; yield the names of the files."""
    for find in list(_first_of_each(report.finds))[:_MOST_FILES]:
        path = out / f"find-{seed}-{find.number}.json"
        path.write_text(
            json.dumps({"fault": find.fault} | _repeatable(seed, find.number), ensure_ascii=False, indent=2)
        )
        yield str(path)


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


def _told(seed: int, report: Report, files: list[str]) -> None:
    rate = report.calls / report.seconds if report.seconds else 0.0
    print(f"seed {seed}: {report.calls} requests, {report.at_socket} of them over a connection, {rate:.0f} a second")
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
