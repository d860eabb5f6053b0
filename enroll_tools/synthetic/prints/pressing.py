"""How a finger that is pressed and dragged lies on the glass: one part of its skin slips against the rest.

Two kinds. *Round*: an area under pressure sticks, the loose skin around it follows the finger (R. Cappelli, D. Maio,
D. Maltoni, Modelling plastic distortion in fingerprint images, ICAPR 2001). *Beyond a line*: what lies on one side of
the finger moves against the other; of fingers that were told to press and twist, places 150 px apart were seen to have
moved by 60 px and 10 to 17 degrees against each other. Between what sticks and what moves the slip fades, and no
faster than skin bears.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Jacobian = tuple[Float, Float, Float, Float]

STEEPEST = 0.5
"""Most by which skin is stretched or pressed together where the slip fades, as a part of the length, within ``LEVER``
of the middle; what a turn adds further out folds nothing on a print of usual size."""

LEVER = 75.0
"""Pixels: half of a print's usual width."""

LARGEST_TURN = 0.3
"""Radians: further a part of the skin does not turn against the rest."""

_PIXELS_PER_RADIAN = 300.0  # a slip of 60 px has turns with a standard deviation of 0.2, cut at two of them
_LEAST_BAND = 40.0
_AWAY = 20.0  # standard deviation of the middle of the slip from that of the print, pixels
_STEP = 0.5  # pixels between the points whose difference gives a derivative
_ROUNDS = 80

Kind = Literal["round", "line"]


@dataclass(frozen=True, slots=True)
class Pressing:
    """A smooth map between a print as it was pressed and as it would be unpressed; pixels at 500 dpi.

    Attributes:
        kind: where the skin moves: outside an ellipse, or beyond a line.
        centre: of the ellipse; a point of the line, about which what moves also turns.
        shift: of what moves, seen from the pressed print: pixels in x and y.
        turn: likewise, radians clockwise as seen.
        axes: semi-axes of the ellipse that sticks; of the other kind unused.
        across: direction beyond the line, radians from +x towards +y; of the round kind unused.
        band: pixels over which the slip fades in.
    """

    kind: Kind
    centre: tuple[float, float]
    shift: tuple[float, float]
    turn: float
    axes: tuple[float, float]
    across: float
    band: float

    def unpressed(self, x: Float, y: Float) -> tuple[Float, Float]:
        """Return the points of the unpressed print that are seen at points of the pressed one."""
        dx, dy = x - self.centre[0], y - self.centre[1]
        return slipped(x, y, self.centre, self.shift, self.turn, self._beyond(dx, dy))

    def pressed(self, x: Float, y: Float) -> tuple[Float, Float]:
        """Return where points of the unpressed print are seen: the inverse of :meth:`unpressed`.

        The map is the identity and a little that changes slowly, so that going back by what is missed converges.
        """
        u, v = x - self.shift[0] / 2, y - self.shift[1] / 2
        for _ in range(_ROUNDS):
            seen_x, seen_y = self.unpressed(u, v)
            u, v = u + x - seen_x, v + y - seen_y
        return u, v

    def jacobian(self, x: Float, y: Float) -> Jacobian:
        """Return the derivatives of :meth:`unpressed`: of its x by x and by y, of its y by x and by y."""
        return derivatives(self.unpressed, x, y)

    def _beyond(self, dx: Float, dy: Float) -> Float:
        """Return how far points are on the way from what sticks, 0, to what moves, 1."""
        if self.kind == "line":
            return np.asarray((dx * cos(self.across) + dy * sin(self.across)) / self.band + 0.5)
        reach = np.hypot(dx / self.axes[0], dy / self.axes[1]) - 1
        return np.asarray(reach * min(self.axes) / self.band)


def slipped(
    x: Float, y: Float, centre: tuple[float, float], shift: tuple[float, float], turn: float, beyond: Float
) -> tuple[Float, Float]:
    """Return points after a part of the skin has turned about a point and moved.

    Args:
        x: of the points, pixels.
        y: likewise.
        centre: about which it turns.
        shift: by which it moves.
        turn: radians clockwise as seen.
        beyond: how far each point is on the way from what sticks, 0 and less, to what moves, 1 and more.
    """
    dx, dy = x - centre[0], y - centre[1]
    c, s = cos(turn), sin(turn)
    loose = 0.5 - 0.5 * np.cos(pi * np.clip(beyond, 0, 1))
    return x + loose * (c * dx - s * dy + shift[0] - dx), y + loose * (s * dx + c * dy + shift[1] - dy)


def derivatives(mapped: Callable[[Float, Float], tuple[Float, Float]], x: Float, y: Float) -> Jacobian:
    """Return the derivatives of a map of points: of its x by x and by y, of its y by x and by y."""
    right, left = mapped(x + _STEP, y), mapped(x - _STEP, y)
    below, above = mapped(x, y + _STEP), mapped(x, y - _STEP)
    width = 2 * _STEP
    return (
        (right[0] - left[0]) / width,
        (below[0] - above[0]) / width,
        (right[1] - left[1]) / width,
        (below[1] - above[1]) / width,
    )


def draw_pressing(rng: np.random.Generator, middle: tuple[float, float], strength: float) -> Pressing:
    """Draw how a finger is pressed, either kind as often.

    Draws do not depend on the strength: of one state of the source, a stronger slip is the same one, further.

    Args:
        rng: source of the draws.
        middle: of the print, pixels.
        strength: length of the shift in pixels, at least 0.
    """
    centre = (middle[0] + float(rng.normal(0, _AWAY)), middle[1] + float(rng.normal(0, _AWAY)))
    direction, across = (float(drawn) for drawn in rng.uniform(0, 2 * pi, 2))
    turn = float(np.clip(np.clip(rng.normal(), -2, 2) * strength / _PIXELS_PER_RADIAN, -LARGEST_TURN, LARGEST_TURN))
    axes = (float(rng.uniform(35, 70)), float(rng.uniform(45, 90)))
    fading = float(rng.uniform(0.8, 1.6))
    shift = (strength * cos(direction), strength * sin(direction))
    # A cosine from 0 to 1 is steepest in its middle: pi / 2 over its width.
    bearable = pi * (strength + LEVER * abs(turn)) / (2 * STEEPEST)
    if rng.random() < 0.5:
        return Pressing("round", centre, shift, turn, axes, across, max(fading * min(axes), bearable))
    return Pressing("line", centre, shift, turn, axes, across, max(_LEAST_BAND, bearable))


def directions_after(jacobian: Jacobian, angle: Float) -> Float:
    """Return directions after a map whose inverse has these derivatives there.

    Args:
        jacobian: of the inverse map, at the places after the map; its determinant is positive.
        angle: directions before the map, radians counter-clockwise as seen.

    Returns:
        Float64, in (-pi, pi].
    """
    a, b, c, d = jacobian
    along, down = np.cos(angle), -np.sin(angle)
    seen_x, seen_y = d * along - b * down, a * down - c * along  # the determinant is positive: its size is nothing
    turned = np.arctan2(-seen_y, seen_x)
    return np.where(turned <= -np.pi, np.pi, turned)
