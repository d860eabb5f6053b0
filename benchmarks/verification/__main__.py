"""Accuracy of the comparator on one database: ``OUT/scores.csv`` and ``OUT/metrics.json``.

python -m benchmarks.verification --dataset FOLDER --out FOLDER
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress
from rich.table import Table

from benchmarks.command_line import print_json, run
from benchmarks.sources import ChosenExtractor, template_source
from benchmarks.verification.database import Steps, pairs_of, run_database, write_run
from enroll_tools.command_line import AsJson, people
from enroll_tools.datasets import open_dataset
from matcher.comparison.calibration import default_calibration


def verification(
    dataset: Annotated[Path, typer.Option(help="Folder of FINGER_IMPRESSION image files.")],
    out: Annotated[Path, typer.Option(help="Folder for scores.csv and metrics.json.")],
    extractor: ChosenExtractor = "leader",
    resolution: Annotated[float | None, typer.Option(help="Pixels per inch, if the files do not say.")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Write raw scores, for fitting a calibration.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compare all pairs of impressions of one database, and say how often that went wrong.

    Every pair of impressions of one finger is genuine, every pair of impressions of different fingers is impostor; an
    impression whose extraction fails compares with score 0. The score is -10 log10 of the FMR claimed.
    """
    name, samples = dataset.resolve().name, open_dataset(dataset, layout="fvc", resolution_ppi=resolution)
    pairs_of(name, samples)
    source = template_source(extractor, samples)
    calibration = None if raw else default_calibration()
    with Progress(console=people(), disable=as_json) as progress:
        extract = progress.add_task("extract", total=len(samples))
        compare = progress.add_task("compare", total=len(samples))
        steps = Steps(lambda: progress.advance(extract), lambda: progress.advance(compare))
        made = run_database(name, samples, source, calibration, steps)
    write_run(made, out)
    if as_json:
        print_json(made.metrics)
    else:
        _show(made.metrics, out)


def _show(metrics: dict[str, Any], out: Path) -> None:
    console = people()
    table = Table(
        title=f"{metrics['dataset']}: {metrics['genuine_pairs']} genuine, {metrics['impostor_pairs']} impostor"
    )
    for heading in ("EER %", "FMR100 %", "FMR1000 %", "FMR10000 %", "ZeroFMR %", "FTE"):
        table.add_column(heading, justify="right")
    table.add_row(*(f"{value:.2f}" for value in metrics["percent"].values()), str(metrics["failures_to_extract"]))
    console.print(table)
    console.print(f"wrote {out / 'scores.csv'} and {out / 'metrics.json'}", markup=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    return run(arguments, verification)


if __name__ == "__main__":
    sys.exit(main())
