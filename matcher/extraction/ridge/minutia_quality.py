"""Quality of a minutia: how likely a better look would find it too. A logistic of what is measured around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.extraction.ridge._tracing_kernels import FORK
from matcher.extraction.ridge.minutiae import LineEnds, at_places
from matcher.types import FloatArray, MinutiaKind

Float = NDArray[np.float64]

FEATURES = (
    "one",
    "coherence",
    "coherence squared",
    "wave",
    "strength",
    "strength squared",
    "contrast",
    "near edge",
    "bend",
    "short line",
    "fork",
    "crowd",
    "nearest",
    "bifurcation",
)
# By benchmarks/training/ridge_quality.py: whether LEADER finds the candidate too (quality 0.5, within 10 px and 25
# degrees), on the six sets B of FVC2002 and FVC2004 that the docs name. Without a database the area under its curve is
# 0.94 to 0.97, with it no more than 0.002 better. Fitted before the last constants were settled: fitted again the mean
# EER is 1.69, not 1.59 %, which is within chance.
WEIGHTS = (-6.68, 10.48, -7.91, 3.29, 27.1, -14.87, -2.34, -0.7, -1.69, -0.55, 0.01, -0.15, -3.29, -0.01)

_DEEP = 24.0  # pixels: farther from the edge it does not matter
_LONG = 24.0
_CROWD = 24.0  # radius, pixels
_APART = 16.0


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What is measured on the grid of cells: float32, shape (rows, columns).

    Attributes:
        coherence: of the orientation.
        wave: share of the strongest wave across the ridges.
        strength: mean absolute response of the oriented filter.
        deviation: local standard deviation, grey levels.
    """

    coherence: FloatArray
    wave: FloatArray
    strength: FloatArray
    deviation: FloatArray


def features(found: LineEnds, depth: Float, around: Surroundings) -> Float:
    """Return the features of every end, float64, shape (n, len(FEATURES)).

    Args:
        found: the ends.
        depth: of each, see :func:`matcher.extraction.ridge.false_minutiae.depth_ahead`.
        around: the fields.
    """
    coherence, wave, strength, deviation = (
        at_places(field, found.x, found.y)
        for field in (around.coherence, around.wave, around.strength, around.deviation)
    )
    distance = np.hypot(found.x[:, None] - found.x[None], found.y[:, None] - found.y[None]).astype(np.float64)
    np.fill_diagonal(distance, np.inf)
    nearest = distance.min(axis=1, initial=_APART)
    columns = (
        np.ones(len(found)),
        coherence,
        coherence**2,
        wave,
        strength,
        strength**2,
        np.log1p(deviation / 10),
        np.clip(1 - depth / _DEEP, 0, 1),
        found.bend,
        1 - np.minimum(found.length, _LONG) / _LONG,
        found.comes_to == FORK,
        np.minimum((distance < _CROWD).sum(axis=1), 6),
        1 - nearest / _APART,
        found.kind == MinutiaKind.BIFURCATION,
    )
    return np.stack([np.asarray(column, np.float64) for column in columns], axis=1)


def quality(measured: Float) -> FloatArray:
    """Return the quality of every row of :func:`features`, in (0, 1)."""
    chance = 1 / (1 + np.exp(-np.clip(measured @ np.array(WEIGHTS), -30, 30)))
    return np.asarray(chance, np.float32)
