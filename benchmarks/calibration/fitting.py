"""Fit the calibration: how often do strangers reach a raw score, on the worst sensor, with such prints?

The chance is taken as a product. *Shape*: how fast it falls with the score, alike for all: counted over all sets
together, towards its end a generalised Pareto tail, beyond the last thirty scores straight on. *Prints*: strangers are
the more alike the less of a finger is seen and the more minutiae all point one way; what that does is found within
sets. *Set*: how alike the strangers of a sensor are for the rest. What is claimed is the worst set's, of those that
show such prints, by the upper bound of what its fingers show when they are drawn again; or what the spread of the sets
lets expect of one more, 97.5 %, where that is worse: so it holds on a sensor that is not among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from benchmarks.calibration.strangers import Strangers
from matcher.comparison.calibration import Calibration, Table
from matcher.comparison.params import comparator_id

Float = NDArray[np.float64]

AREAS = (45.0, 60.0, 80.0, 110.0, 140.0)
"""mm2: bounds between classes of :attr:`~matcher.comparison.prepared.PreparedTemplate.area`."""

WAYS = (0.1, 0.2, 0.3, 0.4)
"""Bounds between classes of :attr:`~matcher.comparison.prepared.PreparedTemplate.one_way`."""

HANDICAPS = (2.0, 4.0, 6.0, 8.0)
"""Levels: bounds between classes of prints, by what area and way together take off."""

ANCHOR = 0.02
"""Part of all pairs, every set counting alike, that reach the score at which sets and sizes are compared."""

TOLD = 17
"""Errors that are expected where a claim is judged on one set: so many are not half as many more by chance, 95 %."""

SUPPORT = 30
"""Scores above a threshold that make a rate measured."""

SHOWN = 0.1
"""Part of its pairs that a set must have of a class of prints, or of better ones, to say what is claimed for it."""

REPLICATES, SEED, UPPER = 300, 19795, 0.975

FEWEST_SETS = 4
"""With fewer their spread says nothing of one more."""

_ROUNDS = 100
_TAIL = 0.25  # of the pairs that reach the anchor: from there on the tail is fitted
_BODY = (1.0, 0.7, 0.5, 0.35)
_LEVEL_STEP = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """What was fitted.

    Attributes:
        knots: (raw score, level) for the best prints.
        areas: (mm2, levels less).
        ways: (one way, levels less).
        handicaps: (levels less by both, levels less in all).
        extrapolated_below: claim under which fewer than ``SUPPORT`` scores speak, between prints of the middle kind.
        alike: of every set, by its name: the rate at the anchor for the best prints, and its upper bound.
        anchor: the score at which that is.
    """

    knots: list[tuple[float, float]]
    areas: list[tuple[float, float]]
    ways: list[tuple[float, float]]
    handicaps: list[tuple[float, float]]
    extrapolated_below: float
    alike: dict[str, tuple[float, float]]
    anchor: float

    def calibration(self, name: str) -> Calibration:
        """Return it as a calibration of that name."""
        scores, areas, ways, handicaps = (Table.read(k) for k in (self.knots, self.areas, self.ways, self.handicaps))
        return Calibration(name, comparator_id(), scores, areas, ways, handicaps, self.extrapolated_below)


def fit(sets: Sequence[Strangers]) -> Fit:
    """Fit to the strangers of several sets."""
    anchor = _score_at(sets, ANCHOR)
    by_area, by_way = _factors(sets, anchor)
    areas = list(zip(_middles(AREAS), _levels(by_area), strict=True))
    ways = list(zip(_middles(WAYS), _levels(by_way), strict=True))
    weighed = [_Weighed.of(s, Table.read(areas), Table.read(ways)) for s in sets]
    shape = _Shape.of(sets, anchor)
    alike = {w.name: (w.rate(anchor), w.upper_rate(anchor)) for w in weighed}
    most = {w.name: max(alike[w.name][1], w.steepest(shape)) for w in weighed}
    showing = [_showing(weighed, bound) for bound in (*HANDICAPS, np.inf)]
    claimed = [max(*(most[w.name] for w in these), unseen([alike[w.name][0] for w in these])) for these in showing]
    worst = np.maximum.accumulate(claimed).tolist()
    handicaps = _handicaps(worst, areas[0][1] + ways[-1][1])
    middle = float(np.median([Table.read(handicaps).at(np.median(w.less)) for w in weighed]))
    lowest = worst[0] * 10 ** (middle / 10) * shape.supported()
    knots = shape.knots(float(-10 * np.log10(worst[0])))
    return Fit(knots, _rounded(areas), _rounded(ways), _rounded(handicaps), float(lowest), alike, anchor)


def _rounded(table: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(round(a, 4), round(b, 3)) for a, b in table]


def _showing(weighed: Sequence[_Weighed], bound: float) -> Sequence[_Weighed]:
    """Return the sets that show prints that take off less than a bound; all, where none does."""
    return [w for w in weighed if w.shows(bound)] or weighed


def unseen(rates: Sequence[float]) -> float:
    """Return the upper bound of the rate of one more set, 97.5 %, if sets' logarithms are normally distributed.

    What each shows with its few fingers is part of the spread, so that it is rather too high.

    Args:
        rates: of the sets that are known; 0, for no set at all, with fewer than ``FEWEST_SETS`` that are not 0.
    """
    logs = np.log([rate for rate in rates if rate > 0])
    if logs.size < FEWEST_SETS:
        return 0.0
    margin = student.ppf(UPPER, logs.size - 1) * logs.std(ddof=1) * np.sqrt(1 + 1 / logs.size)
    return float(np.exp(logs.mean() + margin))


def _handicaps(worst: Sequence[float], most: float) -> list[tuple[float, float]]:
    """Return what prints take off in all, by what they take off by area and way, up to ``most``.

    Args:
        worst: how alike strangers are in the worst set of each class, the class of the best prints first; ascending.
        most: levels that the worst prints take off by area and way.
    """
    middles = [0.0, *((a + b) / 2 for a, b in zip((0.0, *HANDICAPS), HANDICAPS, strict=False)), HANDICAPS[-1] + 1.0]
    rates = [worst[0], *worst]
    ends = [] if most <= middles[-1] else [(most, worst[-1])]
    return [
        (less, float(less + 10 * np.log10(rate / worst[0])))
        for less, rate in (*zip(middles, rates, strict=True), *ends)
    ]


def _levels(factors: Float) -> list[float]:
    return [float(10 * np.log10(factor)) for factor in factors]


def _middles(bounds: Sequence[float]) -> list[float]:
    """Return where the levels of classes hold, which lie between bounds; between them they are interpolated."""
    inner = [(a + b) / 2 for a, b in pairwise(bounds)]
    return [2 * bounds[0] - inner[0], *inner, 2 * bounds[-1] - inner[-1]]


def _score_at(sets: Sequence[Strangers], rate: float) -> float:
    scores = np.concatenate([s.scores for s in sets])
    weights = np.concatenate([np.full(s.scores.size, 1 / (s.scores.size * len(sets))) for s in sets])
    order = np.argsort(-scores, kind="stable")
    return float(np.interp(rate, np.cumsum(weights[order]), scores[order]))


def _factors(sets: Sequence[Strangers], anchor: float) -> tuple[Float, Float]:
    """Return how much oftener strangers of each class reach the anchor than those of the best, by area and by way.

    Expected counts are products of set, area and way; the factors are those for which the sums over each agree with
    what was counted (iterative proportional fitting). They fall with the area, rise with the way, and end at 1.
    """
    shape = (len(sets), len(AREAS) + 1, len(WAYS) + 1)
    pairs, reached = np.zeros(shape), np.zeros(shape)
    for place, s in enumerate(sets):
        cell = np.digitize(s.areas, AREAS), np.digitize(s.ways, WAYS)
        np.add.at(pairs[place], cell, 1.0)
        np.add.at(reached[place], cell, (s.scores >= anchor).astype(np.float64))
    rate, area, way = (np.ones(size) for size in shape)
    for _ in range(_ROUNDS):
        # A little more on either side, so that a class that no set shows is as the others.
        rate = (reached.sum((1, 2)) + 0.5) / (np.einsum("saw,a,w->s", pairs, area, way) + 0.5)
        area = (reached.sum((0, 2)) + 1) / (np.einsum("saw,s,w->a", pairs, rate, way) + 1)
        way = (reached.sum((0, 1)) + 1) / (np.einsum("saw,s,a->w", pairs, rate, area) + 1)
    of_area = _falling(area, np.einsum("saw,s,w->a", pairs, rate, way) + 1)
    of_way = _falling(way[::-1], np.einsum("saw,s,a->w", pairs, rate, area)[::-1] + 1)[::-1]
    return of_area / of_area[-1], of_way / of_way[0]


def _falling(values: Float, weights: Float) -> Float:
    """Return the nearest values that do not rise: neighbours that do are taken together."""
    blocks: list[list[float]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        blocks.append([value, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] < blocks[-1][0]:
            (a, v, n), (b, w, m) = blocks[-2:]
            blocks[-2:] = [[(a * v + b * w) / (v + w), v + w, n + m]]
    return np.concatenate([np.full(int(count), value) for value, _, count in blocks])


@dataclass(frozen=True, slots=True, eq=False)
class _Weighed:
    """The strangers of a set, and what their prints make of them.

    Attributes:
        name: of the set.
        strangers: its pairs.
        less: float64, shape (n,): levels that the area and way of each pair's prints take off.
        weight: float64, shape (n,): how much oftener such prints reach a score than the best.
    """

    name: str
    strangers: Strangers
    less: Float
    weight: Float

    @classmethod
    def of(cls, s: Strangers, areas: Table, ways: Table) -> _Weighed:
        less = areas.at(s.areas) + ways.at(s.ways)
        return cls(s.name, s, less, 10 ** (less / 10))

    def rate(self, score: float) -> float:
        """Return the part of the pairs that reach a score, as if all were of the best prints."""
        return float((self.strangers.scores >= score).sum() / self.weight.sum())

    def upper_rate(self, score: float) -> float:
        """Return the upper bound of :meth:`rate` when fingers are drawn again, a pair as often as both of them."""
        reached = self.strangers.drawn((self.strangers.scores >= score).astype(np.float64), REPLICATES)
        total = self.strangers.drawn(self.weight, REPLICATES)
        return float(np.quantile(reached[total > 0] / total[total > 0], UPPER))

    def steepest(self, shape: _Shape) -> float:
        """Return the highest rate at the anchor that the scores beyond it speak for, as far as they can tell."""
        told = [score for score in shape.told() if (self.strangers.scores >= score).sum() >= TOLD]
        return max((self.rate(score) / shape.at(score) for score in told), default=0.0)

    def shows(self, bound: float) -> bool:
        """Tell whether the set has prints that take off no more levels than that."""
        return bool((self.less < bound).mean() >= SHOWN)


@dataclass(frozen=True, slots=True, eq=False)
class _Shape:
    """The part of those who reach the anchor that reach each score: all sets together.

    Attributes:
        scores: descending, all of them.
        at_anchor: how many reach the anchor.
    """

    scores: Float
    at_anchor: int

    @classmethod
    def of(cls, sets: Sequence[Strangers], anchor: float) -> _Shape:
        scores = np.sort(np.concatenate([s.scores for s in sets]))[::-1]
        return cls(scores, int((scores >= anchor).sum()))

    def at(self, score: float) -> float:
        return float((self.scores >= score).sum()) / self.at_anchor

    def score_at(self, part: float) -> float:
        return float(self.scores[min(max(round(part * self.at_anchor) - 1, 0), self.scores.size - 1)])

    def told(self) -> list[float]:
        """Return scores beyond the anchor at which sets are held against the shape."""
        return [self.score_at(part) for part in (0.5, 0.2, 0.1, 0.05, 0.02, 0.01) if part * self.at_anchor >= SUPPORT]

    def supported(self) -> float:
        return min(SUPPORT, self.at_anchor) / self.at_anchor

    def knots(self, level: float) -> list[tuple[float, float]]:
        """Return (raw, level) knots, ascending from level 0, if the anchor has that level."""
        threshold = self.score_at(_TAIL)
        excess = self.scores[self.scores > threshold] - threshold
        mean, variance = float(excess.mean()), float(excess.var())
        # Method of moments for the shape; an exponential tail has shape 0, a heavier one is not believed.
        form = min(0.0, 0.5 * (1 - mean**2 / variance))
        scale = mean * (1 - form)
        # No further than scores support: from there on a calibration goes on straight, as an exponential tail would.
        last = -10 * np.log10(SUPPORT / (_TAIL * self.at_anchor))
        steps = np.arange(0, max(last, 2 * _LEVEL_STEP), _LEVEL_STEP)
        tail = [(threshold + _excess(10 ** (-by / 10), form, scale), by - 10 * np.log10(_TAIL)) for by in steps]
        below = [self.scores.size / self.at_anchor] if self.at_anchor < self.scores.size else []
        lower = [part for part in (8.0, 4.0, 2.0) if not below or part < below[0]]
        body = [(self.score_at(part), -10 * np.log10(part)) for part in (*lower, *_BODY)]
        every = [(raw, level + by) for raw, by in (*body, *tail) if level + by > 0 and raw > 0]
        kept = [(0.0, 0.0)]
        for raw, of in every:
            if raw > kept[-1][0] and of > kept[-1][1]:
                kept.append((round(float(raw), 6), round(float(of), 3)))
        return kept


def _excess(survival: float, shape: float, scale: float) -> float:
    """Return the excess that a generalised Pareto tail exceeds with a probability."""
    if abs(shape) < 1e-3:
        return -scale * float(np.log(survival))
    return scale / shape * float(survival**-shape - 1)
