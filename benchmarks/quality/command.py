"""How well quality foretells false non-matches: ``OUT/quality.json`` and ``OUT/quality.html``.

All pairs of impressions of each database are compared, as in ``benchmarks.verification``; then the samples of lowest
quality are discarded, and it is counted how fast the errors vanish (error versus discard), for the score that ships and
for others. With ``--extractor iso`` the ISO records beside the images are compared, and quality is still that of the
image: a score that is worth something foretells the errors of another extractor too.

    python -m benchmarks.quality.command --dataset FOLDER[:PPI] [--dataset ...] --out FOLDER
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import Progress

from benchmarks.impressions import load_impressions, read_image
from benchmarks.quality.discard import MatedPairs
from benchmarks.quality.figures import Judged, quality_figures
from benchmarks.quality.page import quality_page
from benchmarks.quality.ridge_features import RidgeFeatures, ridge_features
from benchmarks.report.datasets import Database, open_databases
from benchmarks.verification.database import DatabaseRun, Steps, machine, run_database, template_source
from enroll_tools.datasets import DatasetError, DatasetSample
from matcher.comparison.calibration import default_calibration
from matcher.errors import MatcherError
from matcher.images.decoding import resample
from matcher.quality.score import QUALITY_ALGORITHM, assess
from matcher.types import Template

QUALITY_FORMAT = "idverify-quality-1"

console = Console(stderr=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    options = _options(arguments)
    try:
        databases = open_databases(options.dataset)
        with Progress(console=console, disable=options.json) as progress:
            task = progress.add_task("extract and compare", total=sum(len(d.samples) for d in databases))
            measured = [_measure(d, options.extractor, lambda: progress.advance(task)) for d in databases]
    except DatasetError as error:
        console.print(f"{error.reason}: {error}", style="red", markup=False)
        return 2
    report = {
        "format": QUALITY_FORMAT,
        "algorithm": QUALITY_ALGORITHM,
        "datasets": [d.name for d in databases],
        "compared": measured[0].run.metrics["extractor"],
        "comparator": measured[0].run.metrics["comparator"],
        "calibration": default_calibration().id,
        "machine": machine(),
        **quality_figures(_together(measured, records=options.extractor == "iso")),
    }
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    (out / "quality.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    (out / "quality.html").write_text(quality_page(report), encoding="utf-8")
    if options.json:
        sys.stdout.write(json.dumps(report) + "\n")
    else:
        console.print(f"wrote {out / 'quality.json'} and {out / 'quality.html'}", markup=False)
    return 0


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One database: what was compared, the templates of its images, and the look of their ridges."""

    run: DatabaseRun
    templates: list[Template | None]
    ridges: list[RidgeFeatures]


def _measure(database: Database, extractor: str, progress: Any) -> Measured:
    source = template_source(extractor, database.samples)
    steps = Steps(extracted=progress)
    run = run_database(database.name, database.samples, source, None, steps)
    judged = run.impressions
    if extractor != "leader":
        judged = load_impressions(database.samples, template_source("leader", database.samples)[1], lambda: None)
    return Measured(run, [i.template for i in judged], [_ridges(sample) for sample in database.samples])


def _ridges(sample: DatasetSample) -> RidgeFeatures:
    try:
        return ridge_features(resample(read_image(sample)))
    except MatcherError:
        return RidgeFeatures(0.0, 0.0, 0.0, 0.0, 0.0)


def _together(measured: Sequence[Measured], *, records: bool) -> Judged:
    pairs: list[tuple[int, int]] = []
    raw: list[float] = []
    impostor: list[float] = []
    level = default_calibration().level
    fingers: dict[tuple[int, str], int] = {}
    finger: list[int] = []
    for number, one in enumerate(measured):
        start = len(finger)
        finger += [fingers.setdefault((number, i.finger), len(fingers)) for i in one.run.impressions]
        for pair, score in zip(one.run.pairs, one.run.scores, strict=True):
            if pair.genuine:
                pairs.append((start + pair.a, start + pair.b))
                raw.append(score)
            else:
                impostor.append(level(score))
    database = np.repeat(np.arange(len(measured)), [len(m.templates) for m in measured])
    compared = [i.template for m in measured for i in m.run.impressions]
    return Judged(
        template=[t for m in measured for t in m.templates],
        ridges=[r for m in measured for r in m.ridges],
        database=database.astype(np.int64),
        pairs=MatedPairs(
            np.array(pairs, np.int64), np.array(raw), np.array([level(r) for r in raw]), np.array(finger, np.int64)
        ),
        impostor=np.array(impostor),
        record=np.array([0.0 if t is None else assess(t).score for t in compared]) if records else None,
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality.command",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--dataset", action="append", required=True, help="FOLDER or FOLDER:PPI, in FVC layout; more than once"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for quality.json and quality.html")
    parser.add_argument(
        "--extractor", choices=["leader", "iso"], default="leader", help="iso: compare the .iso records"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON, without progress")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except MatcherError as failure:
        console.print(f"{failure.reason}: {failure}", style="red", markup=False)
        sys.exit(2)
