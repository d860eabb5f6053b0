"""The content of ``fusion.json``: what several fingers, and several enrolled impressions, are worth together.

Protocol: see :mod:`benchmarks.fusion.protocol`. The figures come twice, by the calibration that ships and, with several
databases, out of fold: every database judged by a calibration fitted to the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.calibration.fitting import fit
from benchmarks.calibration.strangers import Strangers
from benchmarks.fusion.protocol import (
    Attempt,
    Claims,
    Rates,
    claims_by_fingers,
    claims_by_impressions,
    mated_attempts,
    non_mated_attempts,
    table,
)
from benchmarks.impressions import Impression, finger_of, load_impressions, print_of
from benchmarks.machine import machine
from benchmarks.measures.error_rates import error_rates
from benchmarks.measures.pairs import Pair
from benchmarks.named_sets import NamedSet
from benchmarks.sources import ExtractorName, template_source
from benchmarks.systems.system import own_comparator
from benchmarks.verification.database import score_pairs
from enroll_tools.datasets import DatasetError
from idverify.domain import policy
from idverify.domain.model import Decision, Likeness, Quality
from matcher.comparison.calibration import Calibration
from matcher.comparison.params import comparator_id
from matcher.quality.score import QUALITY_ALGORITHM, assess

FINGERS = (1, 2, 4)
IMPRESSIONS = (1, 2, 4)
CLAIMED = (1e-2, 1e-3, 1e-4, 1e-5)

Cell = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """One database, all prints compared with all.

    Attributes:
        name: of the database.
        raw: float64, shape (fingers, impressions, fingers, impressions): raw scores; of a print with itself 0.
        area, one_way: float64, shape (fingers, impressions): of every print, what the worth of its scores depends on;
            see :class:`~matcher.comparison.prepared.PreparedTemplate`.
        quality: of every print, by finger and impression.
        extractor: of the templates.
    """

    name: str
    raw: NDArray[np.float64]
    area: NDArray[np.float64]
    one_way: NDArray[np.float64]
    quality: list[list[Quality]]
    extractor: str

    @property
    def strangers(self) -> Strangers:
        """Every two prints of different fingers, once."""
        pairs = list(combinations(range(self.raw.shape[0]), 2))
        of_both = (self.raw, _lesser(self.area), _lesser(self.one_way))
        scores, areas, ways = (np.concatenate([v[a, :, b, :].ravel() for a, b in pairs]) for v in of_both)
        return Strangers(self.name, "", scores, areas, ways, np.repeat(pairs, self.raw.shape[1] ** 2, axis=0))

    def rates(self, calibration: Calibration) -> Rates:
        """Return the FMR that a calibration claims of every two prints."""
        return np.asarray(10 ** (-calibration.levels(self.raw, _lesser(self.area), _lesser(self.one_way)) / 10))


def compare_all(
    named: NamedSet, extractor: ExtractorName, extracted: Callable[[], None], compared: Callable[[], None]
) -> Compared:
    """Make the templates of a database and compare every two.

    Raises:
        DatasetError: there are too few fingers or impressions, or a record is missing.
    """
    samples = named.samples
    try:
        layout = table([finger_of(s) for s in samples], [s.impression for s in samples])
    except DatasetError as error:
        raise DatasetError(f"{named.name}: {error}") from None
    name, source = template_source(extractor, samples)
    impressions = load_impressions(samples, source, extracted)
    prints = [impressions[k] for k in layout.ravel()]
    pairs = [Pair(a, b, genuine=False) for a, b in combinations(range(len(prints)), 2)]  # what they are is known
    scores = score_pairs(prints, pairs, own_comparator(None), compared)
    square = np.zeros((len(prints), len(prints)))
    for (a, b, _), score in zip(pairs, scores, strict=True):
        square[a, b] = square[b, a] = score
    quality = [[_quality(impressions[k]) for k in row] for row in layout]
    seen = np.array([print_of(one) for one in prints]).reshape(*layout.shape, 2)
    return Compared(named.name, square.reshape(layout.shape * 2), seen[..., 0], seen[..., 1], quality, name)


def _lesser(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the lesser of every two prints' values: float64, shape (fingers, impressions, fingers, impressions)."""
    return np.minimum(values[:, :, None, None], values[None, None])


def report(databases: Sequence[Compared], shipped: Calibration, step: Callable[[], None]) -> dict[str, Any]:
    """Return the content of ``fusion.json``."""
    found: dict[str, Any] = {
        "datasets": [d.name for d in databases],
        "extractor": databases[0].extractor,
        "comparator": comparator_id(),
        "calibration": shipped.id,
        "machine": machine(),
        "shipped": _figures(databases, [shipped] * len(databases), step),
    }
    if len(databases) > 1:
        found["out_of_fold"] = _figures(databases, out_of_fold(databases), step)
    return found


def out_of_fold(databases: Sequence[Compared]) -> list[Calibration]:
    """Fit for every database a calibration to the others."""
    strangers = [database.strangers for database in databases]
    return [
        fit([s for s in strangers if s.dataset != left_out.name]).calibration(f"without {left_out.name}")
        for left_out in databases
    ]


def steps(databases: int) -> int:
    """Return how often :func:`report` calls ``step``."""
    return databases * (len(FINGERS) + len(IMPRESSIONS)) * (2 if databases > 1 else 1)


def _figures(databases: Sequence[Compared], calibrations: Sequence[Calibration], step: Callable[[], None]) -> Cell:
    rates = [d.rates(c) for d, c in zip(databases, calibrations, strict=True)]
    fingers: Cell = {}
    for count in FINGERS:
        parts = [_stepped(claims_by_fingers(r, count), step) for r in rates]
        if all(part.non_mated.size for part in parts):
            decided = [_decisions(d, p, count) for d, p in zip(databases, parts, strict=True)]
            fingers[str(count)] = _cell(databases, parts) | {"decisions_at_target": _summed(decided)}
    impressions: Cell = {}
    for count in IMPRESSIONS:
        if count < min(r.shape[1] for r in rates):
            parts = [_stepped(claims_by_impressions(r, count), step) for r in rates]
            impressions[str(count)] = _cell(databases, parts)
    return {"fingers": fingers, "impressions": impressions}


def _stepped(claims: Claims, step: Callable[[], None]) -> Claims:
    step()
    return claims


def _cell(databases: Sequence[Compared], parts: Sequence[Claims]) -> Cell:
    """Return error rates, pooled and as the mean of the databases, and claimed against measured FMR."""
    pooled = Claims(np.concatenate([p.mated for p in parts]), np.concatenate([p.non_mated for p in parts]))
    each = [_percent(part) for part in parts]
    return {
        "mated": int(pooled.mated.size),
        "non_mated": int(pooled.non_mated.size),
        "percent_pooled": _percent(pooled),
        "percent_mean": {name: float(np.mean([e[name] for e in each])) for name in each[0]},
        "claims": [
            {
                "claimed": claim,
                "measured": float((pooled.non_mated <= claim).mean()),
                "measured_by_dataset": {
                    d.name: float((p.non_mated <= claim).mean()) for d, p in zip(databases, parts, strict=True)
                },
                "fnmr": float((pooled.mated > claim).mean()),
            }
            for claim in CLAIMED
        ],
    }


def _percent(claims: Claims) -> dict[str, float]:
    return asdict(error_rates(-10 * np.log10(claims.mated), -10 * np.log10(claims.non_mated)))


def _decisions(database: Compared, claims: Claims, count: int) -> dict[str, Counter[str]]:
    """Count what the service decides at its default target, mated and non-mated."""
    fingers, impressions = database.raw.shape[:2]
    return {
        "mated": _decided(database, claims.mated, mated_attempts(fingers, impressions, count)),
        "non_mated": _decided(database, claims.non_mated, non_mated_attempts(fingers, impressions, count)),
    }


def _decided(database: Compared, claims: Rates, attempts: Iterable[Attempt]) -> Counter[str]:
    decided: Counter[str] = Counter()
    for fmr, attempt in zip(claims.tolist(), attempts, strict=True):
        fingers = [
            (database.quality[f][i], database.quality[g][j])
            for (f, i), (g, j) in zip(attempt.probe, attempt.reference, strict=True)
        ]
        surest = policy.surest_finger(fingers)
        decided[policy.decide(Likeness(fmr, 0.0), policy.DEFAULT_TARGET_FMR, surest).value] += 1
    return decided


def _summed(decided: Sequence[dict[str, Counter[str]]]) -> dict[str, dict[str, int]]:
    return {
        side: {d.value: sum(found[side][d.value] for found in decided) for d in Decision}
        for side in ("mated", "non_mated")
    }


def _quality(impression: Impression) -> Quality:
    if impression.template is None:
        return Quality(0, QUALITY_ALGORITHM, 0, (), usable=False)
    found = assess(impression.template)
    return Quality(found.score, QUALITY_ALGORITHM, found.minutiae, (), found.usable)
