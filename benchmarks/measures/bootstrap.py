"""How sure are error rates? Resample the people, not the pairs: pairs of one person stand and fall together.

Of a database with ``p`` people, ``p`` are drawn with replacement, each with all fingers; where a set does not say whose
its fingers are, every finger is a person. A genuine pair counts as often as its person was drawn, an impostor pair as
often as both people together: the product, or as often as the one whose two fingers they are. Pairs between two copies
of one finger are neither. Draws without any genuine or any impostor pair are drawn again. (Bolle, Ratha, Pankanti:
Error analysis of pattern recognition systems - the subsets bootstrap, CVIU 93, 2004, is the same idea.)

Two systems, or two runs, on the same database are given the same draws: their differences are paired.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.measures.error_rates import POINTS, ScoredPairs
from benchmarks.measures.scores import Scores

REPLICATES = 1000
SEED = 20_050_711
CONFIDENCE = 0.95

DET_FMRS = tuple(float(x) for x in np.logspace(-5, 0, 101))
"""FMRs at which a DET curve is drawn, as fractions."""

CLAIMS = (1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4)
"""FMRs claimed at which the calibration is checked, as fractions."""

# Scores are written with six decimals: a level is reached if it is missed by no more than their rounding.
_CLAIMED_LEVELS = -10 * np.log10(CLAIMS) - 5e-7

Draws = NDArray[np.int64]
Rates = NDArray[np.float64]

_DET = slice(len(POINTS), len(POINTS) + len(DET_FMRS))
_CLAIMED = slice(_DET.stop, _DET.stop + len(CLAIMS))


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """Rates, and the same of every draw.

    Attributes:
        value: float64, shape (k,): fractions; first the operating points, then FNMR at ``DET_FMRS``, then the FMR
            measured at ``CLAIMS``.
        draws: float64, shape (replicates, k).
    """

    value: Rates
    draws: NDArray[np.float64]

    def interval(self) -> tuple[Rates, Rates]:
        """Return the bounds of the confidence interval of every rate (percentiles of the draws)."""
        outside = 50 * (1 - CONFIDENCE)
        low, high = np.percentile(self.draws, [outside, 100 - outside], axis=0)
        return low, high

    def part(self, what: slice) -> Sampled:
        """Return some of the rates."""
        return Sampled(self.value[what], self.draws[:, what])

    def points(self) -> Sampled:
        """Return the operating points."""
        return self.part(slice(0, len(POINTS)))

    def det(self) -> Sampled:
        """Return FNMR at ``DET_FMRS``."""
        return self.part(_DET)

    def claimed(self) -> Sampled:
        """Return the FMR measured where ``CLAIMS`` are claimed; scores must be levels."""
        return self.part(_CLAIMED)


def draw_fingers(scores: Scores, stream: int, replicates: int = REPLICATES) -> Draws:
    """Draw people with replacement; ``stream`` tells databases apart.

    Returns:
        int64, shape (replicates, fingers): how often each finger was drawn. Deterministic.
    """
    random = np.random.default_rng([SEED, stream])
    people = int(scores.people.max()) + 1
    even = np.full(people, 1 / people)
    draws = random.multinomial(people, even, replicates)[:, scores.people]
    while (wrong := ~_usable(scores, draws)).any():
        draws[wrong] = random.multinomial(people, even, int(wrong.sum()))[:, scores.people]
    return draws


def _usable(scores: Scores, draws: Draws) -> NDArray[np.bool_]:
    genuine = draws[:, np.unique(scores.genuine_finger)].any(axis=1)
    a, b = np.unique(scores.impostor_fingers, axis=0).T
    return np.asarray(genuine & (draws[:, a] * draws[:, b]).any(axis=1))


def sample(databases: Sequence[Scores], draws: Sequence[Draws]) -> Sampled:
    """Return the rates of databases pooled under one threshold, and those of every draw."""
    pooled = _Pooled(databases)
    once = [np.ones(scores.fingers, np.int64) for scores in databases]
    replicates = [pooled.rates([draw[i] for draw in draws]) for i in range(len(draws[0]))]
    return Sampled(pooled.rates(once), np.array(replicates))


def mean(samples: Sequence[Sampled]) -> Sampled:
    """Return the mean rates of databases, each under its own threshold."""
    return Sampled(np.mean([s.value for s in samples], axis=0), np.mean([s.draws for s in samples], axis=0))


def difference(of: Sampled, and_: Sampled) -> Sampled:
    """Return how much greater the second is, draw by draw."""
    return Sampled(and_.value - of.value, and_.draws - of.draws)


def _both_drawn(scores: Scores, weights: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how often each impostor pair counts: one of two people by both, one of two fingers of a person once."""
    a, b = scores.impostor_fingers.T
    counted = np.where(scores.people[a] == scores.people[b], weights[a], weights[a] * weights[b])
    return np.asarray(counted, np.int64)


def drawn_over(databases: Sequence[Scores]) -> str:
    """Say what was drawn."""
    return "people" if any(np.unique(d.people).size < d.fingers for d in databases) else "fingers"


class _Pooled:
    """Databases pooled under one threshold, for any weights of their fingers."""

    def __init__(self, databases: Sequence[Scores]) -> None:
        self._databases = databases
        self._pairs = ScoredPairs(
            np.concatenate([d.genuine for d in databases]), np.concatenate([d.impostor for d in databases])
        )

    def rates(self, weights: Sequence[NDArray[np.int64]]) -> Rates:
        """Return the rates, as :class:`Sampled` orders them, if the fingers of each database count so often."""
        both = list(zip(self._databases, weights, strict=True))
        genuine = np.concatenate([w[d.genuine_finger] for d, w in both])
        impostor = np.concatenate([_both_drawn(d, w) for d, w in both])
        curve = self._pairs.curve(genuine, impostor)
        return np.concatenate([curve.points(), curve.fnmr_at(DET_FMRS), self._pairs.fmr(_CLAIMED_LEVELS, impostor)])
