"""The impressions of a test set and their templates, made several at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from benchmarks.sources import Source
from enroll_tools.datasets import DatasetSample
from matcher.comparison.prepared import prepare
from matcher.errors import MatcherError
from matcher.types import Template

WORKERS = 2


@dataclass(frozen=True, slots=True)
class Impression:
    """One impression of a test set.

    Attributes:
        name: file name without its ending.
        finger: finger of the set, unique within it.
        template: its minutiae; None if extraction failed, which compares with score 0.
        seconds: time of extraction.
    """

    name: str
    finger: str
    template: Template | None
    seconds: float


def finger_of(sample: DatasetSample) -> str:
    """Name a finger, uniquely within its set."""
    return f"{sample.subject}/{sample.finger.name}"


def load_impressions(
    samples: Sequence[DatasetSample], source: Source, progress: Callable[[], None]
) -> list[Impression]:
    """Make the templates of all samples, in order; ``progress`` is called after each."""

    def load(sample: DatasetSample) -> Impression:
        start = time.perf_counter()
        try:
            template: Template | None = source(sample)
        except MatcherError:
            template = None
        seconds = time.perf_counter() - start
        progress()
        found = template if template is not None and len(template) else None
        return Impression(sample.path.stem, finger_of(sample), found, seconds)

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(load, samples))


def print_of(impression: Impression) -> tuple[float, float]:
    """Return the area of a print and how much its minutiae point one way, on which the worth of its scores depends."""
    if impression.template is None:
        return 0.0, 0.0
    prepared = prepare(impression.template)
    return prepared.area, prepared.one_way


def minutiae_counts(impressions: Sequence[Impression]) -> dict[str, float]:
    """Return the quartiles of the number of minutiae, failures counted as none."""
    counts = [0 if i.template is None else len(i.template) for i in impressions]
    low, median, high = np.percentile(counts, [25, 50, 75])
    return {"q1": float(low), "median": float(median), "q3": float(high)}
