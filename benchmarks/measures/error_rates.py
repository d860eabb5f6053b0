"""Error rates of comparison scores, ISO/IEC 19795-1:2021 section 9: the only definition of them.

Accepted is score >= threshold. Pairs are counted in whole numbers, each once or as often as a weight says (the
bootstrap draws fingers).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float = NDArray[np.float64]
Counts = NDArray[np.int64]

LIMITS = (1e-2, 1e-3, 1e-4, 0.0)
"""FMRs of the operating points after the EER, as fractions."""


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """Error rates in percent: EER, FNMR at the lowest thresholds with FMR at most 1 %, 0.1 %, 0.01 %, and none."""

    eer: float
    fmr100: float
    fmr1000: float
    fmr10000: float
    zero_fmr: float


POINTS = tuple(field.name for field in fields(ErrorRates))
"""Names of the operating points."""


def error_rates(genuine: ArrayLike, impostor: ArrayLike) -> ErrorRates:
    """Return the error rates of two score lists, each of at least one score.

    Raises:
        ValueError: a list is empty or holds a value that is not finite.
    """
    points = ScoredPairs(_checked(genuine, "genuine"), _checked(impostor, "impostor")).curve().points()
    return ErrorRates(*(100.0 * rate for rate in points.tolist()))


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """What goes wrong at every threshold that makes a difference, ascending.

    Attributes:
        rejected: int64, shape (t,): genuine pairs below each threshold.
        accepted: int64, shape (t,): impostor pairs at or above it.
        mated, non_mated: how many pairs there are.
    """

    rejected: Counts
    accepted: Counts
    mated: int
    non_mated: int

    def points(self) -> Float:
        """Return the operating points as fractions, float64, in the order of ``POINTS``."""
        return np.concatenate([[self.eer()], self.fnmr_at(LIMITS)])

    def eer(self) -> float:
        """Return the mean of FNMR and FMR where they are nearest to each other."""
        # In whole numbers: of two thresholds at the same distance the lower one counts, not the one rounding prefers.
        nearest = int(np.argmin(np.abs(self.rejected * self.non_mated - self.accepted * self.mated)))
        return float(self.rejected[nearest] / self.mated + self.accepted[nearest] / self.non_mated) / 2

    def fnmr_at(self, limits: ArrayLike) -> Float:
        """Return the lowest FNMR whose FMR is within each limit; all are fractions."""
        fmr = self.accepted / self.non_mated
        # Thresholds ascend, so FMR descends and FNMR ascends: the first within the limit is the lowest.
        first = fmr.size - np.searchsorted(fmr[::-1], np.asarray(limits, np.float64), side="right")
        return np.asarray(self.rejected[first] / self.mated, np.float64)


class ScoredPairs:
    """Genuine and impostor scores, sorted once to be counted under any weights; each float64, one at least."""

    def __init__(self, genuine: Float, impostor: Float) -> None:
        self._genuine, self._impostor = _Ranked(genuine), _Ranked(impostor)
        highest = max(self._genuine.scores[-1], self._impostor.scores[-1])
        every = np.unique(np.concatenate([genuine, impostor, [np.nextafter(highest, np.inf)]]))
        self._genuine_place = np.searchsorted(self._genuine.scores, every)
        self._impostor_place = np.searchsorted(self._impostor.scores, every)

    def curve(self, genuine_weights: Counts | None = None, impostor_weights: Counts | None = None) -> Curve:
        """Count what goes wrong; every pair as often as its weight says, int64, once without one."""
        rejected, accepted = self._genuine.below(genuine_weights), self._impostor.below(impostor_weights)
        mated, non_mated = int(rejected[-1]), int(accepted[-1])
        return Curve(rejected[self._genuine_place], non_mated - accepted[self._impostor_place], mated, non_mated)

    def fmr(self, thresholds: ArrayLike, impostor_weights: Counts | None = None) -> Float:
        """Return the FMR at thresholds, as fractions."""
        below = self._impostor.below(impostor_weights)
        place = np.searchsorted(self._impostor.scores, np.asarray(thresholds, np.float64))
        return np.asarray((below[-1] - below[place]) / below[-1], np.float64)


class _Ranked:
    """Scores in ascending order."""

    def __init__(self, scores: Float) -> None:
        self._order = np.argsort(scores, kind="stable")
        self.scores = scores[self._order]

    def below(self, weights: Counts | None) -> Counts:
        """Return the weight of the lowest 0, 1, ..., n scores."""
        if weights is None:
            return np.arange(self.scores.size + 1)
        return np.concatenate([[0], np.cumsum(weights[self._order])])


def exceeded_by(impostor: ArrayLike, share: float) -> float:
    """Return the score that no more than a share of the impostor scores exceed; ``share`` below 1."""
    falling = np.sort(np.asarray(impostor, np.float64))[::-1]
    return float(falling[_allowed(falling.size, share)])


def threshold_at(impostor: ArrayLike, fmr: float) -> float:
    """Return the lowest threshold with an FMR of at most ``fmr``; 0 if all may be accepted."""
    scores = np.asarray(impostor, np.float64)
    if _allowed(scores.size, fmr) >= scores.size:
        return 0.0
    return float(np.nextafter(exceeded_by(scores, fmr), np.inf))


def _allowed(pairs: int, share: float) -> int:
    """Return how many pairs a share allows; what rounding takes from a whole number is given back."""
    return int(pairs * share + 1e-9)


def _checked(scores: ArrayLike, name: str) -> Float:
    values = np.asarray(scores, dtype=np.float64).ravel()
    if values.size == 0:
        raise ValueError(f"no {name} pair: error rates need at least one of each kind")
    if not np.isfinite(values).all():
        raise ValueError(f"a {name} score is not finite")
    return values
