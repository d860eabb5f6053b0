"""How sure are error rates? Resample the fingers, not the pairs: pairs of one finger stand and fall together.

Of a database with ``f`` fingers, ``f`` are drawn with replacement. A genuine pair counts as often as its finger was
drawn, an impostor pair as often as both of its fingers together: the product. Pairs between two copies of one finger
are neither. Draws without any genuine or any impostor pair are drawn again. (Bolle, Ratha, Pankanti: Error analysis of
pattern recognition systems - the subsets bootstrap, CVIU 93, 2004, is the same idea.)

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
    """Draw fingers with replacement; ``stream`` tells databases apart.

    Returns:
        int64, shape (replicates, fingers): how often each finger was drawn. Deterministic.
    """
    random = np.random.default_rng([SEED, stream])
    even = np.full(scores.fingers, 1 / scores.fingers)
    draws = random.multinomial(scores.fingers, even, replicates)
    while (wrong := ~_usable(scores, draws)).any():
        draws[wrong] = random.multinomial(scores.fingers, even, int(wrong.sum()))
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
        impostor = np.concatenate([w[d.impostor_fingers].prod(axis=1) for d, w in both])
        curve = self._pairs.curve(genuine, impostor)
        return np.concatenate([curve.points(), curve.fnmr_at(DET_FMRS), self._pairs.fmr(_CLAIMED_LEVELS, impostor)])
