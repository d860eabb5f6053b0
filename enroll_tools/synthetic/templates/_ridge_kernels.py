"""Compiled: the ridges' direction at a point and how they splay there, in closed form; no raster is made.

The field is that of :mod:`enroll_tools.synthetic.prints.orientation`: zero-pole (Sherlock and Monro 1993), corrections
around every singularity (Vizcaya and Gerhardt 1996) and, for arches, a hill. Its arching is stronger: on both sides of
a real print ridges are steeper than zero-pole has them, most of all on the open side of a loop, down to where the flow
turns level above the joint.
"""

from __future__ import annotations

from math import atan, atan2, cos, exp, pi, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from enroll_tools.synthetic.templates._random_kernels import Stream, normal, uniform
from enroll_tools.synthetic.templates.constants import FingerConstants
from matcher._compiled import compiled

Float = NDArray[np.float64]

HARMONICS = 3  # of the correction around a singularity
WAVES = 3
MOST_SINGULARITIES = 4
_ARCHING, _LEAN, _FOOT, _SOFT, _HILL, _HILL_X, _HILL_Y = range(7)
_NEAREST = 25.0  # square pixels: nearer to a singularity there is no splay to speak of


@compiled
def draw_field(stream: Stream, c: FingerConstants) -> tuple[Float, Float, Float]:
    """Draw where the ridges of a finger run.

    Returns:
        Singularities, shape (s, 9): x, y, sign (+1 core, -1 delta), cosine and sine amplitudes of three harmonics;
        bends, shape (7,); waves, shape (3, 4): amplitude, phase, radians per pixel along x and y.
    """
    points = np.empty((MOST_SINGULARITIES, 3 + 2 * HARMONICS))
    x = c.width / 2 + normal(stream, c.core_x_spread)
    y = c.core_y + normal(stream, c.core_y_spread)
    kind = uniform(stream, 0.0, 1.0)
    right_x = x + c.delta_x * uniform(stream, 0.8, 1.2)
    right_y = y + c.delta_y * uniform(stream, 0.8, 1.2)
    left_x = x - c.delta_x * uniform(stream, 0.8, 1.2)
    left_y = y + c.delta_y * uniform(stream, 0.8, 1.2)
    arch = kind < c.arches
    count, lean = 0, 0.0
    if arch:
        pass
    elif kind < c.tented:
        _place(points, 0, x, y, 1.0)
        _place(points, 1, x + uniform(stream, -6.0, 6.0), y + uniform(stream, 60.0, 110.0), -1.0)
        count = 2
    elif kind < c.left_loops:
        lean = c.arching_lean
        _place(points, 0, x, y, 1.0)
        _place(points, 1, right_x, right_y, -1.0)
        count = 2
    elif kind < c.right_loops:
        lean = -c.arching_lean
        _place(points, 0, x, y, 1.0)
        _place(points, 1, left_x, left_y, -1.0)
        count = 2
    else:
        half, slant = uniform(stream, 10.0, 32.0), uniform(stream, -10.0, 10.0)
        _place(points, 0, x + slant, y - half, 1.0)
        _place(points, 1, x - slant, y + half, 1.0)
        _place(points, 2, left_x, left_y, -1.0)
        _place(points, 3, right_x, right_y, -1.0)
        count = 4
    for i in range(count):
        for k in range(2 * HARMONICS):
            points[i, 3 + k] = normal(stream, c.singularity_warp / sqrt(HARMONICS))
    bends = np.zeros(7)
    bends[_ARCHING] = c.arching + normal(stream, c.arching_spread)
    bends[_LEAN] = lean
    bends[_FOOT] = c.arching_foot + normal(stream, c.arching_foot_spread)
    bends[_SOFT] = c.arching_fade
    bends[_HILL_X] = c.width * uniform(stream, 0.46, 0.54)
    bends[_HILL_Y] = c.height * uniform(stream, 0.5, 0.6)
    if arch:
        bends[_HILL] = uniform(stream, 1.2, 2.2)
    waves = np.empty((WAVES, 4))
    for w in range(WAVES):
        towards, step = uniform(stream, 0.0, 2 * pi), 2 * pi / uniform(stream, 120.0, 300.0)
        waves[w, 0] = normal(stream, c.waviness)
        waves[w, 1] = uniform(stream, 0.0, 2 * pi)
        waves[w, 2], waves[w, 3] = step * cos(towards), step * sin(towards)
    return points[:count], bends, waves


@compiled
def _place(points: Float, i: int, x: float, y: float, sign: float) -> None:
    points[i, 0], points[i, 1], points[i, 2] = x, y, sign


@compiled
def ridge_direction(
    x: float, y: float, points: Float, bends: Float, waves: Float, width: float, height: float
) -> tuple[float, float]:
    """Return the direction of the ridges at a point, and how fast it turns across them.

    Args:
        x: of the point, pixels of the finger's frame, to the right.
        y: likewise, down.
        points: singularities of the field, see :func:`draw_field`.
        bends: of the field.
        waves: of the field.
        width: of the finger's frame.
        height: of the finger's frame.

    Returns:
        Direction t in radians, any turn; and its derivative in radians per pixel towards the left of t: where it is
        positive ridges splay along t, so that new ones must begin.
    """
    theta, along_x, along_y = 0.0, 0.0, 0.0
    for i in range(points.shape[0]):
        u, v = x - points[i, 0], points[i, 1] - y
        r2 = max(u * u + v * v, 1e-9)
        r = sqrt(r2)
        c1, s1 = u / r, v / r
        ck, sk = 1.0, 0.0
        value, slope = atan2(v, u), 1.0
        for k in range(HARMONICS):
            ck, sk = ck * c1 - sk * s1, sk * c1 + ck * s1
            a, b = points[i, 3 + 2 * k], points[i, 4 + 2 * k]
            value += a * ck + b * sk
            slope += (k + 1) * (b * ck - a * sk)
        theta += 0.5 * points[i, 2] * value
        pull = 0.5 * points[i, 2] * slope / max(r2, _NEAREST)
        along_x -= pull * v
        along_y -= pull * u
    across = (x - width / 2) / (width / 2)
    fade = 1 / (1 + exp((y - bends[_FOOT]) / bends[_SOFT]))
    bow = 2 * bends[_ARCHING] * across * (1 - bends[_LEAN] * across)
    theta -= bow * fade
    along_x -= 2 * bends[_ARCHING] * (1 - 2 * bends[_LEAN] * across) * fade / (width / 2)
    along_y += bow * fade * (1 - fade) / bends[_SOFT]
    if bends[_HILL] > 0:
        p, q = (x - bends[_HILL_X]) / (0.22 * width), (y - bends[_HILL_Y]) / (0.22 * height)
        bump = bends[_HILL] * exp(-0.5 * (p * p + q * q))
        steep = -p * bump
        theta += atan(steep)
        along_x += (p * p - 1) * bump / (0.22 * width) / (1 + steep * steep)
        along_y += p * q * bump / (0.22 * height) / (1 + steep * steep)
    for w in range(waves.shape[0]):
        phase = waves[w, 1] + waves[w, 2] * x + waves[w, 3] * y
        theta += waves[w, 0] * sin(phase)
        turn = waves[w, 0] * cos(phase)
        along_x += turn * waves[w, 2]
        along_y += turn * waves[w, 3]
    return theta, -(along_x * sin(theta) + along_y * cos(theta))
