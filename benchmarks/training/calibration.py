"""Fit the calibration: how often do impostor pairs reach a raw score?

Every database counts alike. Up to the rate that a hundredth of the scores reach, they are counted. From there to the
last of them a generalised Pareto tail is fitted to the excesses (moments; a shape above zero is not believed), and
beyond it goes on straight.

python -m benchmarks.training.calibration --dataset FOLDER[:PPI] ... --out matcher/models/calibration_v1.json
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from benchmarks.command_line import run
from benchmarks.impressions import Impression
from benchmarks.json_files import write_json
from benchmarks.named_sets import load_named
from benchmarks.sources import from_images
from enroll_tools.command_line import people
from matcher.comparison.calibration import CALIBRATION_FORMAT
from matcher.comparison.compare import compare
from matcher.comparison.params import comparator_id
from matcher.comparison.prepared import prepare
from matcher.extraction.leader import load_leader

VERSION = 1
SUPPORT = 30
"""Impostor scores above a threshold that make a rate measured."""

RESAMPLES, SEED = 500, 19795
MEASURED_LEVEL = 30.0
"""Highest level that gets a band: above it resampled fingers leave too few scores to count."""

_TAIL_RATE = 0.01
_LEVELS = (1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 13.0, 16.0, 20.0)
_TAIL_LEVELS = (25.0, 30.0, 35.0, 40.0, 45.0, 50.0)

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ImpostorScores:
    """Scores of all pairs of impressions of different fingers of one database.

    Attributes:
        scores: float64, shape (n,).
        fingers: int64, shape (n, 2): which two fingers, from 0.
    """

    scores: Scores
    fingers: NDArray[np.int64]


def impostor_scores(impressions: Sequence[Impression]) -> ImpostorScores:
    """Compare every two impressions of different fingers."""
    names = sorted({i.finger for i in impressions})
    prepared = [(names.index(i.finger), prepare(i.template)) for i in impressions if i.template is not None]
    pairs = [(a, b) for a, b in combinations(prepared, 2) if a[0] != b[0]]
    scores = [compare(a, b).score for (_, a), (_, b) in pairs]
    return ImpostorScores(np.array(scores), np.array([(a, b) for (a, _), (b, _) in pairs]))


def bands(databases: Sequence[ImpostorScores], knots: Sequence[tuple[float, float]]) -> list[list[float]]:
    """Return 95 % bands of the level at every knot that enough scores reach: (raw, lowest, highest).

    Fingers are drawn with replacement within each database; a pair counts as often as both its fingers were drawn.
    Pairs that share a finger are not independent: drawing pairs would make the bands far too narrow.
    """
    random = np.random.default_rng(SEED)
    raws = [raw for raw, level in knots if 0 < level <= MEASURED_LEVEL]
    drawn = np.array([_drawn_levels(databases, raws, random) for _ in range(RESAMPLES)])
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    return [[round(v, 6) for v in row] for row in zip(raws, low.tolist(), high.tolist(), strict=True)]


def _drawn_levels(databases: Sequence[ImpostorScores], raws: Sequence[float], random: np.random.Generator) -> Scores:
    rates = np.zeros(len(raws))
    for database in databases:
        count = int(database.fingers.max()) + 1
        times = random.multinomial(count, np.full(count, 1 / count))
        weight = times[database.fingers[:, 0]] * times[database.fingers[:, 1]]
        reached = np.array([(weight * (database.scores >= raw)).sum() for raw in raws])
        rates += np.maximum(reached, 0.5) / weight.sum() / len(databases)
    return np.asarray(-10 * np.log10(rates))


@dataclass(frozen=True, slots=True, eq=False)
class Survival:
    """How often impostor pairs reach a raw score, every database counting alike however many pairs it has.

    Attributes:
        scores: of all databases, descending.
        rates: float64: part of the pairs that score as high as each.
        pairs: how many evenly weighted pairs would say as much.
    """

    scores: Scores
    rates: Scores
    pairs: float

    @classmethod
    def of(cls, databases: Sequence[Scores]) -> Survival:
        """Pool the scores of databases."""
        scores = np.concatenate(databases)
        weights = np.concatenate([np.full(s.size, 1 / (s.size * len(databases))) for s in databases])
        order = np.argsort(-scores, kind="stable")
        return cls(scores[order], np.cumsum(weights[order]), float(1 / (weights**2).sum()))

    def score_at(self, rate: float) -> float:
        """Return the score that a part of the pairs reach."""
        return float(np.interp(rate, self.rates, self.scores))

    def supported(self, count: int) -> float:
        """Return the rate that ``count`` scores reach, the lowest that so many can measure."""
        return float(self.rates[min(count, self.rates.size) - 1])


def fit_knots(survival: Survival) -> list[tuple[float, float]]:
    """Return (raw score, level) knots of a survival function, ascending; the first has level 0."""
    threshold = survival.score_at(_TAIL_RATE)
    above = survival.scores > threshold
    excess = survival.scores[above] - threshold
    weight = np.diff(survival.rates[above], prepend=0.0)
    mean = float(np.average(excess, weights=weight))
    variance = float(np.average((excess - mean) ** 2, weights=weight))
    # Method of moments for the shape; an exponential tail has shape 0, a heavier one is not believed.
    shape = min(0.0, 0.5 * (1 - mean**2 / variance))
    scale = mean * (1 - shape)
    body = [(survival.score_at(10 ** (-level / 10)), level) for level in _LEVELS]
    # No further than the data go: from there on a calibration goes on straight, as an exponential tail would.
    levels = [level for level in _TAIL_LEVELS if 10 ** (level / 10) <= survival.pairs]
    tail = [(threshold + _excess(10 ** (-level / 10) / _TAIL_RATE, shape, scale), level) for level in levels]
    lowest = float(survival.scores[-1])
    knots = [(lowest if lowest < body[0][0] else 0.0, 0.0), *body, *tail]
    return [knot for previous, knot in zip([(-1.0, -1.0), *knots], knots, strict=False) if knot[0] > previous[0]]


def _excess(survival: float, shape: float, scale: float) -> float:
    """Return the excess that a generalised Pareto tail exceeds with a probability."""
    if abs(shape) < 1e-3:
        return -scale * float(np.log(survival))
    return scale / shape * float(survival**-shape - 1)


def calibration(
    dataset: Annotated[list[str], typer.Option(help="FOLDER or FOLDER:PPI, of any layout; more than once.")],
    out: Annotated[Path, typer.Option(help="Where to write the calibration, .json.")],
) -> None:
    """Fit the calibration, and write it with its provenance."""
    extractor = load_leader()
    loaded = load_named(dataset, from_images(extractor), people(), layout=None)
    scores = {name: impostor_scores(impressions) for name, impressions in loaded.items()}
    survival = Survival.of([s.scores for s in scores.values()])
    knots = fit_knots(survival)
    fitted: dict[str, Any] = {
        "format": CALIBRATION_FORMAT,
        "id": f"fvc-b-socofing-v{VERSION}",
        "comparator": comparator_id(),
        "extrapolated_below": survival.supported(SUPPORT),
        "knots": [[round(raw, 6), round(level, 3)] for raw, level in knots],
        "bands_95_percent": bands(list(scores.values()), knots),
        "provenance": {
            "extractor": extractor.id,
            "impostor_pairs": {name: int(s.scores.size) for name, s in scores.items()},
            "method": "every database counted alike; empirical to 1 %, generalised Pareto tail of shape <= 0 to the "
            "last score, then straight",
        },
    }
    write_json(out, fitted)
    people().print(f"{fitted['id']}: {survival.scores.size} impostor scores, wrote {out}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the training; return the exit status."""
    return run(arguments, calibration)


if __name__ == "__main__":
    sys.exit(main())
