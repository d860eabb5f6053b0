"""From raw comparison scores to false match rates, the only scores that leave this library.

A level is ``-10 log10 FMR``: 30 stands for 1 in 1000, 40 for 1 in 10 000. Strangers are the more alike the less of
their fingers is seen, and the more their minutiae all point one way: between such prints a score claims less.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matcher.comparison.compare import Comparison
from matcher.comparison.params import comparator_id
from matcher.errors import MatcherError

CALIBRATION_FORMAT = "idverify-calibration-2"

FILE_NAME = "calibration_v4.json"
"""Of the calibration that ships with the package, in its folder ``models``."""

LOWEST_FMR = 1e-12
"""No claim goes below it: nobody has that many fingers."""


class CalibrationIncompatibleError(MatcherError):
    """A calibration is damaged, or was fitted to another comparator than the one in use."""

    reason = "CALIBRATION_INCOMPATIBLE"


@dataclass(frozen=True, slots=True)
class Table:
    """A piecewise linear map; beyond its ends it stays.

    Attributes:
        of, to: float64, shape (k,): its knots, ``of`` ascending.
    """

    of: tuple[float, ...]
    to: tuple[float, ...]

    @classmethod
    def read(cls, knots: Sequence[Sequence[float]]) -> Table:
        """Make one of rows of two numbers, at least one.

        Raises:
            ValueError, TypeError, IndexError: they are not.
        """
        found = cls(tuple(float(knot[0]) for knot in knots), tuple(float(knot[1]) for knot in knots))
        if not found.of or not np.isfinite([found.of, found.to]).all() or (np.diff(found.of) <= 0).any():
            raise ValueError("the knots do not ascend")
        return found

    def at(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return what values are mapped to, float64, their shape."""
        return np.asarray(np.interp(np.asarray(values, np.float64), self.of, self.to), np.float64)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Monotone maps from raw scores to levels, one for each kind of prints.

    Attributes:
        id: name and version.
        comparator: :func:`~matcher.comparison.params.comparator_id` of the comparator it was fitted to.
        scores: from raw scores to levels for the best prints, both ascending, the first level 0; beyond the last score
            it goes on straight.
        areas: levels less, by the area of the smaller print; falling, none of the largest.
        ways: levels less, by how much minutiae point one way in both prints; ascending from none.
        handicaps: what is taken off in all, by the sum of both: not less than it, ascending from 0; of levels below
            twice that only a part.
        extrapolated_below: FMR that too few impostor scores reach to be measured; below it the fitted tail speaks.
        provenance: what it was fitted to.
    """

    id: str
    comparator: str
    scores: Table
    areas: Table
    ways: Table
    handicaps: Table
    extrapolated_below: float
    provenance: dict[str, Any] = field(default_factory=dict, compare=False)

    def levels(self, raw: ArrayLike, area: ArrayLike, one_way: ArrayLike) -> NDArray[np.float64]:
        """Return the levels of raw scores between such prints, in [0, 120]; float64, their shape.

        Args:
            raw: scores.
            area: :attr:`~matcher.comparison.compare.Comparison.area` of each.
            one_way: :attr:`~matcher.comparison.compare.Comparison.one_way` of each.
        """
        beyond = np.maximum(np.asarray(raw, np.float64) - self.scores.of[-1], 0)
        level = self.scores.at(raw) + self._slope * beyond
        less = self.handicaps.at(self.areas.at(area) + self.ways.at(one_way))
        # Where as much or more would be taken off as is left, a part is: what scores say of low levels is not lost.
        left = np.where(level >= 2 * less, level - less, level**2 / np.maximum(4 * less, 1e-9))
        return np.asarray(np.clip(left, 0, -10 * np.log10(LOWEST_FMR)))

    def level(self, found: Comparison | float) -> float:
        """Return the level of a comparison, in [0, 120]; of a raw score alone as if it were of the worst prints."""
        if isinstance(found, Comparison):
            return float(self.levels(found.score, found.area, found.one_way))
        return float(self.levels(found, 0.0, 1.0))

    def fmr(self, found: Comparison | float) -> float:
        """Return the false match rate of what :meth:`level` takes, in [1e-12, 1]: how often strangers score as high."""
        return float(10 ** (-self.level(found) / 10))

    def raw_at(self, level: float) -> float:
        """Return the lowest raw score that has a level, whatever the prints; without an end."""
        less = float(self.handicaps.at(self.areas.to[0] + self.ways.to[-1]))
        wanted = level + less if level >= less else 2 * sqrt(level * less)
        beyond = max(wanted - self.scores.to[-1], 0.0)
        return float(np.interp(wanted, self.scores.to, self.scores.of)) + beyond / self._slope

    @property
    def _slope(self) -> float:
        return (self.scores.to[-1] - self.scores.to[-2]) / (self.scores.of[-1] - self.scores.of[-2])


def read_calibration(text: str) -> Calibration:
    """Read a stored calibration.

    Raises:
        CalibrationIncompatibleError: damaged, of another format, or fitted to another comparator.
    """
    try:
        stored: dict[str, Any] = json.loads(text)
        if stored["format"] != CALIBRATION_FORMAT:
            raise CalibrationIncompatibleError(f"the calibration has another format than {CALIBRATION_FORMAT}")
        found = Calibration(
            str(stored["id"]),
            str(stored["comparator"]),
            scores=Table.read(stored["knots"]),
            areas=Table.read(stored["areas"]),
            ways=Table.read(stored["ways"]),
            handicaps=Table.read(stored["handicaps"]),
            extrapolated_below=float(stored["extrapolated_below"]),
            provenance=dict(stored["provenance"]),
        )
    except (ValueError, KeyError, TypeError, IndexError):
        raise CalibrationIncompatibleError("the calibration cannot be read; fit it again or reinstall") from None
    _require_sound(found)
    return found


def _require_sound(calibration: Calibration) -> None:
    scores, areas, ways, handicaps = calibration.scores, calibration.areas, calibration.ways, calibration.handicaps
    ascending = len(scores.to) >= 2 and bool((np.diff(scores.to) > 0).all())
    if not ascending or scores.to[0] != 0 or not 0 < calibration.extrapolated_below < 1:
        raise CalibrationIncompatibleError("the calibration's knots do not ascend from level 0")
    by_prints = (areas.to[::-1], ways.to, handicaps.to)
    if any(less[0] != 0 or bool((np.diff(less) < 0).any()) for less in by_prints):
        raise CalibrationIncompatibleError("what the calibration takes off does not ascend from 0 as prints get worse")
    if calibration.comparator != comparator_id():
        raise CalibrationIncompatibleError("the calibration was fitted to another comparator; fit one for this")


def default_calibration() -> Calibration:
    """Read the calibration that ships with the package."""
    return read_calibration(files("matcher").joinpath("models", FILE_NAME).read_text(encoding="utf-8"))
