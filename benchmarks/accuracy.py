"""Accuracy of the comparator on one database: ``OUT/scores.csv`` and ``OUT/metrics.json``.

Protocol: every pair of impressions of one finger is genuine, every pair of impressions of different fingers is
impostor; an impression whose extraction fails compares with score 0. The score is -10 log10 of the FMR claimed.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_cache_path
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.impressions import (
    WORKERS,
    Impression,
    Source,
    finger_of,
    from_images,
    from_record,
    load_impressions,
    minutiae_counts,
)
from benchmarks.metrics import error_rates
from benchmarks.protocol import Pair, all_pairs
from enroll_tools.datasets import DatasetError, DatasetSample, open_dataset
from matcher.comparison import PreparedTemplate, comparator_id, compare, prepare
from matcher.errors import MatcherError
from matcher.extraction.leader import load_leader
from matcher.scores import Calibration, default_calibration

console = Console(stderr=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    options = _options(arguments)
    try:
        samples = open_dataset(options.dataset, layout="fvc", resolution_ppi=options.resolution)
        pairs = pairs_of(samples)
        name, source = _source(options.extractor, samples)
    except DatasetError as error:
        console.print(f"[red]{options.dataset}: {error}[/red]")
        return 2
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    with Progress(console=console, disable=options.json) as progress:
        task = progress.add_task("extract", total=len(samples))
        impressions = load_impressions(samples, source, lambda: progress.advance(task))
        calibration = None if options.raw else default_calibration()
        task = progress.add_task("compare", total=len(impressions))
        start = time.perf_counter()
        scores = score_pairs(impressions, pairs, calibration, lambda: progress.advance(task))
        seconds = time.perf_counter() - start
    write_scores(out / "scores.csv", impressions, pairs, scores)
    metrics = {
        "dataset": options.dataset.resolve().name,
        "protocol": "all pairs of impressions; extraction failure scores 0",
        "extractor": name,
        "comparator": comparator_id(),
        "calibration": calibration.id if calibration else None,
        "fingers": len({i.finger for i in impressions}),
        "impressions": len(impressions),
        "genuine_pairs": sum(p.genuine for p in pairs),
        "impostor_pairs": sum(not p.genuine for p in pairs),
        "percent": asdict(error_rates(*_split(pairs, scores))),
        "failures_to_extract": sum(i.template is None for i in impressions),
        "minutiae": minutiae_counts(impressions),
        "extract_ms_median": 1000 * float(np.median([i.seconds for i in impressions])),
        "compare_per_second": len(pairs) / seconds,
        "threads": WORKERS,
        "machine": _machine(),
    }
    (out / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
    if options.json:
        sys.stdout.write(json.dumps(metrics) + "\n")
    else:
        _print(metrics, out)
    return 0


def pairs_of(samples: Sequence[DatasetSample]) -> list[Pair]:
    """List the pairs of a set.

    Raises:
        DatasetError: there is no genuine or no impostor pair.
    """
    pairs = list(all_pairs([finger_of(s) for s in samples]))
    if all(pair.genuine for pair in pairs):
        raise DatasetError("all impressions are of one finger: there is no impostor pair to compare")
    if not any(pair.genuine for pair in pairs):
        raise DatasetError("no finger has two impressions: there is no genuine pair to compare")
    return pairs


def score_pairs(
    impressions: Sequence[Impression],
    pairs: Sequence[Pair],
    calibration: Calibration | None,
    progress: Any,
) -> list[float]:
    """Compare all pairs; ``progress`` is called once for each impression. Without a calibration, scores are raw."""
    prepared: list[PreparedTemplate | None] = [None if i.template is None else prepare(i.template) for i in impressions]
    rows: list[list[Pair]] = [[] for _ in impressions]
    for pair in pairs:
        rows[pair.a].append(pair)

    def row(members: list[Pair]) -> list[float]:
        scores = [_score(prepared[a], prepared[b], calibration) for a, b, _ in members]
        progress()
        return scores

    with ThreadPoolExecutor(WORKERS) as pool:
        by_row = list(pool.map(row, rows))
    positions = [iter(scores) for scores in by_row]
    return [next(positions[pair.a]) for pair in pairs]


def _score(a: PreparedTemplate | None, b: PreparedTemplate | None, calibration: Calibration | None) -> float:
    if a is None or b is None:
        return 0.0
    raw = compare(a, b).score
    return raw if calibration is None else calibration.level(raw)


def write_scores(path: Path, impressions: Sequence[Impression], pairs: Sequence[Pair], scores: Sequence[float]) -> None:
    """Write one row a pair: a, b, genuine, score."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["a", "b", "genuine", "score"])
        for pair, score in zip(pairs, scores, strict=True):
            writer.writerow([impressions[pair.a].name, impressions[pair.b].name, int(pair.genuine), f"{score:.6f}"])


def _split(pairs: Sequence[Pair], scores: Sequence[float]) -> tuple[list[float], list[float]]:
    genuine = [s for p, s in zip(pairs, scores, strict=True) if p.genuine]
    impostor = [s for p, s in zip(pairs, scores, strict=True) if not p.genuine]
    return genuine, impostor


def _source(extractor: str, samples: Sequence[DatasetSample]) -> tuple[str, Source]:
    if extractor == "iso":
        missing = [s.iso_path.name for s in samples if not s.iso_path.is_file()]
        if missing:
            raise DatasetError(
                f"{len(missing)} images have no ISO record beside them; the first missing is {missing[0]}"
            )
        return "iso19794-2 records", from_record
    leader = load_leader(user_cache_path("idverify"))
    return leader.id, from_images(leader)


def _machine() -> dict[str, str | int]:
    packages = ("numpy", "onnxruntime", "pyfing", "idverify")
    return {
        "processor": platform.machine(),
        "cores": os.cpu_count() or 0,
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
    }


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
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="folder of FINGER_IMPRESSION image files")
    parser.add_argument("--out", type=Path, required=True, help="folder for scores.csv and metrics.json")
    parser.add_argument("--extractor", choices=["leader", "iso"], default="leader", help="iso: the .iso records beside")
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
