"""The finger: a ridge pattern without noise, with its minutiae known exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from enroll_tools.synthetic.prints.dislocations import find_dislocations, minutia_angles, minutia_kinds
from enroll_tools.synthetic.prints.growth import RidgeWave, grow
from enroll_tools.synthetic.prints.orientation import (
    PatternClass,
    Singularities,
    draw_class,
    draw_singularities,
    orientation_field,
)
from enroll_tools.synthetic.prints.params import DEFAULT_MASTER, MasterParams
from enroll_tools.synthetic.prints.randomness import Seed, draw, generator, smooth_field
from matcher.types import PIXELS_PER_MM, FloatArray, Template

TRUTH = "synthetic-truth-1"


@dataclass(frozen=True, slots=True, eq=False)
class Master:
    """One synthetic finger at 500 dpi, frame as in :mod:`matcher.types`.

    Attributes:
        pattern: float32 (height, width) in [-1, 1], ridges positive.
        orientation: float64 (height, width), direction of the ridges, radians in [0, pi).
        period: float64 (height, width), ridge period in pixels.
        mask: bool (height, width), where the finger is.
        semi_axes: of the finger's ellipse around the middle of the frame, pixels.
        minutiae: all minutiae inside the finger's ellipse; no extractor found them, so they have no quality.
        pattern_class, singularities: what the orientation was made from.
    """

    pattern: FloatArray
    orientation: NDArray[np.float64]
    period: NDArray[np.float64]
    mask: NDArray[np.bool_]
    semi_axes: tuple[float, float]
    minutiae: Template
    pattern_class: PatternClass
    singularities: Singularities


def make_master(seed: Seed, pattern_class: PatternClass | None = None, params: MasterParams = DEFAULT_MASTER) -> Master:
    """Make a finger.

    Args:
        seed: equal seeds give equal fingers.
        pattern_class: None draws one with its natural frequency.
        params: constants of the generator.
    """
    rng = generator(seed)
    drawn = draw_class(rng)
    chosen = drawn if pattern_class is None else pattern_class
    singularities = draw_singularities(rng, chosen, params)
    orientation = orientation_field(rng, chosen, singularities, params)
    period = _period_field(rng, params)
    semi_axes = (draw(rng, params.half_width), draw(rng, params.half_height))
    y, x = np.mgrid[: params.height, : params.width].astype(np.float64)
    mask = _on_finger(x, y, semi_axes, params)
    wanted = round(draw(rng, params.density) * float(mask.sum()) / PIXELS_PER_MM**2)
    wave = grow(rng, orientation, period, mask, wanted, params)
    minutiae = _minutiae(wave, orientation, semi_axes, params)
    return Master(wave.pattern, orientation, period, mask, semi_axes, minutiae, chosen, singularities)


def _period_field(rng: np.random.Generator, params: MasterParams) -> NDArray[np.float64]:
    """Draw the ridge period: one base value, wider towards the joint, smoothly varied."""
    shape = (params.height, params.width)
    down = np.linspace(0, 1, params.height)[:, None]
    widening = 1 + (draw(rng, params.lower_widening) - 1) / (1 + np.exp(-(down - 0.7) / 0.06))
    varied = 1 + params.period_variation * np.clip(smooth_field(rng, shape, 4), -2, 2)
    return np.asarray(draw(rng, params.period) * widening * varied, dtype=np.float64)


def _on_finger(
    x: NDArray[np.float64], y: NDArray[np.float64], semi_axes: tuple[float, float], params: MasterParams
) -> NDArray[np.bool_]:
    across = (x - (params.width - 1) / 2) / semi_axes[0]
    down = (y - (params.height - 1) / 2) / semi_axes[1]
    return np.asarray(across**2 + down**2 <= 1)


def _minutiae(
    wave: RidgeWave, orientation: NDArray[np.float64], semi_axes: tuple[float, float], params: MasterParams
) -> Template:
    found = find_dislocations(wave.even, wave.odd, orientation)
    angle = minutia_angles(found, orientation)
    kind = minutia_kinds(found, angle, wave.pattern)
    # Asked of the place itself: dislocations lie between pixels, and the nearest may be inside where they are not.
    inside = _on_finger(found.x, found.y, semi_axes, params)
    return Template(
        x=found.x[inside].astype(np.float32),
        y=found.y[inside].astype(np.float32),
        angle=angle[inside].astype(np.float32),
        kind=kind[inside],
        quality=None,
        width=params.width,
        height=params.height,
        extractor=TRUTH,
    )
