"""The impressions of a test set and their templates, made several at a time."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from benchmarks.sources import Source
from enroll_tools.datasets import DatasetSample
from matcher.comparison.prepared import prepare
from matcher.errors import MatcherError
from matcher.types import Template

WORKERS = 2

NO_TEMPLATE = "NO_TEMPLATE"
"""Why a print has no template though its image could be read: nothing was found in it."""


@dataclass(frozen=True, slots=True)
class Impression:
    """One impression of a test set.

    Attributes:
        name: file name without its ending; with as much of its path as tells it from the others of its set.
        finger: finger of the set, unique within it.
        template: its minutiae, or whatever an extractor of somebody's own made; None if extraction failed, which
            compares with score 0.
        seconds: time of extraction.
        failure: why there is no template: a reason of the decoder, or ``NO_TEMPLATE``; empty where there is one.
    """

    name: str
    finger: str
    template: Any
    seconds: float
    failure: str = ""


def finger_of(sample: DatasetSample) -> str:
    """Name a finger, uniquely within its set."""
    return f"{sample.subject}/{sample.finger.name}"


def names_of(samples: Sequence[DatasetSample]) -> list[str]:
    """Name the impressions of a set by their files without the ending, with folders where two would be called alike."""
    paths = [sample.path.with_suffix("") for sample in samples]
    for parts in range(1, max(len(path.parts) for path in paths) if paths else 1):
        names = ["/".join(path.parts[-parts:]) for path in paths]
        if max(Counter(names).values()) == 1:
            return names
    return [str(sample.path) for sample in samples]


class Made(NamedTuple):
    """What extraction made of a print: a template or None, why there is none, and the seconds that it took."""

    template: Any
    failure: str
    seconds: float


def load_impressions(
    samples: Sequence[DatasetSample], source: Source, progress: Callable[[], None]
) -> list[Impression]:
    """Make the templates of all samples, in order; ``progress`` is called after each."""
    return made_impressions(samples, lambda sample: timed(source, sample), progress, WORKERS)


def made_impressions(
    samples: Sequence[DatasetSample], make: Callable[[DatasetSample], Made], progress: Callable[[], None], workers: int
) -> list[Impression]:
    """Make the templates of all samples, so many at a time."""

    def load(name: str, sample: DatasetSample) -> Impression:
        template, failure, seconds = make(sample)
        progress()
        return Impression(name, finger_of(sample), template, seconds, failure)

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(load, names_of(samples), samples))


def timed(source: Source, sample: DatasetSample) -> Made:
    """Make a template."""
    start = time.perf_counter()
    try:
        template, failure = source(sample), ""
    except MatcherError as error:
        template, failure = None, error.reason
    seconds = time.perf_counter() - start
    if template is None or (isinstance(template, Template) and not len(template)):
        return Made(None, failure or NO_TEMPLATE, seconds)
    return Made(template, "", seconds)


def print_of(impression: Impression) -> tuple[float, float]:
    """Return the area of a print and how much its minutiae point one way, on which the worth of its scores depends."""
    if impression.template is None:
        return 0.0, 0.0
    prepared = prepare(impression.template)
    return prepared.area, prepared.one_way


def minutiae_counts(impressions: Sequence[Impression]) -> dict[str, float] | None:
    """Return the quartiles of the number of minutiae, failures counted as none; None for templates of another kind."""
    if not all(i.template is None or isinstance(i.template, Template) for i in impressions):
        return None
    counts = [0 if i.template is None else len(i.template) for i in impressions]
    low, median, high = np.percentile(counts, [25, 50, 75])
    return {"q1": float(low), "median": float(median), "q3": float(high)}
