"""Where the ridges run: singularities of a pattern class and the direction field around them.

Zero-pole model (Sherlock and Monro 1993) with corrections per singularity (Vizcaya and Gerhardt 1996). Class mix: the
natural one of SFinGe 2.0. Angles as in :mod:`matcher.types`: counter-clockwise from +x, as seen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from enroll_tools.synthetic.prints.params import MasterParams
from enroll_tools.synthetic.prints.randomness import draw

Float = NDArray[np.float64]
Point = tuple[float, float]

_HARMONICS = 3  # of the correction around a singularity


class PatternClass(Enum):
    """Henry's five classes."""

    ARCH = "arch"
    TENTED_ARCH = "tented arch"
    LEFT_LOOP = "left loop"
    RIGHT_LOOP = "right loop"
    WHORL = "whorl"


CLASS_MIX = {
    PatternClass.ARCH: 0.037,
    PatternClass.TENTED_ARCH: 0.029,
    PatternClass.LEFT_LOOP: 0.338,
    PatternClass.RIGHT_LOOP: 0.317,
    PatternClass.WHORL: 0.279,
}


@dataclass(frozen=True, slots=True)
class Singularities:
    """Cores and deltas of a print, as (x, y) in pixels of the master frame; deltas may lie outside the finger."""

    cores: tuple[Point, ...]
    deltas: tuple[Point, ...]


def draw_class(rng: np.random.Generator) -> PatternClass:
    """Draw a class with its natural frequency."""
    classes = list(CLASS_MIX)
    return classes[int(rng.choice(len(classes), p=list(CLASS_MIX.values())))]


def draw_singularities(rng: np.random.Generator, pattern: PatternClass, params: MasterParams) -> Singularities:
    """Place the singularities of a class; x to the right, y down."""
    x = params.width * rng.uniform(0.44, 0.56)
    y = params.height * rng.uniform(0.40, 0.50)
    if pattern is PatternClass.ARCH:
        return Singularities((), ())
    if pattern is PatternClass.TENTED_ARCH:
        return Singularities(((x, y),), ((x + rng.uniform(-6, 6), y + rng.uniform(60, 110)),))
    right = _delta(rng, x, y, +1)
    left = _delta(rng, x, y, -1)
    if pattern is PatternClass.LEFT_LOOP:
        return Singularities(((x, y),), (right,))
    if pattern is PatternClass.RIGHT_LOOP:
        return Singularities(((x, y),), (left,))
    half = rng.uniform(10, 32)
    lean = rng.uniform(-10, 10)
    return Singularities(((x + lean, y - half), (x - lean, y + half)), (left, right))


def _delta(rng: np.random.Generator, x: float, y: float, side: int) -> Point:
    return x + side * rng.uniform(85, 125), y + rng.uniform(75, 135)


def orientation_field(
    rng: np.random.Generator, pattern: PatternClass, singularities: Singularities, params: MasterParams
) -> Float:
    """Return the direction of the ridges, float64 (height, width), radians in [0, pi)."""
    y, x = np.mgrid[: params.height, : params.width].astype(np.float64)
    total = np.zeros_like(x)
    for sign, points in ((1, singularities.cores), (-1, singularities.deltas)):
        for px, py in points:
            total += sign * _corrected(rng, np.arctan2(py - y, x - px), params.singularity_warp)
    field = 0.5 * total + _arching(rng, x, y, params)
    if pattern is PatternClass.ARCH:
        field += _arch(rng, x, y, params)
    return np.asarray(np.mod(field, np.pi))


def _corrected(rng: np.random.Generator, angle: Float, warp: float) -> Float:
    """Apply g(a) = a + u(a) with a random u of period 2 pi and of ``warp`` root mean square.

    Vizcaya and Gerhardt make u piecewise linear over eight sectors; three harmonics have as much freedom, and ridges
    without kinks.
    """
    weights = rng.normal(0, warp / math.sqrt(_HARMONICS), (_HARMONICS, 2))
    bends = [a * np.cos(k * angle) + b * np.sin(k * angle) for k, (a, b) in enumerate(weights, start=1)]
    return np.asarray(angle + np.clip(np.sum(bends, axis=0), -2 * warp, 2 * warp))


def _arching(rng: np.random.Generator, x: Float, y: Float, params: MasterParams) -> Float:
    """Bend the ridges down on both sides of the tip, fading out towards the joint."""
    across = (x - params.width / 2) / (params.width / 2)
    down = np.clip(y / params.height, 0, 1)
    return np.asarray(-2 * draw(rng, params.arching) * across * (1 - down) ** 1.5)


def _arch(rng: np.random.Generator, x: Float, y: Float, params: MasterParams) -> Float:
    """Raise the ridges of an arch in the middle: a hill, highest around the middle of the finger."""
    centre = params.width * rng.uniform(0.46, 0.54)
    across = (x - centre) / (0.22 * params.width)
    down = (y - params.height * rng.uniform(0.5, 0.6)) / (0.22 * params.height)
    slope = -rng.uniform(1.2, 2.2) * across * np.exp(-0.5 * across**2) * np.exp(-0.5 * down**2)
    return np.asarray(np.arctan(slope))
