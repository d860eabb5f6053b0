"""One database: make its templates, compare all pairs, and say how often that went wrong.

Protocol: every pair of impressions of one finger is genuine, every pair of impressions of different fingers is
impostor; an impression whose extraction fails compares with score 0. The score is -10 log10 of the FMR claimed.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.impressions import WORKERS, Impression, finger_of, load_impressions, minutiae_counts
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from benchmarks.measures.error_rates import error_rates
from benchmarks.measures.pairs import Pair, all_pairs
from benchmarks.sources import Source
from enroll_tools.datasets import DatasetError, DatasetSample
from matcher.comparison.calibration import Calibration
from matcher.comparison.compare import compare
from matcher.comparison.params import comparator_id
from matcher.comparison.prepared import PreparedTemplate, prepare

PROTOCOL = "all pairs of impressions; extraction failure scores 0"


@dataclass(frozen=True, slots=True, eq=False)
class DatabaseRun:
    """What came of one database.

    Attributes:
        impressions: with their templates.
        pairs: all pairs of them.
        scores: one a pair, in the same order.
        metrics: the content of ``metrics.json``.
    """

    impressions: list[Impression]
    pairs: list[Pair]
    scores: list[float]
    metrics: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Steps:
    """Called with every impression that was extracted, and that was compared with all that follow it."""

    extracted: Callable[[], None] = lambda: None
    compared: Callable[[], None] = lambda: None


def run_database(
    name: str,
    samples: Sequence[DatasetSample],
    extractor: tuple[str, Source],
    calibration: Calibration | None,
    steps: Steps,
) -> DatabaseRun:
    """Extract and compare one database.

    Args:
        name: of the database.
        samples: its impressions.
        extractor: name and source of the templates, see :func:`~benchmarks.sources.template_source`.
        calibration: gives raw scores their meaning; None leaves them raw.
        steps: progress.

    Raises:
        DatasetError: there is no genuine or no impostor pair.
    """
    pairs = pairs_of(name, samples)
    impressions = load_impressions(samples, extractor[1], steps.extracted)
    start = time.perf_counter()
    scores = score_pairs(impressions, pairs, calibration, steps.compared)
    seconds = time.perf_counter() - start
    metrics = {
        "dataset": name,
        "protocol": PROTOCOL,
        "extractor": extractor[0],
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
        "machine": machine(),
    }
    return DatabaseRun(impressions, pairs, scores, metrics)


def write_run(run: DatabaseRun, out: Path) -> None:
    """Write ``scores.csv`` and ``metrics.json`` into a folder, made if need be."""
    write_json(out / "metrics.json", run.metrics)
    write_scores(out / "scores.csv", [i.name for i in run.impressions], run.pairs, run.scores)


def pairs_of(name: str, samples: Sequence[DatasetSample]) -> list[Pair]:
    """List the pairs of a set of that name.

    Raises:
        DatasetError: there is no genuine or no impostor pair.
    """
    pairs = list(all_pairs([finger_of(s) for s in samples]))
    if all(pair.genuine for pair in pairs):
        raise DatasetError(f"{name}: all impressions are of one finger: there is no impostor pair to compare")
    if not any(pair.genuine for pair in pairs):
        raise DatasetError(f"{name}: no finger has two impressions: there is no genuine pair to compare")
    return pairs


def score_pairs(
    impressions: Sequence[Impression],
    pairs: Sequence[Pair],
    calibration: Calibration | None,
    progress: Callable[[], None],
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
    found = compare(a, b)
    return found.score if calibration is None else calibration.level(found)


def write_scores(path: Path, names: Sequence[str], pairs: Sequence[Pair], scores: Sequence[float]) -> None:
    """Write one row a pair: a, b, genuine, score."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["a", "b", "genuine", "score"])
        for pair, score in zip(pairs, scores, strict=True):
            writer.writerow([names[pair.a], names[pair.b], int(pair.genuine), f"{score:.6f}"])


def _split(pairs: Sequence[Pair], scores: Sequence[float]) -> tuple[list[float], list[float]]:
    genuine = [s for p, s in zip(pairs, scores, strict=True) if p.genuine]
    impostor = [s for p, s in zip(pairs, scores, strict=True) if not p.genuine]
    return genuine, impostor
