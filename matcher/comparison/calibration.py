"""From raw comparison scores to false match rates, the only scores that leave this library.

A level is ``-10 log10 FMR``: 30 stands for 1 in 1000, 40 for 1 in 10 000.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import numpy as np

from matcher.comparison.params import comparator_id
from matcher.errors import MatcherError

CALIBRATION_FORMAT = "idverify-calibration-1"
_DEFAULT = "calibration_v1.json"

LOWEST_FMR = 1e-12
"""No claim goes below it: nobody has that many fingers."""


class CalibrationIncompatibleError(MatcherError):
    """A calibration is damaged, or was fitted to another comparator than the one in use."""

    reason = "CALIBRATION_INCOMPATIBLE"


@dataclass(frozen=True, slots=True)
class Calibration:
    """A monotone map from raw scores to levels, piecewise linear between knots and beyond the last.

    Attributes:
        id: name and version.
        comparator: :func:`~matcher.comparison.params.comparator_id` of the comparator it was fitted to.
        raw: raw scores of the knots, ascending.
        level_knots: levels of the knots, ascending from 0.
        extrapolated_below: FMR that too few impostor scores reach to be measured; below it the fitted tail speaks.
        provenance: what it was fitted to.
    """

    id: str
    comparator: str
    raw: tuple[float, ...]
    level_knots: tuple[float, ...]
    extrapolated_below: float
    provenance: dict[str, Any] = field(default_factory=dict, compare=False)

    def level(self, raw: float) -> float:
        """Return the level of a raw score, in [0, 120]."""
        if raw >= self.raw[-1]:
            slope = (self.level_knots[-1] - self.level_knots[-2]) / (self.raw[-1] - self.raw[-2])
            beyond = self.level_knots[-1] + slope * (raw - self.raw[-1])
            return min(beyond, -10 * float(np.log10(LOWEST_FMR)))
        return float(np.interp(raw, self.raw, self.level_knots))

    def raw_at(self, level: float) -> float:
        """Return the lowest raw score of a level, the inverse of :meth:`level`; beyond the last knot without an end."""
        if level > self.level_knots[-1]:
            slope = (self.raw[-1] - self.raw[-2]) / (self.level_knots[-1] - self.level_knots[-2])
            return self.raw[-1] + slope * (level - self.level_knots[-1])
        return float(np.interp(level, self.level_knots, self.raw))

    def fmr(self, raw: float) -> float:
        """Return the false match rate at a raw score, in [1e-12, 1]: how often an impostor pair scores as high."""
        return float(10 ** (-self.level(raw) / 10))


def read_calibration(text: str) -> Calibration:
    """Read a stored calibration.

    Raises:
        CalibrationIncompatibleError: damaged, of another format, or fitted to another comparator.
    """
    try:
        stored: dict[str, Any] = json.loads(text)
        if stored["format"] != CALIBRATION_FORMAT:
            raise CalibrationIncompatibleError(f"the calibration has another format than {CALIBRATION_FORMAT}")
        raw, level = (tuple(float(k[i]) for k in stored["knots"]) for i in (0, 1))
        found = Calibration(
            str(stored["id"]),
            str(stored["comparator"]),
            raw,
            level,
            float(stored["extrapolated_below"]),
            dict(stored["provenance"]),
        )
    except (ValueError, KeyError, TypeError, IndexError):
        raise CalibrationIncompatibleError("the calibration cannot be read; fit it again or reinstall") from None
    _require_sound(found)
    return found


def _require_sound(calibration: Calibration) -> None:
    knots = np.array([calibration.raw, calibration.level_knots])
    ascending = knots.shape[1] >= 2 and bool((np.diff(knots) > 0).all()) and bool(np.isfinite(knots).all())
    if not ascending or calibration.level_knots[0] != 0 or not 0 < calibration.extrapolated_below < 1:
        raise CalibrationIncompatibleError("the calibration's knots do not ascend from level 0")
    if calibration.comparator != comparator_id():
        raise CalibrationIncompatibleError("the calibration was fitted to another comparator; fit one for this")


def default_calibration() -> Calibration:
    """Read the calibration that ships with the package."""
    return read_calibration(files("matcher").joinpath("models", _DEFAULT).read_text(encoding="utf-8"))
