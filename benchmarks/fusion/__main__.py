"""What several fingers, and several enrolled impressions, are worth together: ``OUT/fusion.json``.

Protocol: see :mod:`benchmarks.fusion.protocol`; content of the file: :mod:`benchmarks.fusion.figures`.

python -m benchmarks.fusion --dataset FOLDER[:PPI] [--dataset ...] --out FOLDER
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from benchmarks.command_line import Datasets, print_json, run
from benchmarks.fusion.figures import Cell, Compared, compare_all, report, steps
from benchmarks.json_files import write_json
from benchmarks.named_sets import open_named
from benchmarks.sources import ChosenExtractor, ExtractorName
from enroll_tools.command_line import AsJson, people
from matcher.comparison.calibration import default_calibration


def fusion(
    dataset: Datasets,
    out: Annotated[Path, typer.Option(help="Folder for fusion.json.")],
    extractor: ChosenExtractor = "leader",
    as_json: AsJson = False,
) -> None:
    """Measure what several fingers, and several enrolled impressions, are worth together."""
    console = people()
    with Progress(console=console, disable=as_json) as progress:
        databases = [_compared(text, extractor, progress) for text in dataset]
        fuse = progress.add_task("fuse", total=steps(len(databases)))
        found = report(databases, default_calibration(), lambda: progress.advance(fuse))
    path = out / "fusion.json"
    write_json(path, found)
    if as_json:
        print_json(found)
        return
    for fit in ("shipped", "out_of_fold"):
        for kind in ("fingers", "impressions"):
            if fit in found:
                console.print(_table(f"{kind}, calibration {fit.replace('_', ' ')}", found[fit][kind]))
    console.print(f"wrote {path}", markup=False)


def _compared(text: str, extractor: ExtractorName, progress: Progress) -> Compared:
    named = open_named(text)
    extract = progress.add_task(f"{named.name}: extract", total=len(named.samples))
    compare = progress.add_task(f"{named.name}: compare", total=None)
    return compare_all(named, extractor, lambda: progress.advance(extract), lambda: progress.advance(compare))


def _table(title: str, cells: dict[str, Cell]) -> Table:
    shown = Table(title=title)
    headings = ("", "EER %", "FNMR % at FMR 0.1 %", "0.01 %", "FMR claimed 0.1 %", "0.01 %", "FNMR % there")
    for heading in headings:
        shown.add_column(heading, justify="right")
    for count, cell in cells.items():
        pooled, claims = cell["percent_pooled"], {c["claimed"]: c for c in cell["claims"]}
        shown.add_row(
            count,
            *(f"{pooled[name]:.3f}" for name in ("eer", "fmr1000", "fmr10000")),
            *(f"{100 * claims[claim]['measured']:.4f}" for claim in (1e-3, 1e-4)),
            f"{100 * claims[1e-4]['fnmr']:.3f}",
        )
    return shown


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    return run(arguments, fusion)


if __name__ == "__main__":
    sys.exit(main())
