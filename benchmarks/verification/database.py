"""One database: make its templates, compare its pairs, and say how often that went wrong.

Protocol: every pair of impressions of one finger is genuine, every pair of impressions of different fingers is
impostor, unless a list names the pairs; an impression whose extraction fails compares with score 0. The score is
-10 log10 of the FMR claimed.
"""

from __future__ import annotations

import csv
import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.impressions import Impression, Made, made_impressions, minutiae_counts, timed
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from benchmarks.measures.error_rates import error_rates
from benchmarks.measures.pairs import Pair
from benchmarks.protocols import pairs_of
from benchmarks.systems.kept import Kept
from benchmarks.systems.symmetry import symmetry
from benchmarks.systems.system import Comparator, System
from benchmarks.verification.groups import groups
from enroll_tools.datasets import DatasetSample

PROTOCOL = "all pairs of impressions; extraction failure scores 0"
LISTED = "the pairs of a list; extraction failure scores 0"


@dataclass(frozen=True, slots=True, eq=False)
class DatabaseRun:
    """What came of one database.

    Attributes:
        samples: its prints.
        impressions: the same with their templates.
        pairs: all pairs of them, or those of a list.
        scores: one a pair, in the same order; a pair that could not be compared has the lowest, 0 or less.
        metrics: the content of ``metrics.json``.
    """

    samples: Sequence[DatasetSample]
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
    system: System,
    steps: Steps,
    listed: list[Pair] | None = None,
    kept: Kept | None = None,
) -> DatabaseRun:
    """Extract and compare one database.

    Args:
        name: of the database.
        samples: its impressions.
        system: extractor and comparator.
        steps: progress.
        listed: the pairs of a list; None for all.
        kept: where to keep templates and scores, and take those that were kept.

    Raises:
        DatasetError: there is no genuine or no impostor pair.
        PluginError: a function of somebody's own did what it must not.
    """
    pairs = pairs_of(name, samples) if listed is None else listed
    impressions, keys = _extracted(samples, system, steps.extracted, kept)
    start = time.perf_counter()
    found = _compared(impressions, pairs, system.comparator, steps.compared, (kept, keys))
    seconds = time.perf_counter() - start
    scores = _failures_lowest(found)
    metrics = {
        "dataset": name,
        "protocol": PROTOCOL if listed is None else LISTED,
        "extractor": system.extractor,
        "comparator": system.comparator.id,
        "calibration": system.comparator.calibration.id if system.comparator.calibration else None,
        "fingers": len({i.finger for i in impressions}),
        "impressions": len(impressions),
        "genuine_pairs": sum(p.genuine for p in pairs),
        "impostor_pairs": sum(not p.genuine for p in pairs),
        "percent": asdict(error_rates(*_split(pairs, scores))),
        "failures_to_extract": sum(i.template is None for i in impressions),
        **_failures(impressions, pairs, found),
        "minutiae": minutiae_counts(impressions),
        "extract_ms_median": 1000 * float(np.median([i.seconds for i in impressions])),
        "compare_per_second": len(pairs) / seconds,
        "threads": system.comparator.threads,
        "symmetry": None if system.comparator.own else symmetry(impressions, pairs, found, system.comparator),
        "groups": groups(samples, impressions, pairs, scores),
        "machine": machine(),
    }
    return DatabaseRun(samples, impressions, pairs, scores, metrics)


def _extracted(
    samples: Sequence[DatasetSample], system: System, progress: Callable[[], None], kept: Kept | None
) -> tuple[list[Impression], list[str]]:
    """Return the impressions, and by what each template is kept."""
    if kept is None:
        made = made_impressions(samples, lambda sample: timed(system.source, sample), progress, system.threads)
        return made, []
    keys = {sample.path: kept.templates.key(sample) for sample in samples}

    def make(sample: DatasetSample) -> Made:
        there = kept.templates.read(keys[sample.path])
        if there is not None:
            return there
        made = timed(system.source, sample)
        kept.templates.write(keys[sample.path], made)
        return made

    impressions = made_impressions(samples, make, progress, system.threads)
    return impressions, [keys[sample.path] for sample in samples]


def _failures(impressions: Sequence[Impression], pairs: Sequence[Pair], found: Sequence[float]) -> dict[str, Any]:
    """Return what ISO/IEC 19795-1 wants told apart: who could not be acquired or enrolled, and errors of comparing.

    ``without_failures`` are the rates of pairs that were compared; ``percent`` counts failures as rejections, of
    genuine and of impostor pairs.
    """
    fingers = {i.finger for i in impressions}
    enrolled = {i.finger for i in impressions if i.template is not None}
    compared = [(pair, score) for pair, score in zip(pairs, found, strict=True) if not math.isnan(score)]
    both = {pair.genuine for pair, _ in compared} == {True, False}
    return {
        "failure_to_acquire_percent": 100 * sum(i.template is None for i in impressions) / len(impressions),
        "failure_to_enrol_percent": 100 * (len(fingers) - len(enrolled)) / len(fingers),
        "failures": dict(sorted(Counter(i.failure for i in impressions if i.failure).items())),
        "failures_to_compare": len(pairs) - len(compared),
        "without_failures": asdict(error_rates(*_split(*zip(*compared, strict=True)))) if both else None,
    }


def write_run(run: DatabaseRun, out: Path) -> None:
    """Write ``scores.csv``, ``impressions.csv`` and ``metrics.json`` into a folder, made if need be."""
    write_json(out / "metrics.json", run.metrics)
    write_scores(out / "scores.csv", [i.name for i in run.impressions], run.pairs, run.scores)
    with (out / "impressions.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "subject", "finger", "sex", "device", "failure"])
        for sample, one in zip(run.samples, run.impressions, strict=True):
            finger = sample.finger.name
            writer.writerow([one.name, sample.subject, finger, sample.sex, sample.device, one.failure])


def score_pairs(
    impressions: Sequence[Impression], pairs: Sequence[Pair], comparator: Comparator, progress: Callable[[], None]
) -> list[float]:
    """Compare all pairs; ``progress`` is called once for each impression. What cannot be compared scores 0."""
    return _failures_lowest(_compared(impressions, pairs, comparator, progress, (None, [])))


def _compared(
    impressions: Sequence[Impression],
    pairs: Sequence[Pair],
    comparator: Comparator,
    progress: Callable[[], None],
    kept: tuple[Kept | None, list[str]],
) -> list[float]:
    """Compare all pairs; NaN where a template is missing or the comparator could not."""
    prepared = [None if i.template is None else comparator.prepare(i.template) for i in impressions]
    store, keys = (None, []) if kept[0] is None or comparator.own else (kept[0].scores, kept[1])
    rows: list[list[Pair]] = [[] for _ in impressions]
    for pair in pairs:
        rows[pair.a].append(pair)

    def score(a: int, b: int) -> float:
        if prepared[a] is None or prepared[b] is None:
            return math.nan
        return comparator.score(prepared[a], prepared[b], impressions[a].name, impressions[b].name)

    def row(members: list[Pair]) -> list[float]:
        if store is None:
            scores = [score(a, b) for a, b, _ in members]
        else:
            known = store.known()
            new = {(a, b): score(a, b) for a, b, _ in members if (keys[a], keys[b]) not in known}
            store.add([(keys[a], keys[b], value) for (a, b), value in new.items()])
            scores = [new[a, b] if (a, b) in new else known[keys[a], keys[b]] for a, b, _ in members]
        progress()
        return scores

    with ThreadPoolExecutor(comparator.threads) as pool:
        by_row = list(pool.map(row, rows))
    positions = [iter(scores) for scores in by_row]
    return [next(positions[pair.a]) for pair in pairs]


def _failures_lowest(scores: Sequence[float]) -> list[float]:
    """Give what could not be compared the lowest score: 0, or less where others have less."""
    lowest = min([0.0, *(score for score in scores if not math.isnan(score))])
    return [lowest if math.isnan(score) else score for score in scores]


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
