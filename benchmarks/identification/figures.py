"""What the searches of an identification run come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from benchmarks.identification.protocol import STAGES, Search, Searches
from benchmarks.measures.error_rates import threshold_at
from idverify.domain import policy
from matcher.comparison.calibration import Calibration
from matcher.comparison.fusion import combine_impressions
from matcher.search.hits import GalleryHit

Figures = dict[str, Any]

TARGET_FPIR = 0.01
"""The service's default."""

PENETRATED = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48)


def figures_of(searches: Searches, calibration: Calibration) -> Figures:
    """Return rates as fractions and times in milliseconds."""
    closed, opened = searches.closed, searches.opened
    strangers = np.array([search.other_score for search in opened])
    thresholds = {name: threshold_at(strangers, rate) for name, rate in (("1pct", 0.01), ("0_1pct", 0.001))}
    first = sum(search.is_first for search in closed)
    exhaustive = sum(search.mate_score > search.other_score for search in closed)
    named = [_named(search, calibration) for search in opened]
    return {
        "people": searches.people,
        "enrolled": searches.enrolled,
        "refused": searches.refused,
        "probes": len(closed),
        "probes_of_absent_people": len(opened),
        "searched_fingers": max(search.searched for search in closed),
        "rank1": first / len(closed),
        "rank1_exhaustive_at_most": exhaustive / len(closed),
        "hit_rate_vs_exhaustive": first / exhaustive if exhaustive else 1.0,
        **{f"fnir_at_fpir_{name}": _missed(closed, at) for name, at in thresholds.items()},
        "raw_score_at_fpir": thresholds,
        "claimed": {
            "target_fpir": TARGET_FPIR,
            "fnir": float(np.mean([search.person not in _named(search, calibration) for search in closed])),
            "fpir": float(np.mean([bool(people) for people in named])),
        },
        "verified": _spread([search.verified for search in closed]),
        "penetration": _penetration(closed),
        **_times([*closed, *opened]),
        "mated": _times(closed),
        "absent": _times(opened),
        "stages": {stage: _times([*closed, *opened], partial(_seconds_of, i)) for i, stage in enumerate(STAGES)},
    }


def _missed(closed: Sequence[Search], threshold: float) -> float:
    return float(np.mean([search.mate is None or search.mate.score < threshold for search in closed]))


def _named(search: Search, calibration: Calibration) -> set[str]:
    """Return whom the service would name, of the mate and the best other."""
    threshold = policy.per_comparison_fmr(TARGET_FPIR, search.searched)
    hits = [hit for hit in (search.mate, search.other) if hit is not None]
    return {hit.group for hit in hits if _claim(hit, calibration) <= threshold}


def _claim(hit: GalleryHit, calibration: Calibration) -> float:
    verified = [calibration.fmr(comparison) for comparison in hit.comparisons]
    return combine_impressions(verified + [1.0] * (hit.impressions - len(verified)))


def _penetration(closed: Sequence[Search]) -> Figures:
    """Return for several lengths of the short list the part of the probes whose mate is on it."""
    places = np.array([np.inf if search.mate is None else search.mate.place for search in closed])
    return {"short_list": list(PENETRATED), "hit_rate": [float((places < n).mean()) for n in PENETRATED]}


def _seconds_of(stage: int, search: Search) -> float:
    return search.seconds[stage]


def _spread(values: Sequence[float]) -> Figures:
    low, middle, high = np.percentile(values, [5, 50, 95])
    return {"p5": float(low), "p50": float(middle), "p95": float(high)}


def _times(searches: Sequence[Search], seconds: Callable[[Search], float] = lambda search: search.total) -> Figures:
    timed = [seconds(search) * 1e3 for search in searches if search.total > 0]
    values = np.percentile(timed, [50, 95, 99]) if timed else np.zeros(3)
    return dict(zip(("p50_ms", "p95_ms", "p99_ms"), values.round(3).tolist(), strict=True))
