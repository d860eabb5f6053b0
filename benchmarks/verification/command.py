"""Accuracy of the comparator on one database: ``OUT/scores.csv`` and ``OUT/metrics.json``.

Protocol: every pair of impressions of one finger is genuine, every pair of impressions of different fingers is
impostor; an impression whose extraction fails compares with score 0. The score is -10 log10 of the FMR claimed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.verification.database import (
    EXTRACTOR_HELP,
    EXTRACTORS,
    Steps,
    pairs_of,
    run_database,
    template_source,
    write_run,
)
from enroll_tools.datasets import DatasetError, open_dataset
from matcher.comparison.calibration import default_calibration
from matcher.errors import MatcherError

console = Console(stderr=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    options = _options(arguments)
    try:
        samples = open_dataset(options.dataset, layout="fvc", resolution_ppi=options.resolution)
        pairs_of(samples)
        extractor = template_source(options.extractor, samples)
    except DatasetError as error:
        console.print(f"[red]{options.dataset}: {error}[/red]")
        return 2
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    calibration = None if options.raw else default_calibration()
    with Progress(console=console, disable=options.json) as progress:
        extract = progress.add_task("extract", total=len(samples))
        compare = progress.add_task("compare", total=len(samples))
        steps = Steps(lambda: progress.advance(extract), lambda: progress.advance(compare))
        run = run_database(options.dataset.resolve().name, samples, extractor, calibration, steps)
    write_run(run, out)
    if options.json:
        sys.stdout.write(json.dumps(run.metrics) + "\n")
    else:
        _print(run.metrics, out)
    return 0


def _print(metrics: dict[str, Any], out: Path) -> None:
    table = Table(
        title=f"{metrics['dataset']}: {metrics['genuine_pairs']} genuine, {metrics['impostor_pairs']} impostor"
    )
    for heading in ("EER %", "FMR100 %", "FMR1000 %", "FMR10000 %", "ZeroFMR %", "FTE"):
        table.add_column(heading, justify="right")
    table.add_row(*(f"{value:.2f}" for value in metrics["percent"].values()), str(metrics["failures_to_extract"]))
    console.print(table)
    console.print(f"wrote {out / 'scores.csv'} and {out / 'metrics.json'}")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verification.command", description=__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="folder of FINGER_IMPRESSION image files")
    parser.add_argument("--out", type=Path, required=True, help="folder for scores.csv and metrics.json")
    parser.add_argument("--extractor", choices=EXTRACTORS, default="leader", help=EXTRACTOR_HELP)
    parser.add_argument("--resolution", type=float, help="pixels per inch of the images, if the files do not say")
    parser.add_argument("--raw", action="store_true", help="write raw comparison scores, for fitting a calibration")
    parser.add_argument("--json", action="store_true", help="print the metrics as JSON, without progress")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except MatcherError as failure:
        console.print(f"[red]{failure.reason}: {failure}[/red]")
        sys.exit(2)
