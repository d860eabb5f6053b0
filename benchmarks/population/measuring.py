"""The content of ``population.json``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from benchmarks.population.statistics import TemplateStatistics, statistics
from benchmarks.population.strangers import (
    Float,
    RealPairs,
    RealPrint,
    best_of_real_and_synthetic,
    real_pairs,
    survival,
    synthetic_scores,
)
from enroll_tools.synthetic import TemplatePopulation
from matcher.comparison.params import comparator_id
from matcher.templates.columnar import TemplateColumns
from matcher.types import Template

THRESHOLDS = (5.0, 10.0, 15.0, 20.0, 25.0, 28.0, 30.0)
PERCENTILES = (50, 90, 99)

Report = dict[str, Any]


def measure(prints: Sequence[RealPrint], population: TemplatePopulation, fingers: int) -> Report:
    """Hold ``fingers`` synthetic fingers against real prints of several databases."""
    strangers = population.batch(0, fingers)
    pairs = real_pairs(prints)
    return {
        "model": population.model.id,
        "seed": population.seed,
        "comparator": comparator_id(),
        "statistics": side_by_side(prints, strangers),
        "strangers": tails(pairs, synthetic_scores(prints, strangers)),
        "index": votes(*best_of_real_and_synthetic(prints, strangers)),
    }


def side_by_side(prints: Sequence[RealPrint], strangers: TemplateColumns) -> Report:
    """Return the figures of both, and how far apart they are."""
    databases = dict.fromkeys(p.database for p in prints)
    own = [[(p.finger, p.prepared.template) for p in prints if p.database == name] for name in databases]
    by_frame: defaultdict[tuple[int, int], list[tuple[object, Template]]] = defaultdict(list)
    for number, template in enumerate(strangers):
        by_frame[template.width, template.height].append((number, template))
    real, made = statistics(own), statistics(list(by_frame.values()))
    return {"real": _listed(real), "synthetic": _listed(made), "differences": real.differences(made)}


def _listed(figures: TemplateStatistics) -> Report:
    """Return the figures as lists; None where there were too few minutiae."""
    listed = {}
    for name, value in asdict(figures).items():
        rounded = value.round(4).astype(object)
        rounded[np.isnan(value)] = None
        listed[name] = rounded.tolist()
    return listed


def tails(pairs: RealPairs, synthetic: Float) -> Report:
    """Return how many non-mated pairs reach each threshold, by kind of pair."""
    every = {
        "one_database": pairs.scores[pairs.together],
        "two_databases": pairs.scores[~pairs.together],
        "synthetic": synthetic.ravel(),
    }
    kinds = {name: scores for name, scores in every.items() if scores.size}
    return {
        "thresholds": list(THRESHOLDS),
        "pairs": {name: int(scores.size) for name, scores in kinds.items()},
        "survival": {name: survival(scores, THRESHOLDS) for name, scores in kinds.items()},
        "highest": {name: float(scores.max()) for name, scores in kinds.items()},
        "one_finger_in_two_databases": [list(fingers) for fingers in pairs.twice],
    }


def votes(real: Float, synthetic: Float) -> Report:
    """Return percentiles over the probes of the largest vote and the most evidence of any stranger."""
    return {
        name: {
            "real": np.percentile(real[:, column], PERCENTILES).round(2).tolist(),
            "synthetic": np.percentile(synthetic[:, column], PERCENTILES).round(2).tolist(),
        }
        for column, name in enumerate(("votes", "evidence"))
    } | {"percentiles": list(PERCENTILES), "probes": len(real)}
