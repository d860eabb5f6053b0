"""The one map from a sensor's pixels to the finger's: rotation, translation, and the way skin stretches.

Skin model of Cappelli, Maio and Maltoni 2001 ("Modelling plastic distortion in fingerprint images"): an ellipse under
pressure sticks to the glass, the skin far outside follows the finger's movement, and in between it stretches.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from enroll_tools.synthetic.prints.params import ImpressionParams
from enroll_tools.synthetic.prints.pressing import (
    Float,
    Jacobian,
    Pressing,
    derivatives,
    directions_after,
    draw_pressing,
    slipped,
)
from enroll_tools.synthetic.prints.randomness import draw


@dataclass(frozen=True, slots=True, eq=False)
class SkinMap:
    """Maps (x, y) on the sensor to (x, y) on the master; pixels at 500 dpi on both sides.

    Attributes:
        rotation: radians, counter-clockwise as seen, by which the finger is turned on the sensor.
        sensor_centre, master_centre: points that correspond before slip.
        pressure_centre, pressure_axes: ellipse under pressure, in master pixels.
        slip, twist: how the loose skin moves against it: pixels (x, y) and radians.
        plasticity: width of the transition in units of the ellipse.
        bumps: rows of centre x, centre y, radius, dx, dy in master pixels: smooth displacements on top.
        pressing: a further slip, of what is seen on the sensor; None without.
    """

    rotation: float
    sensor_centre: tuple[float, float]
    master_centre: tuple[float, float]
    pressure_centre: tuple[float, float]
    pressure_axes: tuple[float, float]
    slip: tuple[float, float]
    twist: float
    plasticity: float
    bumps: Float
    pressing: Pressing | None = None

    def to_master(self, x: Float, y: Float) -> tuple[Float, Float]:
        """Return the points of the master that are seen at the sensor's points (x, y)."""
        if self.pressing is not None:
            x, y = self.pressing.unpressed(x, y)
        dx, dy = x - self.sensor_centre[0], y - self.sensor_centre[1]
        cosine, sine = math.cos(self.rotation), math.sin(self.rotation)
        # y points down: turning the finger counter-clockwise by a is undone by this matrix.
        u = self.master_centre[0] + cosine * dx - sine * dy
        v = self.master_centre[1] + sine * dx + cosine * dy
        return self._stretched(u, v)

    def to_sensor(self, x: Float, y: Float) -> tuple[Float, Float]:
        """Return where points of the master are seen: the inverse of :meth:`to_master`, by Newton's method."""
        if self.pressing is not None:
            return self.pressing.pressed(*replace(self, pressing=None).to_sensor(x, y))
        cosine, sine = math.cos(self.rotation), math.sin(self.rotation)
        dx, dy = x - self.master_centre[0], y - self.master_centre[1]
        u = self.sensor_centre[0] + cosine * dx + sine * dy
        v = self.sensor_centre[1] - sine * dx + cosine * dy
        for _ in range(20):
            px, py = self.to_master(u, v)
            a, b, c, d = self.jacobian(u, v)
            ex, ey = x - px, y - py
            determinant = a * d - b * c
            u, v = u + (d * ex - b * ey) / determinant, v + (a * ey - c * ex) / determinant
        return u, v

    def jacobian(self, x: Float, y: Float) -> Jacobian:
        """Return d(master x)/dx, d(master x)/dy, d(master y)/dx, d(master y)/dy at points of the sensor."""
        return derivatives(self.to_master, x, y)

    def angle_to_sensor(self, x: Float, y: Float, angle: Float) -> Float:
        """Return the directions, in (-pi, pi], that master directions have at points (x, y) of the sensor."""
        return directions_after(self.jacobian(x, y), angle)

    def _stretched(self, u: Float, v: Float) -> tuple[Float, Float]:
        dx, dy = u - self.pressure_centre[0], v - self.pressure_centre[1]
        distance = np.hypot(dx / self.pressure_axes[0], dy / self.pressure_axes[1]) - 1
        x, y = slipped(u, v, self.pressure_centre, self.slip, self.twist, distance / self.plasticity)
        for centre_x, centre_y, radius, shift_x, shift_y in self.bumps:
            weight = np.exp(-((u - centre_x) ** 2 + (v - centre_y) ** 2) / (2 * radius**2))
            x, y = x + weight * shift_x, y + weight * shift_y
        return x, y


def draw_map(
    rng: np.random.Generator,
    master_centre: tuple[float, float],
    semi_axes: tuple[float, float],
    params: ImpressionParams,
) -> SkinMap:
    """Draw how the finger lies on the sensor and how its skin is stretched.

    Args:
        rng: source of the draws.
        master_centre: middle of the touching area, which comes near the middle of the sensor.
        semi_axes: of the touching area, in pixels.
        params: constants of the impression.
    """
    sigma = math.radians(params.rotation)
    shift = rng.normal(0, params.translation, 2)
    pressed = draw(rng, (0.45, 0.6))
    offset = rng.normal(0, 0.08, 2) * semi_axes
    count = int(rng.integers(2, 5))
    places = np.array(master_centre) + rng.uniform(-0.8, 0.8, (count, 2)) * semi_axes
    bumps = np.column_stack([places, rng.uniform(40, 90, count), rng.normal(0, params.bumps, (count, 2))])
    seen = ((params.width - 1) / 2 + float(shift[0]), (params.height - 1) / 2 + float(shift[1]))
    found = SkinMap(
        rotation=float(np.clip(rng.normal(0, sigma), -3 * sigma, 3 * sigma)),
        sensor_centre=seen,
        master_centre=master_centre,
        pressure_centre=(master_centre[0] + float(offset[0]), master_centre[1] + float(offset[1])),
        pressure_axes=(pressed * semi_axes[0], pressed * semi_axes[1]),
        slip=_slip(rng, params.slip),
        twist=math.radians(draw(rng, (-params.twist, params.twist))),
        plasticity=draw(rng, params.plasticity),
        bumps=bumps,
    )
    # Drawn last: where nothing is pressed, prints are what they were.
    return replace(found, pressing=draw_pressing(rng, seen, params.pressed)) if params.pressed else found


def _slip(rng: np.random.Generator, longest: float) -> tuple[float, float]:
    """Draw a movement of up to ``longest`` pixels in any direction."""
    length, direction = rng.uniform(0, longest), rng.uniform(0, 2 * np.pi)
    return float(length * np.cos(direction)), float(length * np.sin(direction))
