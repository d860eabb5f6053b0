"""What a place needs, by the model, and whether the model foretells the running service: ``OUT/capacity.json``.

A register of a hundredth of three million fingers is made (or found: :mod:`benchmarks.capacity.served`), the
service is started with it, what one search costs is measured, and searches come as people do, at two loads. Ends with 1
if the mean time that was foretold is off by more than 15 %.

python -m benchmarks.capacity --out OUT [--fingers N] [--store FOLDER]
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from platformdirs import user_cache_path
from rich.table import Table

from benchmarks.capacity.checking import LOADS, foretold, measured, seen, together
from benchmarks.capacity.model import Costs, Use, table
from benchmarks.capacity.served import ASKED_AT_WILL, DRAWN, IDENTIFY, made_register, touches
from benchmarks.command_line import leave, run
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from benchmarks.overload.service import running_service
from benchmarks.speed.verifications import Asked, searched_for
from enroll_tools.command_line import people, unwind_on_sigterm

_AT_MOST = 0.15


def capacity(
    out: Annotated[Path, typer.Option(help="Folder for capacity.json.")],
    fingers: Annotated[int, typer.Option(min=1000, help="Of the register that is asked.")] = 30_000,
    searches: Annotated[int, typer.Option(min=40, help="At each load, and to measure with.")] = 400,
    store: Annotated[Path | None, typer.Option(help="Where it is kept; by default in the user's cache.")] = None,
) -> None:
    """Foretell, ask, and print both; then what places need."""
    asked_for = (2 + len(LOADS)) * searches
    if fingers < DRAWN * asked_for:
        raise typer.BadParameter(f"at least {DRAWN * asked_for}: no finger is shown twice", param_hint="fingers")
    kept = store or user_cache_path("idverify") / "galleries"
    home, _ = made_register(kept, fingers)
    requests = [searched_for(print_) for _, print_ in touches(fingers, asked_for)]
    asked = Asked((), (), {}, IDENTIFY)
    with running_service(home, ASKED_AT_WILL) as service:
        before = measured(service, asked, requests[:searches])
        parts = [(load, requests[n * searches : (n + 1) * searches]) for n, load in enumerate(LOADS, 1)]
        came = [(load, *seen(service, asked, part, before, load)) for load, part in parts]
        costs = together(before, measured(service, asked, requests[-searches:]))
    answers = [foretold(arrivals, waited, costs, load) for load, arrivals, waited in came]
    report = {
        "machine": machine(),
        "fingers": fingers,
        "core_ms_a_search": 1e3 * costs.work,
        "alone_ms": 1e3 * float(costs.alone.mean()),
        "cores": costs.cores,
        "loads": [asdict(answer) | {"ratio": answer.ratio} for answer in answers],
        "costs": asdict(Costs()),
        "use": asdict(Use()),
    }
    write_json(out / "capacity.json", report)
    shown = Table("load", "a second", "mean, ms: foretold", "seen", "half, ms: foretold", "seen", "ratio of the means")
    for one in answers:
        figures = (1e3 * seconds for seconds in (*one.mean, *one.median))
        shown.add_row(f"{one.load:.0%}", f"{one.rate:.1f}", *(f"{ms:.1f}" for ms in figures), f"{one.ratio:.2f}")
    people().print(shown)
    people().print(table(), markup=False)
    if any(abs(one.ratio - 1) > _AT_MOST for one in answers):
        raise typer.Exit(1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return the exit status."""
    return run(arguments, capacity)


if __name__ == "__main__":
    unwind_on_sigterm()  # the service ends too
    leave(main(sys.argv[1:]))
