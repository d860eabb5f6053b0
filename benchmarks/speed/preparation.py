"""What it saves to make a print ready once a call: ``OUT/preparation.json``.

What the use cases do with prints, on a database and a gallery of twenty made-up people with ten fingers each, in two
ways in alternation: *once*, as the service does it, and *each time*, where a template is decoded and prepared again
for every comparison and every search. Both give the same answers, which is checked. Time is that of the processor, in
this process: it leaves out the disk, and other programs hardly count.

python -m benchmarks.speed.preparation --out FOLDER
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.table import Table

from benchmarks.command_line import print_json, run
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from benchmarks.speed.made_up_service import FINGERS, SEED, Service, prints, service
from enroll_tools.command_line import AsJson, people
from enroll_tools.synthetic.templates.population import TemplatePopulation
from idverify.domain.model import (
    Sample,
)

PEOPLE = 20
REPEATS = 7


def works(probes: Sequence[Sequence[Sample]]) -> dict[str, tuple[int, Callable[[Service], None]]]:
    """Return what is measured by name: how many calls it is, and how to do it."""

    def verify_all(service: Service) -> None:
        for number, own in enumerate(probes):
            service.verify(number, own)

    def verify_unstated(service: Service) -> None:
        for number, own in enumerate(probes):
            service.verify(number, [Sample(None, own[1].content)])

    def identify_all(service: Service) -> None:
        for own in probes:
            service.identify(own)

    return {
        "verify by ten fingers": (len(probes), verify_all),
        "verify by one finger that is not stated": (len(probes), verify_unstated),
        "identify by ten fingers, all people compared": (len(probes), identify_all),
        "sweep for duplicates, a person": (len(probes), Service.sweep),
    }


def measure(folder: Path, people: int, repeats: int) -> dict[str, Any]:
    """Return the figures of ``preparation.json``.

    Raises:
        AssertionError: the two ways gave different answers.
    """
    enrolled, probes = prints(people, 0), prints(people, 1)
    figures: dict[str, Any] = {}
    with (
        service(folder / "once", once=True, enrolled=enrolled) as once,
        service(folder / "each", once=False, enrolled=enrolled) as each,
    ):
        for name, (calls, work) in works(probes).items():
            taken: dict[str, list[float]] = {"once": [], "each_time": []}
            for repeat in range(repeats + 1):
                for way, own in (("once", once), ("each_time", each)):
                    began = time.process_time()
                    work(own)
                    if repeat:  # the first is to warm up
                        taken[way].append(1e3 * (time.process_time() - began) / calls)
            assert once.answers == each.answers
            figures[name] = {
                "once_ms": float(np.median(taken["once"])),
                "each_time_ms": float(np.median(taken["each_time"])),
                "ratio": float(np.median(np.divide(taken["each_time"], taken["once"]))),
            }
    return {
        "work": figures,
        "people": people,
        "fingers": FINGERS,
        "minutiae_median": float(np.median(TemplatePopulation(SEED).batch(0, people * FINGERS).counts)),
        "same_answers": True,
        "repeats": repeats,
        "machine": machine(),
    }


def preparation(
    out: Annotated[Path, typer.Option(help="Folder for preparation.json.")], as_json: AsJson = False
) -> None:
    """Measure what it saves to make a print ready once a call."""
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), PEOPLE, REPEATS)
    write_json(out / "preparation.json", figures)
    if as_json:
        print_json(figures)
    else:
        _show(figures, out)


def _show(figures: dict[str, Any], out: Path) -> None:
    table = Table(title=f"Milliseconds of processor time a call, median of {figures['repeats']}")
    for column in ("", "each time", "once", "ratio"):
        table.add_column(column, justify="right" if column else "left")
    for name, row in figures["work"].items():
        table.add_row(name, f"{row['each_time_ms']:.1f}", f"{row['once_ms']:.1f}", f"{row['ratio']:.2f}")
    people().print(table)
    people().print(f"wrote {out / 'preparation.json'}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    return run(arguments, preparation)


if __name__ == "__main__":
    sys.exit(main())
