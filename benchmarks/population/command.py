"""Synthetic templates held against real ones: do they look alike, and are strangers among them as hard to tell apart?

Writes ``OUT/population.json``: figures of real and synthetic templates side by side; how many non-mated pairs reach a
score, of one database, of two, and of real probes with synthetic strangers; and the largest vote and evidence of the
index among as many real and synthetic strangers.

    python -m benchmarks.population.command --dataset FOLDER[:PPI] [--dataset ...] --out OUT
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.impressions import from_images
from benchmarks.named_sets import load_named
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
from enroll_tools.datasets import DatasetError
from enroll_tools.synthetic import TemplatePopulation
from matcher.comparison.compare import comparator_id, prepare
from matcher.extraction.leader import load_leader
from matcher.templates.columnar import TemplateColumns
from matcher.types import Template

THRESHOLDS = (5.0, 10.0, 15.0, 20.0, 25.0, 28.0, 30.0)
PERCENTILES = (50, 90, 99)

console = Console(stderr=True)
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


def show(report: Report) -> None:
    """Print the tails."""
    table = Table("non-mated pairs", *(f">= {t:g}" for t in THRESHOLDS), box=None, header_style="dim")
    strangers = report["strangers"]
    for name, parts in strangers["survival"].items():
        table.add_row(f"{name.replace('_', ' ')}, {strangers['pairs'][name]}", *(f"{part:.1e}" for part in parts))
    console.print(table)
    console.print(report["index"], report["statistics"]["differences"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Load, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", action="append", required=True, help="FOLDER or FOLDER:PPI, in FVC layout")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--fingers", type=int, default=1000, help="synthetic ones")
    parser.add_argument("--seed", type=int, default=0, help="of the population")
    options = parser.parse_args(arguments)
    loaded = load_named(options.dataset, from_images(load_leader()), console)
    prints = [
        RealPrint(name, one.finger, prepare(one.template))
        for name, of_database in loaded.items()
        for one in of_database
        if one.template is not None
    ]
    report = measure(prints, TemplatePopulation(options.seed), options.fingers)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "population.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    show(report)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except DatasetError as failure:
        console.print(f"[red]{failure}[/red]")
        sys.exit(2)
