"""Measure what a baseline states: the error rates of every set, their mean, and those of all pairs together."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from benchmarks.baselines.sets import BaselineSet
from benchmarks.measures.error_rates import POINTS, error_rates
from benchmarks.sources import ExtractorName, template_source
from benchmarks.systems.system import own_system
from benchmarks.verification.database import PROTOCOL, DatabaseRun, Steps, run_database
from enroll_tools.datasets import DatasetSample
from matcher.comparison.calibration import default_calibration
from matcher.comparison.params import comparator_id

BASELINE_FORMAT = "idverify-baseline-1"

POOLED_PAIRS = 2
"""Genuine pairs, of all published sets together, that may be lost before it counts."""

Baseline = dict[str, Any]
"""What a baseline's file holds."""


def measure(
    extractor: ExtractorName, sets: Mapping[BaselineSet, list[DatasetSample]], step: Callable[[], None]
) -> Baseline:
    """Compare all pairs of every set.

    Args:
        extractor: of the templates.
        sets: with their impressions.
        step: called twice for each impression.

    Raises:
        DatasetError: a set has no record beside an image, or no genuine or no impostor pair.
    """
    calibration = default_calibration()
    runs: dict[BaselineSet, DatabaseRun] = {}
    name = ""
    for one, samples in sets.items():
        system = own_system(template_source(extractor, samples), calibration)
        name = system.extractor
        runs[one] = run_database(one.name, samples, system, Steps(step, step))
    published = [run for one, run in runs.items() if one.published]
    return {
        "format": BASELINE_FORMAT,
        "extractor": name,
        "comparator": comparator_id(),
        "calibration": calibration.id,
        "protocol": PROTOCOL,
        "sets": [_entry(one, run) for one, run in runs.items()],
        **({"mean": _mean(published), "pooled": _pooled(published)} if published else {}),
    }


def _entry(one: BaselineSet, run: DatabaseRun) -> dict[str, Any]:
    kept = ("fingers", "impressions", "genuine_pairs", "impostor_pairs", "failures_to_extract", "percent")
    return {
        "name": one.name,
        "resolution_ppi": one.resolution_ppi,
        "published": one.published,
        **{key: run.metrics[key] for key in kept},
        "tolerance": _tolerance(one.spare_pairs, run.metrics["genuine_pairs"]),
    }


def _mean(runs: list[DatabaseRun]) -> dict[str, Any]:
    return {
        "sets": len(runs),
        "percent": {point: float(np.mean([run.metrics["percent"][point] for run in runs])) for point in POINTS},
        "tolerance": _tolerance(POOLED_PAIRS, sum(run.metrics["genuine_pairs"] for run in runs)),
    }


def _pooled(runs: list[DatabaseRun]) -> dict[str, Any]:
    """Return the rates of all pairs of all sets under one threshold."""
    genuine, impostor = (
        [s for run in runs for p, s in zip(run.pairs, run.scores, strict=True) if p.genuine is kind]
        for kind in (True, False)
    )
    return {
        "genuine_pairs": len(genuine),
        "impostor_pairs": len(impostor),
        "percent": asdict(error_rates(genuine, impostor)),
        "tolerance": _tolerance(POOLED_PAIRS, len(genuine)),
    }


def _tolerance(pairs: int, of: int) -> float:
    """Return what so many pairs are of all, in percentage points, rounded up to two decimals."""
    return math.ceil(10_000 * pairs / of) / 100
