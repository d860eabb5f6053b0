"""What a quality score is worth: its error versus discard curves and its rivals', as plain lists and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.measures.error_rates import threshold_at
from benchmarks.quality.discard import (
    SHARES,
    Float,
    Index,
    MatedPairs,
    discard_curve,
    mean_up_to,
    rank_correlation,
    resampled_means,
    usefulness,
)
from benchmarks.quality.ridge_features import RidgeFeatures
from matcher.quality.nfiq2.score import NFIQ2_ALGORITHM
from matcher.quality.score import QUALITY_ALGORITHM, assess, evidence, neighbours
from matcher.templates.confidence import confidence
from matcher.types import Template

DRAWS, SEED = 300, 20260218
MEASURED_FMRS = (1e-3, 1e-4)
CLAIMED_LEVEL = 60.0
"""-10 log10 of an FMR that no set of this size measures; at it there are errors enough to tell scores apart."""

BANDS = (0, 10, 20, 30, 40, 60, 80, 101)
_SURE = 0.5
_RIDGE_PENALTY = 1.0

IDEAL = "usefulness itself"
FITTED = "score and ridge measures, fitted without the database"


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """All samples with what is known of them, and their comparisons.

    Attributes:
        template: of every sample; None if extraction failed.
        ridges: of every sample.
        database: of every sample, from 0.
        pairs: mated comparisons.
        impostor: levels of all non-mated comparisons.
        record: scores of the records beside the images, where those were compared.
        nfiq2: NFIQ 2 of every sample, where its forest is installed.
    """

    template: Sequence[Template | None]
    ridges: Sequence[RidgeFeatures]
    database: Index
    pairs: MatedPairs
    impostor: Float
    record: Float | None = None
    nfiq2: Float | None = None


def quality_figures(judged: Judged) -> dict[str, Any]:
    """Return thresholds, the figures of every score at each of them, and how often each band of the score misses."""
    thresholds = {f"FMR {fmr:g}": threshold_at(judged.impostor, fmr) for fmr in MEASURED_FMRS}
    thresholds["FMR claimed 1e-06"] = CLAIMED_LEVEL
    scores = rivals(judged)
    return {
        "samples": len(judged.template),
        "mated_pairs": len(judged.pairs.pair),
        "non_mated_pairs": len(judged.impostor),
        "shares": list(SHARES),
        "thresholds": {
            name: {"level": level, "false_non_matches": int((judged.pairs.level < level).sum())}
            for name, level in thresholds.items()
        },
        "scores": _score_figures(scores, judged, thresholds),
        "bands": _bands(scores[QUALITY_ALGORITHM], judged.pairs, thresholds),
    }


def rivals(judged: Judged) -> dict[str, Float]:
    """Return the score that ships, first, and what it is compared with; 0 where extraction failed."""
    found = {
        QUALITY_ALGORITHM: _of_templates(judged, lambda t: assess(t).score),
        "sum of quality^5 (evidence-1)": _of_templates(judged, evidence),
        f"minutiae of quality {_SURE}": _of_templates(judged, lambda t: int((confidence(t) >= _SURE).sum())),
        "minutiae": _of_templates(judged, len),
    }
    if judged.record is not None:
        found[f"{QUALITY_ALGORITHM} of the record"] = judged.record
    if judged.nfiq2 is not None:
        found[NFIQ2_ALGORITHM] = judged.nfiq2
    for name in RidgeFeatures.__dataclass_fields__:
        found[f"ridges: {name}"] = np.array([getattr(r, name) for r in judged.ridges], np.float64)
    if len(np.unique(judged.database)) > 1:
        found[FITTED] = _fitted(judged)
    found[IDEAL] = usefulness(judged.pairs)
    return found


def _of_templates(judged: Judged, measure: Any) -> Float:
    return np.array([0.0 if t is None else float(measure(t)) for t in judged.template])


def _fitted(judged: Judged) -> Float:
    """Foretell usefulness by neighbours and ridge measures, each database by the others."""
    table = np.array([list(asdict(r).values()) for r in judged.ridges], np.float64)
    features = np.column_stack([np.log1p(_of_templates(judged, neighbours)), table])
    wanted = np.log1p(usefulness(judged.pairs))
    foretold = np.zeros(len(wanted))
    for database in np.unique(judged.database):
        others = judged.database != database
        centre, spread = features[others].mean(axis=0), features[others].std(axis=0) + 1e-9
        scaled = (features - centre) / spread
        square = scaled[others].T @ scaled[others] + _RIDGE_PENALTY * np.eye(scaled.shape[1])
        weights = np.linalg.solve(square, scaled[others].T @ (wanted[others] - wanted[others].mean()))
        foretold[~others] = (scaled @ weights)[~others] + wanted[others].mean()
    return foretold


def _score_figures(
    scores: Mapping[str, Float], judged: Judged, thresholds: Mapping[str, float]
) -> dict[str, dict[str, Any]]:
    pairs, wanted = judged.pairs, usefulness(judged.pairs)
    figures: dict[str, dict[str, Any]] = {
        name: {
            "rank_correlation": rank_correlation(score, wanted),
            "rank_correlation_within_databases": _within(score, wanted, judged.database),
            "fnmr_percent": {},
            "mean_fnmr_percent_to_20_percent_discarded": {},
            "less_the_scores": {},
        }
        for name, score in scores.items()
    }
    for at, level in thresholds.items():
        drawn = 100 * resampled_means(list(scores.values()), pairs, level, DRAWS, SEED)
        for column, (name, score) in enumerate(scores.items()):
            curve = 100 * discard_curve(score, pairs.pair, pairs.level < level)
            entry = figures[name]
            entry["fnmr_percent"][at] = curve.tolist()
            entry["mean_fnmr_percent_to_20_percent_discarded"][at] = mean_up_to(curve)
            low, high = np.percentile(drawn[:, column] - drawn[:, 0], [2.5, 97.5])
            entry["less_the_scores"][at] = [float(low), float(high)]
    return figures


def _within(score: Float, wanted: Float, database: Index) -> float:
    each = [rank_correlation(score[database == d], wanted[database == d]) for d in np.unique(database)]
    return float(np.mean(each))


def _bands(score: Float, pairs: MatedPairs, thresholds: Mapping[str, float]) -> list[dict[str, Any]]:
    worse = score[pairs.pair].min(axis=1)
    bands = []
    for low, high in pairwise(BANDS):
        level = pairs.level[(worse >= low) & (worse < high)]
        missed = {name: int((level < threshold).sum()) for name, threshold in thresholds.items()}
        bands.append({"from": low, "below": high, "pairs": len(level), "false_non_matches": missed})
    return bands
