"""The constants of synthetic templates, fitted to real prints and stored as JSON with what they were fitted to.

They are aggregates over all impressions of the databases named in the model's file; nothing in it belongs to one print.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from enroll_tools.synthetic.templates.constants import COMPANY, FingerConstants, Sensor, TouchConstants
from matcher.params import params_id

POPULATION_FORMAT = "idverify-population-1"
_DEFAULT = "population_v1.json"


class PopulationModelInvalidError(Exception):
    """A stored population model is damaged or of another format."""


@dataclass(frozen=True, slots=True, eq=False)
class PopulationModel:
    """All constants of a population of templates.

    Attributes:
        finger: of the fingers.
        touch: of their impressions.
        sensors: equally frequent; a finger keeps to one.
        quality: ascending qualities of found minutiae at equally spaced ranks from 0 to 1.
        provenance: what the model was fitted to.
    """

    finger: FingerConstants
    touch: TouchConstants
    sensors: tuple[Sensor, ...]
    quality: tuple[float, ...]
    provenance: dict[str, Any]

    @property
    def id(self) -> str:
        """Name of the constants: equal names and seeds, equal templates."""
        sensors = tuple(tuple(sensor) for sensor in self.sensors)
        return f"population-{params_id(_Constants(tuple(self.finger), tuple(self.touch), sensors, self.quality))}"

    def tables(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the sensors, shape (s, 10), and the qualities as compiled loops take them."""
        return np.array(self.sensors, np.float64), np.array(self.quality, np.float64)


@dataclass(frozen=True, slots=True)
class _Constants:
    """All constants, those that are many without their names: as populations have been named ever since."""

    finger: tuple[Any, ...]
    touch: tuple[float, ...]
    sensors: tuple[tuple[float, ...], ...]
    quality: tuple[float, ...]


def read_population_model(text: str) -> PopulationModel:
    """Read a stored model.

    Raises:
        PopulationModelInvalidError: damaged, of another format, or with a value that is no number.
    """
    try:
        stored: dict[str, Any] = json.loads(text)
        if stored["format"] != POPULATION_FORMAT:
            raise PopulationModelInvalidError(f"the population model has another format than {POPULATION_FORMAT}")
        model = PopulationModel(
            FingerConstants(**{name: _value(v) for name, v in stored["finger"].items()}),
            TouchConstants(**{name: float(v) for name, v in stored["touch"].items()}),
            tuple(Sensor(**{name: float(v) for name, v in sensor.items()}) for sensor in stored["sensors"]),
            tuple(float(q) for q in stored["quality"]),
            dict(stored["provenance"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise PopulationModelInvalidError("the population model cannot be read; fit it again or reinstall") from None
    quality = np.array(model.quality)
    numbers = np.concatenate([np.hstack(model.finger), model.touch, np.ravel(model.sensors), quality])
    if not len(model.finger.company) == len(model.finger.facing) == len(COMPANY):
        raise PopulationModelInvalidError("the population model has another number of bands of distance")
    if not np.isfinite(numbers).all():
        raise PopulationModelInvalidError("the population model holds a value that is no finite number")
    ascending = quality.size >= 2 and quality[0] >= 0 and quality[-1] <= 1 and bool((np.diff(quality) >= 0).all())
    if not model.sensors or not ascending:
        raise PopulationModelInvalidError("the population model has no sensor, or qualities do not ascend in [0, 1]")
    return model


def _value(stored: Any) -> Any:
    return tuple(float(v) for v in stored) if isinstance(stored, list) else float(stored)


def write_population_model(model: PopulationModel) -> str:
    """Return the JSON of a model."""

    def rounded(constants: NamedTuple) -> dict[str, Any]:
        return {name: np.round(value, 6).tolist() for name, value in constants._asdict().items()}

    content = {
        "format": POPULATION_FORMAT,
        "finger": rounded(model.finger),
        "touch": rounded(model.touch),
        "sensors": [rounded(sensor) for sensor in model.sensors],
        "quality": [round(q, 4) for q in model.quality],
        "provenance": model.provenance,
    }
    return json.dumps(content, indent=2) + "\n"


def default_population_model() -> PopulationModel:
    """Read the model that ships with the package."""
    return read_population_model(
        files("enroll_tools.synthetic.templates").joinpath("models", _DEFAULT).read_text(encoding="utf-8")
    )
