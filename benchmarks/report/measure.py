"""From scores to what a report says of them: plain lists and numbers, as they stand in ``report.json``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.measures.bootstrap import CLAIMS, DET_FMRS, Sampled
from benchmarks.measures.bounds import rule_of_three
from benchmarks.measures.error_rates import LIMITS, POINTS, exceeded_by
from benchmarks.measures.scores import Scores
from matcher.comparison.calibration import Calibration

HISTOGRAM_BINS = 60
HISTOGRAM_TOP = 120.0
"""Levels end there."""

SUPPORT = 30
"""Impostor pairs above a threshold that make its rate measured rather than glimpsed."""


def error_figures(sampled: Sampled, impostor_pairs: int) -> dict[str, Any]:
    """Return operating points and DET curve with their intervals, in percent.

    The curve ends where less than one impostor pair would be accepted.
    """
    points, det = sampled.points(), sampled.det()
    low, high = points.interval()
    seen = np.array(DET_FMRS) * impostor_pairs >= 1
    det_low, det_high = (bound[seen] for bound in det.interval())
    return {
        "percent": dict(zip(POINTS, _percent(points.value), strict=True)),
        "interval": {p: [a, b] for p, a, b in zip(POINTS, _percent(low), _percent(high), strict=True)},
        "det": {
            "fmr": _percent(np.array(DET_FMRS)[seen]),
            "fnmr": _percent(det.value[seen]),
            "low": _percent(det_low),
            "high": _percent(det_high),
        },
    }


def points_only(sampled: Sampled) -> dict[str, Any]:
    """Return the operating points with their intervals, in percent."""
    figures = error_figures(sampled, 1)
    return {"percent": figures["percent"], "interval": figures["interval"]}


def _percent(rates: np.ndarray) -> list[float]:
    return [100 * float(rate) for rate in rates]


def histogram(databases: Sequence[Scores], *, levels: bool) -> dict[str, Any]:
    """Count the pairs by score, from ``start + i * step`` to the next; the last bin holds the highest score too.

    ``levels``: from 0 to where they end; other scores from the lowest to the highest.
    """
    every = np.concatenate([part for side in _both(databases) for part in side])
    low, high = (0.0, HISTOGRAM_TOP) if levels else (float(every.min()), float(every.max()))
    edges = np.linspace(low, high if high > low else low + 1, HISTOGRAM_BINS + 1)
    counts = (np.histogram(np.concatenate(s), edges)[0].tolist() for s in _both(databases))
    return {"start": low, "step": float(edges[1] - edges[0]), **dict(zip(("genuine", "impostor"), counts, strict=True))}


def accepted_above(databases: Sequence[Scores]) -> dict[str, float]:
    """Return the levels that a pair must exceed at each FMR of the operating points, the EER left out."""
    _, impostor = _both(databases)
    scores = np.concatenate(impostor)
    return {point: exceeded_by(scores, limit) for point, limit in zip(POINTS[1:], LIMITS, strict=True)}


def _both(databases: Sequence[Scores]) -> tuple[list[np.ndarray], list[np.ndarray]]:
    return [d.genuine for d in databases], [d.impostor for d in databases]


def claims(sampled: Sampled, impostor_pairs: int, calibration: Calibration) -> list[dict[str, Any]]:
    """Return each claim beside what was measured; rates as fractions.

    ``supported``: enough impostor pairs would reach the claim for the measurement to mean something.
    """
    found = sampled.claimed()
    low, high = found.interval()
    return [
        {
            "claimed": claim,
            "measured": float(found.value[i]),
            "interval": [float(low[i]), float(high[i])],
            "accepted": round(float(found.value[i]) * impostor_pairs),
            "expected": claim * impostor_pairs,
            "supported": claim * impostor_pairs >= SUPPORT,
            "extrapolated": claim < calibration.extrapolated_below,
        }
        for i, claim in enumerate(CLAIMS)
    ]


def counts(databases: Sequence[Scores]) -> dict[str, Any]:
    """Return how many pairs and fingers there are, and what no error among them would allow."""
    return {
        "fingers": sum(d.fingers for d in databases),
        "genuine_pairs": sum(d.genuine.size for d in databases),
        "impostor_pairs": sum(d.impostor.size for d in databases),
        "rule_of_three_percent": {
            "by_pairs": rule_of_three(sum(d.genuine.size for d in databases)),
            "by_fingers": rule_of_three(sum(d.fingers for d in databases)),
        },
    }
