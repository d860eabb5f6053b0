"""Claims held against sets that the calibration was not fitted to: each set left out in turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.calibration.fitting import TOLD, fit
from benchmarks.calibration.strangers import Strangers
from benchmarks.measures.bootstrap import CLAIMS
from matcher.comparison.calibration import Calibration

MOST = 1.5
"""How far a measured rate may exceed its claim."""

ALL = "all sets"
"""What they are called together."""

REPLICATES = 2000
_LOW, _HIGH, _BOUND = 0.025, 0.975, 0.95

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Held:
    """One claim and what strangers show.

    Attributes:
        name: of the set; of several together.
        claim: FMR that is claimed.
        pairs: strangers.
        accepted: how many of them reach the claim.
        low, high: bounds of the measured rate through the claim when fingers are drawn again, 95 %.
        bound: what that stays below with 95 %; to be at most ``MOST``.
    """

    name: str
    claim: float
    pairs: int
    accepted: int
    low: float
    high: float
    bound: float

    @property
    def expected(self) -> float:
        """How many would reach it if the claim were true."""
        return self.claim * self.pairs

    @property
    def ratio(self) -> float:
        """Measured rate through the claim."""
        return self.accepted / self.expected

    @property
    def told(self) -> bool:
        """Whether enough are expected for the set to tell by itself."""
        return self.expected >= TOLD

    def as_json(self) -> dict[str, Any]:
        """Return it for ``calibration.json``."""
        return {
            "name": self.name,
            "claimed": self.claim,
            "pairs": self.pairs,
            "accepted": self.accepted,
            "expected": self.expected,
            "ratio": self.ratio,
            "interval": [self.low, self.high],
            "bound": self.bound,
            "told": self.told,
        }


def held_out(sets: Sequence[Strangers]) -> list[Held]:
    """Leave each set out in turn, and hold the claims of a calibration fitted to the others against its strangers.

    Strangers of one set but of several kinds are left out together. After the sets come, for each claim, those together
    that are too small to tell it by themselves, and all of them.
    """
    counted: list[_Counted] = []
    for dataset in dict.fromkeys(s.dataset for s in sets):
        fitted = fit([s for s in sets if s.dataset != dataset]).calibration(f"without {dataset}")
        counted += [_Counted.of(s, fitted) for s in sets if s.dataset == dataset]
    return [held for at in range(len(CLAIMS)) for held in _at_claim(counted, at)]


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    """How many strangers of a set reach each of the claims: as they are, and the rates in each draw of fingers."""

    name: str
    pairs: int
    accepted: NDArray[np.int64]
    drawn: Float

    @classmethod
    def of(cls, s: Strangers, calibration: Calibration) -> _Counted:
        levels = calibration.levels(s.scores, s.areas, s.ways)
        reached = levels[:, None] >= -10 * np.log10(CLAIMS) - 1e-9
        total = s.drawn(np.ones(s.scores.size), REPLICATES)
        counted = [s.drawn(column.astype(np.float64), REPLICATES) for column in reached.T]
        return cls(
            s.name, s.scores.size, reached.sum(axis=0), np.stack(counted, axis=1) / np.maximum(total, 1)[:, None]
        )


def _at_claim(counted: Sequence[_Counted], at: int) -> list[Held]:
    held = [_held(c.name, [c], at) for c in counted]
    small = [c for c, h in zip(counted, held, strict=True) if not h.told]
    together = [_held("sets too small to tell it alone", small, at)] if small else []
    return [*held, *together, _held(ALL, counted, at)]


def _held(name: str, counted: Sequence[_Counted], at: int) -> Held:
    pairs = sum(c.pairs for c in counted)
    rates = np.array([c.drawn[:, at] * c.pairs for c in counted]).sum(axis=0) / pairs / CLAIMS[at]
    low, high, bound = (float(np.quantile(rates, q)) for q in (_LOW, _HIGH, _BOUND))
    return Held(name, CLAIMS[at], pairs, sum(int(c.accepted[at]) for c in counted), low, high, bound)
