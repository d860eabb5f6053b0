"""The errors of a run, chosen and explained: the worst genuine pairs and the best impostor pairs of several sets.

A pair is rejected if its level is at most what one impostor pair in a thousand exceeds, all sets pooled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from math import isinf
from typing import Any

import numpy as np

from benchmarks.errors.causes import Cause, Figures, Movement, genuine_cause, impostor_cause, measure, movement_by_third
from benchmarks.impressions import Impression
from benchmarks.measures.error_rates import exceeded_by
from benchmarks.measures.pairs import Pair
from enroll_tools.datasets import DatasetSample
from matcher.comparison.calibration import Calibration
from matcher.comparison.compare import Comparison, compare
from matcher.comparison.prepared import PreparedTemplate, prepare

POOLED_FMR = 1e-3
WORST_GENUINE = 40
BEST_IMPOSTORS = 20

_WELL_LAID = 40.0  # level from which on a third impression's word is taken


@dataclass(frozen=True, slots=True)
class ScoredSet:
    """A test set, and the level of every pair.

    Attributes:
        name: of the set.
        extractor: what made the templates.
        samples: where its images are, one for each impression.
        impressions: their templates.
        pairs: what was compared.
        levels: with which result.
    """

    name: str
    extractor: str
    samples: Sequence[DatasetSample]
    impressions: Sequence[Impression]
    pairs: Sequence[Pair]
    levels: Sequence[float]


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A pair that was chosen.

    Attributes:
        scored: the set it is of.
        pair: which it is.
        rank: 1 for the lowest genuine, and for the highest impostor pair.
        level: its level.
        fmr: the false match rate that is claimed at it.
        rejected: at the pooled threshold.
        sides: what was compared; None where extraction failed.
        comparison: of both.
        cause: what the score is put down to.
        figures: what that rests on; None where extraction failed.
    """

    scored: ScoredSet
    pair: Pair
    rank: int
    level: float
    fmr: float
    rejected: bool
    sides: tuple[PreparedTemplate | None, PreparedTemplate | None]
    comparison: Comparison
    cause: Cause
    figures: Figures | None

    @property
    def names(self) -> tuple[str, str]:
        """Names of both impressions."""
        return self.scored.impressions[self.pair.a].name, self.scored.impressions[self.pair.b].name

    def as_json(self) -> dict[str, Any]:
        """Return what ``gallery.json`` says about the pair."""
        figures = None if self.figures is None else asdict(self.figures)
        if figures is not None and figures["off"] is not None and isinf(figures["off"]):
            figures["off"] = "not laid"
        return {
            "dataset": self.scored.name,
            "a": self.names[0],
            "b": self.names[1],
            "genuine": self.pair.genuine,
            "rank": self.rank,
            "level": round(self.level, 3),
            "fmr": float(f"{self.fmr:.3g}"),
            "rejected": self.rejected,
            "cause": self.cause.value,
            "contributions": {name: round(value, 2) for name, value in self.comparison.contributions.items()},
            "figures": figures,
        }


@dataclass(frozen=True, slots=True, eq=False)
class ErrorSelection:
    """The chosen pairs of a run.

    Attributes:
        threshold: level that a pair must exceed.
        genuine_pairs, impostor_pairs: how many there were.
        rejected, accepted: how many of them went wrong.
        genuine, impostor: the chosen, worst first.
    """

    threshold: float
    genuine_pairs: int
    impostor_pairs: int
    rejected: int
    accepted: int
    genuine: list[Entry]
    impostor: list[Entry]


def choose(
    sets: Sequence[ScoredSet],
    calibration: Calibration,
    *,
    genuine: int = WORST_GENUINE,
    impostor: int = BEST_IMPOSTORS,
    progress: Callable[[], None] = lambda: None,
) -> ErrorSelection:
    """Choose the pairs to look at: all rejected genuine ones, then the next lowest, and the highest impostors.

    Args:
        sets: with at least one genuine and one impostor pair among them.
        calibration: turns scores into levels and claims.
        genuine: how many genuine pairs, if no more are rejected.
        impostor: how many impostor pairs.
        progress: called after each.
    """
    ranked = sorted(_all(sets), key=lambda row: row[2])
    mated = [row for row in ranked if row[1].genuine]
    others = [row for row in reversed(ranked) if not row[1].genuine]
    threshold = exceeded_by([level for _, _, level in others], POOLED_FMR)
    rejected = sum(level <= threshold for _, _, level in mated)
    accepted = sum(level > threshold for _, _, level in others)
    explain = {id(scored): _Explainer(scored, calibration, threshold) for scored in sets}

    def entries(rows: list[tuple[ScoredSet, Pair, float]]) -> Iterator[Entry]:
        for rank, (scored, pair, level) in enumerate(rows, 1):
            yield explain[id(scored)].entry(pair, level, rank)
            progress()

    chosen = list(entries(mated[: max(rejected, genuine)])), list(entries(others[:impostor]))
    return ErrorSelection(threshold, len(mated), len(others), rejected, accepted, *chosen)


def _all(sets: Sequence[ScoredSet]) -> Iterator[tuple[ScoredSet, Pair, float]]:
    for scored in sets:
        for pair, level in zip(scored.pairs, scored.levels, strict=True):
            yield scored, pair, level


class _Explainer:
    """Explains pairs of one set; prepares a template when it is first asked for."""

    def __init__(self, scored: ScoredSet, calibration: Calibration, threshold: float) -> None:
        self._scored, self._calibration, self._threshold = scored, calibration, threshold
        self._prepared: dict[int, PreparedTemplate | None] = {}
        self._level = {(p.a, p.b): level for p, level in zip(scored.pairs, scored.levels, strict=True)}

    def entry(self, pair: Pair, level: float, rank: int) -> Entry:
        a, b = self._side(pair.a), self._side(pair.b)
        comparison = Comparison(0.0, np.zeros((0, 2), np.int64)) if a is None or b is None else compare(a, b)
        cause, figures = Cause.EXTRACTION_FAILURE, None
        if a is not None and b is not None:
            own = self._own_level(pair.a, pair), self._own_level(pair.b, pair)
            figures = measure(a, b, comparison, own, self._believed(pair))
            cause = (
                genuine_cause(figures, self._threshold) if pair.genuine else impostor_cause(figures, self._alike(pair))
            )
        fmr = float(10 ** (-level / 10))
        rejected = level <= self._threshold
        return Entry(self._scored, pair, rank, level, fmr, rejected, (a, b), comparison, cause, figures)

    def _side(self, index: int) -> PreparedTemplate | None:
        if index not in self._prepared:
            template = self._scored.impressions[index].template
            self._prepared[index] = None if template is None else prepare(template)
        return self._prepared[index]

    def _of_finger(self, finger: str) -> list[int]:
        return [index for index, impression in enumerate(self._scored.impressions) if impression.finger == finger]

    def _between(self, a: int, b: int) -> float:
        return self._level.get((min(a, b), max(a, b)), 0.0)

    def _own_level(self, index: int, pair: Pair) -> float | None:
        """Return the median level of an impression with the others of its finger, the pair itself left out."""
        others = [i for i in self._of_finger(self._scored.impressions[index].finger) if i not in {pair.a, pair.b}]
        if len(others) < 2:
            return None
        return round(float(np.median([self._between(index, other) for other in others])), 1)

    def _alike(self, pair: Pair) -> float:
        """Return the share of accepted pairs between two fingers."""
        fingers = (self._of_finger(self._scored.impressions[i].finger) for i in (pair.a, pair.b))
        first, second = fingers
        return float(np.mean([self._between(a, b) > self._threshold for a in first for b in second]))

    def _believed(self, pair: Pair) -> tuple[str, Movement] | None:
        """Return the impression that lies best over both prints of a genuine pair, and the movement over it."""
        if not pair.genuine:
            return None
        others = [i for i in self._of_finger(self._scored.impressions[pair.a].finger) if i not in {pair.a, pair.b}]
        weakest = {i: min(self._between(pair.a, i), self._between(i, pair.b)) for i in others}
        best = max(weakest, key=lambda i: weakest[i], default=None)
        if best is None or weakest[best] < _WELL_LAID:
            return None
        a, b, third = self._side(pair.a), self._side(pair.b), self._side(best)
        assert a is not None
        assert b is not None
        assert third is not None
        there, back = compare(a, third).movement, compare(third, b).movement
        if there is None or back is None:
            return None
        return self._scored.impressions[best].name, movement_by_third(there, back)
