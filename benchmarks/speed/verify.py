"""How fast a citizen is verified, looked for and enrolled: ``OUT/verify.json``.

The service in a process of its own, with TLS, made-up people, and clients here that wait for every answer: one, and
ten at once. Every probe is another touch of the finger, as template or as image. With ``--former REVISION`` the service
of that revision is measured too, in the same run, one after the other in every round and each first in every other
one, by the very same requests; ratios are of those two. With many rounds the bound says what the new may be slower by:
of all means that rounds drawn anew could have had, 95 % are below. Who asks shares the cores of who serves.

python -m benchmarks.speed.verify --out FOLDER [--former REVISION] [--rounds 20] [--at-most 1.1]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from itertools import islice
from math import inf
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from rich.table import Table

from benchmarks.command_line import leave, run
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from benchmarks.measures.ratios import upper_bound
from benchmarks.overload.certificates import issue_all
from benchmarks.overload.service import Service, running_service
from benchmarks.speed.former import revision
from benchmarks.speed.verifications import (
    Asked,
    answered,
    enrol,
    people_by_image,
    people_by_template,
    people_looked_for,
    people_to_enrol,
)
from enroll_tools.command_line import people
from idverify.domain.model import SampleKind

CALLERS = 1, 10
FORMER, NOW = "former", "now"


def measure(services: Mapping[str, Service], asked: Mapping[str, Asked], rounds: int) -> dict[str, Any]:
    """Return what ``verify.json`` says: of every kind and number of callers milliseconds at p50, and calls a second.

    Args:
        services: by name.
        asked: by kind of probe; each has requests for one round more, which is to warm up.
        rounds: that count.
    """
    found: dict[str, dict[str, Any]] = {}
    for kind, one in asked.items():
        for service in services.values():
            enrol(service, one.enrolments)
        requests = {name: iter(one.requests) for name in services}
        for number in range(rounds + 1):
            people().print(f"{kind}: {f'round {number} of {rounds}' if number else 'to warm up'}", markup=False)
            for callers in CALLERS:
                for name, service in list(services.items())[:: 1 - 2 * (number % 2)]:
                    bodies = list(islice(requests[name], one.a_round[callers]))
                    seconds, whole = asyncio.run(answered(service, one, bodies, callers))
                    if number:
                        row = found.setdefault(f"{kind}, {callers} at once", {}).setdefault(
                            name, {"ms": [], "rate": []}
                        )
                        row["ms"].append(1e3 * median(seconds))
                        row["rate"].append(len(bodies) / whole)
    return {work: _figures(rows) for work, rows in found.items()}


def _figures(rows: Mapping[str, Mapping[str, list[float]]]) -> dict[str, Any]:
    """Return the medians, and if there are two services by how much the new may be slower."""
    figures: dict[str, Any] = {
        name: {figure: median(values) for figure, values in row.items()} for name, row in rows.items()
    }
    if FORMER in rows:
        slower = [former / now for former, now in zip(rows[FORMER]["rate"], rows[NOW]["rate"], strict=True)]
        figures["slower"] = {"bound": upper_bound(slower), "each_round": slower}
    return figures


def verify(
    out: Annotated[Path, typer.Option(help="Folder for verify.json.")],
    former: Annotated[str, typer.Option(help="A revision to measure too.")] = "",
    rounds: Annotated[int, typer.Option(min=1, help="Rounds that count.")] = 3,
    templates: Annotated[int, typer.Option(min=10, help="Templates that ten callers send in a round.")] = 300,
    images: Annotated[int, typer.Option(min=0, help="Images likewise; 0: none.")] = 20,
    at_most: Annotated[float, typer.Option(help="End with 1 if it may be slower by more than this.")] = inf,
) -> None:
    """Verify, search and enrol, and print how long it takes."""
    out.mkdir(parents=True, exist_ok=True)
    asked = {"template": people_by_template(rounds + 1, {1: max(1, templates // 5), 10: templates})}
    searches = {1: max(1, templates // 20), 10: max(1, templates // 5)}
    asked |= {"search": people_looked_for(rounds + 1, searches), "enrolment": people_to_enrol(rounds + 1, searches)}
    if images:
        asked["image"] = people_by_image(rounds + 1, {1: max(1, images // 3), 10: images})
    with ExitStack() as undo:
        trees = {NOW: Path.cwd()}
        if former:
            trees = {FORMER: undo.enter_context(revision(former)), **trees}
        services = {}
        for name, tree in trees.items():
            folder = Path(undo.enter_context(tempfile.TemporaryDirectory()))
            issue_all(folder)
            take_templates(folder / "clients.toml")
            services[name] = undo.enter_context(running_service(folder, {}, tree=tree))
        figures = measure(services, asked, rounds)
    write_json(out / "verify.json", {"machine": machine(), "former": former, "rounds": rounds, "work": figures})
    _show(figures)
    slower = [work for work, row in figures.items() if FORMER in row and row["slower"]["bound"] > at_most]
    if slower:
        people().print(f"slower than {former}: {', '.join(slower)}", markup=False)
        raise typer.Exit(1)


def take_templates(clients: Path) -> None:
    """Let all clients of a clients file send templates beside images."""
    kinds = f"sample_kinds = {[kind.value for kind in SampleKind]}"
    clients.write_text(clients.read_text(encoding="utf-8").replace("roles =", f"{kinds}\nroles ="), encoding="utf-8")


def _show(figures: Mapping[str, Mapping[str, Mapping[str, float]]]) -> None:
    names = [name for name in (FORMER, NOW) if name in next(iter(figures.values()))]
    table = Table(
        "probe", *(f"{name}: {figure}" for name in names for figure in ("ms at p50", "a second")), "ratio", "bound"
    )
    for work, row in figures.items():
        told = [f"{row[name][figure]:.1f}" for name in names for figure in ("ms", "rate")]
        ratio = f"{row[NOW]['rate'] / row[FORMER]['rate']:.2f}" if FORMER in row else ""
        table.add_row(work, *told, ratio, f"{row['slower']['bound']:.2f}" if FORMER in row else "")
    people().print(table)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return the exit status."""
    return run(arguments, verify)


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
