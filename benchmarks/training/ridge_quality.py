"""Fit what makes a minutia of the ridge extractor worth believing: ``WEIGHTS`` of its ``minutia_quality.py``.

A candidate counts as real if LEADER has it too, with a quality of at least one half, in the same place and direction.
The logistic is fitted by Newton's method with a small penalty; every database weighs the same. For each database it is
also fitted without it, and the area under the curve there says what to expect elsewhere.

python -m benchmarks.training.ridge_quality --dataset <folder>[:<ppi>] --dataset ...
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import typer
from numpy.typing import NDArray
from rich.progress import Progress

from benchmarks.command_line import Datasets, run
from benchmarks.measures.minutia_pairing import nearest_first
from benchmarks.named_sets import NamedSet, open_named
from benchmarks.sources import read_image
from enroll_tools.command_line import people
from matcher.extraction.leader import LeaderExtractor, load_leader
from matcher.extraction.ridge import RidgeExtractor
from matcher.extraction.ridge.extractor import candidates
from matcher.extraction.ridge.minutia_quality import FEATURES
from matcher.extraction.ridge.minutiae import LineEnds
from matcher.templates.confidence import confidence
from matcher.types import Template

LEAST_QUALITY = 0.5
NEAR_PIXELS, NEAR_RADIANS = 10.0, np.radians(25.0)
PENALTY = 1.0
STEPS = 30

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The candidates of one database: their features (n, 14), and whether each is real, 0 or 1 (n,)."""

    features: Float
    real: Float


def also_in(found: LineEnds, other: Template) -> Float:
    """Tell for every candidate whether the other extractor has it, one to one, the nearest first."""
    sure = confidence(other) >= LEAST_QUALITY
    distance = np.hypot(found.x[:, None] - other.x[sure], found.y[:, None] - other.y[sure]).astype(np.float64)
    turn = np.abs(np.angle(np.exp(1j * (found.angle[:, None] - other.angle[sure]))))
    distance[turn > NEAR_RADIANS] = np.inf
    real = np.zeros(len(found))
    real[[i for i, _ in nearest_first(distance, NEAR_PIXELS)]] = 1
    return real


def collect(one: NamedSet, ridge: RidgeExtractor, leader: LeaderExtractor, progress: Progress) -> Candidates:
    """Extract a database with both."""
    features, real = [], []
    for sample in progress.track(one.samples, description=one.name):
        image = read_image(sample)
        found, measured = candidates(ridge.fields(image))
        features.append(measured)
        real.append(also_in(found, leader.extract(image)))
    return Candidates(np.concatenate(features), np.concatenate(real))


def fit(databases: Sequence[Candidates]) -> Float:
    """Return the weights of the features."""
    features = np.concatenate([d.features for d in databases])
    real = np.concatenate([d.real for d in databases])
    share = np.concatenate([np.full(len(d.real), len(real) / len(databases) / len(d.real)) for d in databases])
    scale = features.std(axis=0) + 1e-6
    scale[0] = 1
    scaled = features / scale
    penalty = PENALTY * np.eye(scaled.shape[1])
    penalty[0, 0] = 0
    weights = np.zeros(scaled.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (share * (chance - real)) + penalty @ weights
        bend = (scaled * (share * chance * (1 - chance))[:, None]).T @ scaled + penalty
        weights -= np.linalg.solve(bend, slope)
    weights /= scale
    return weights


def area_under_curve(scores: Float, real: Float) -> float:
    """Return how often a real candidate has the higher score than one that is not."""
    ranks = np.argsort(np.argsort(scores))
    count = real.sum()
    return float((ranks[real == 1].mean() - (count - 1) / 2) / (len(real) - count))


def report(databases: dict[str, Candidates]) -> dict[str, object]:
    """Return the weights of all, and for each database the area under the curve with and without it."""
    weights = fit(list(databases.values()))
    figures = {}
    for name, one in databases.items():
        without = fit([other for key, other in databases.items() if key != name] or [one])
        figures[name] = {
            "candidates": len(one.real),
            "real": int(one.real.sum()),
            "area_with": round(area_under_curve(one.features @ weights, one.real), 4),
            "area_without": round(area_under_curve(one.features @ without, one.real), 4),
        }
    return {"weights": dict(zip(FEATURES, weights.round(2).tolist(), strict=True)), "databases": figures}


def ridge_quality(dataset: Datasets) -> None:
    """Fit, and print the weights and figures as JSON."""
    sets = [open_named(text) for text in dataset]
    ridge, leader = RidgeExtractor(), load_leader()
    with Progress(console=people()) as progress:
        databases = {one.name: collect(one, ridge, leader, progress) for one in sets}
    typer.echo(json.dumps(report(databases), indent=2))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the training; return the exit status."""
    return run(arguments, ridge_quality)


if __name__ == "__main__":
    sys.exit(main())
