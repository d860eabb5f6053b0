"""Synthetic templates held against real ones: do they look alike, and are strangers among them as hard to tell apart?

Writes ``OUT/population.json``: figures of real and synthetic templates side by side; how many non-mated pairs reach a
score, of one database, of two, and of real probes with synthetic strangers; and the largest vote and evidence of the
index among as many real and synthetic strangers.

python -m benchmarks.population --dataset FOLDER[:PPI] [--dataset ...] --out OUT
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from benchmarks.command_line import Datasets, run
from benchmarks.json_files import write_json
from benchmarks.named_sets import load_named
from benchmarks.population.measuring import THRESHOLDS, Report, measure
from benchmarks.population.strangers import RealPrint
from benchmarks.sources import from_images
from enroll_tools.command_line import people
from enroll_tools.synthetic import TemplatePopulation
from matcher.comparison.prepared import prepare
from matcher.extraction.leader import load_leader


def population(
    dataset: Datasets,
    out: Annotated[Path, typer.Option(help="Folder for population.json.")],
    fingers: Annotated[int, typer.Option(help="Synthetic ones.")] = 1000,
    seed: Annotated[int, typer.Option(help="Of the population.")] = 0,
) -> None:
    """Hold synthetic templates against those of real prints."""
    loaded = load_named(dataset, from_images(load_leader()), people())
    prints = [
        RealPrint(name, one.finger, prepare(one.template))
        for name, of_database in loaded.items()
        for one in of_database
        if one.template is not None
    ]
    report = measure(prints, TemplatePopulation(seed), fingers)
    write_json(out / "population.json", report)
    _show(report)


def _show(report: Report) -> None:
    console = people()
    table = Table("non-mated pairs", *(f">= {t:g}" for t in THRESHOLDS), box=None, header_style="dim")
    strangers = report["strangers"]
    for name, parts in strangers["survival"].items():
        table.add_row(f"{name.replace('_', ' ')}, {strangers['pairs'][name]}", *(f"{part:.1e}" for part in parts))
    console.print(table)
    console.print(report["index"], report["statistics"]["differences"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    return run(arguments, population)


if __name__ == "__main__":
    sys.exit(main())
