"""Compiled: the minutiae of a finger, more than any one touch shows.

Places are drawn one after the other from a density that is higher around cores and deltas, each kept with a chance
that falls with nearness to those already there. A minutia's direction is the ridges', one of two ways round. Which way
is no coin: where ridges splay along a direction new ones must begin, and a minutia that begins a ridge points along it
(the net density of beginnings is the splay over the ridge period); besides, near neighbours pair off, and
where a ridge begins and soon ends again the two face each other. And the ridges beside it make room for it.
"""

from __future__ import annotations

from math import cos, exp, log, pi, sin, sqrt
from typing import NamedTuple

import numpy as np

from enroll_tools.synthetic.templates._random_kernels import Stream, normal, uniform
from enroll_tools.synthetic.templates._ridge_kernels import Float, draw_field, ridge_direction
from enroll_tools.synthetic.templates.constants import COMPANY, FingerConstants
from matcher._compiled import compiled

MOST = 300
"""Minutiae of a finger, at most."""

X, Y, ANGLE, LATENT, BIFURCATION = range(5)
"""Columns of a finger's minutiae; latent: how plain it is to see, standard normal."""

_TRIES = 12  # places tried for each minutia wanted
_ROOM_SEEN = 2.5  # standard deviations, beyond which the room made for a minutia is not seen
_FARTHEST = 0.95  # of the mean side of a minutia, so that both sides stay possible


class Ridge(NamedTuple):
    """A point, and cosine and sine of the ridge's direction there."""

    x: float
    y: float
    cosine: float
    sine: float


@compiled
def draw_finger(stream: Stream, c: FingerConstants, out: Float) -> int:
    """Draw a finger's minutiae into ``out``, float64 of shape (MOST, 5); return how many there are."""
    points, bends, waves = draw_field(stream, c)
    half_x = c.half_x * (1 + uniform(stream, -c.half_spread, c.half_spread))
    half_y = c.half_y * (1 + uniform(stream, -c.half_spread, c.half_spread))
    density = c.density * exp(normal(stream, c.density_spread))
    bifurcations = min(max(c.bifurcations + normal(stream, c.bifurcations_spread), 0.05), 0.95)
    wanted = min(int(density * pi * half_x * half_y + uniform(stream, 0.0, 1.0)), MOST)
    highest = 1 + c.core_density + c.delta_density
    side = np.empty(MOST)
    axis = np.empty((MOST, 2))
    count = 0
    for _ in range(_TRIES * wanted):
        if count == wanted:
            break
        x = c.width / 2 + half_x * uniform(stream, -1.0, 1.0)
        y = c.middle + half_y * uniform(stream, -1.0, 1.0)
        level = uniform(stream, 0.0, 1.0) * highest
        if ((x - c.width / 2) / half_x) ** 2 + ((y - c.middle) / half_y) ** 2 > 1:
            continue
        core, delta = _nearness(x, y, points, c.crowding_reach)
        level /= 1 + c.core_density * core + c.delta_density * delta
        if level > 1 or level > _room(x, y, out, axis, count, c):
            continue
        theta, splay = ridge_direction(x, y, points, bends, waves, c.width, c.height)
        lean = min(max(c.splay * splay / (density * c.period), -_FARTHEST), _FARTHEST)
        ridge = Ridge(x, y, cos(theta), sin(theta))
        tendency = log((1 + lean) / (1 - lean)) + _pull(ridge, out, axis, side, count, c)
        forward = uniform(stream, 0.0, 1.0) * (1 + exp(-tendency)) < 1
        wide = uniform(stream, 0.0, 1.0) < c.wide_share + c.core_wide_share * max(core, delta)
        noise = normal(stream, c.wide_residual if wide else c.residual)
        out[count, X], out[count, Y] = x, y
        out[count, ANGLE] = theta + noise + (0.0 if forward else pi)
        out[count, LATENT] = normal(stream, 1.0)
        out[count, BIFURCATION] = 1.0 if uniform(stream, 0.0, 1.0) < bifurcations else 0.0
        axis[count, 0], axis[count, 1] = ridge.cosine, ridge.sine
        side[count] = 1.0 if forward else -1.0
        count += 1
    _give_way(out, axis, side, count, c)
    return count


@compiled
def _give_way(out: Float, axis: Float, side: Float, count: int, c: FingerConstants) -> None:
    """Turn the minutiae as the ridges beside every minutia make room for the one that begins there.

    A minutia is a dislocation of the ridge wave: its phase turns once around it, so that at a distance r beside it the
    ridges are turned outwards by period / (2 pi r).
    """
    farthest = (_ROOM_SEEN * c.room_reach) ** 2
    fade, inner, strength = 0.5 / c.room_reach**2, c.room_core**2, c.room * c.period / (2 * pi)
    for i in range(count):
        for j in range(i):
            dx, dy = out[i, X] - out[j, X], out[i, Y] - out[j, Y]
            d2 = dx * dx + dy * dy
            if d2 < farthest:
                turn = strength * exp(-fade * d2) / (d2 + inner)
                out[i, ANGLE] -= turn * side[j] * (dx * axis[j, 1] + dy * axis[j, 0])
                out[j, ANGLE] += turn * side[i] * (dx * axis[i, 1] + dy * axis[i, 0])


@compiled
def _nearness(x: float, y: float, points: Float, reach: float) -> tuple[float, float]:
    """Return how near the nearest core and the nearest delta are: 1 at them, falling to 0."""
    core, delta = 0.0, 0.0
    for i in range(points.shape[0]):
        near = exp(-((x - points[i, 0]) ** 2 + (y - points[i, 1]) ** 2) / (2 * reach * reach))
        if points[i, 2] > 0:
            core = max(core, near)
        else:
            delta = max(delta, near)
    return core, delta


@compiled
def _room(x: float, y: float, out: Float, axis: Float, count: int, c: FingerConstants) -> float:
    """Return the chance that the minutiae already there leave to one at a point."""
    room = 1.0
    for j in range(count):
        dx, dy = x - out[j, X], y - out[j, Y]
        d2 = dx * dx + dy * dy
        if d2 >= c.apart * c.apart:
            continue
        along = dx * axis[j, 0] - dy * axis[j, 1]
        near = sqrt(d2 - (1 - c.along * c.along) * along * along)
        part = min(max((near - c.nearest) / (c.apart - c.nearest), 0.0), 1.0)
        room *= part * part * (3 - 2 * part)
    return room


@compiled
def _pull(at: Ridge, out: Float, axis: Float, side: Float, count: int, c: FingerConstants) -> float:
    """Return the log odds that the neighbours add to the side of that ridge's cosine and sine."""
    x, y, cosine, sine = at
    pull = 0.0
    for j in range(count):
        dx, dy = out[j, X] - x, out[j, Y] - y
        d2 = dx * dx + dy * dy
        if d2 >= COMPANY[-1] * COMPANY[-1]:
            continue
        band = 0
        while d2 >= COMPANY[band] * COMPANY[band]:
            band += 1
        same = cosine * axis[j, 0] + sine * axis[j, 1]
        pull += c.company[band] * same * side[j]
        pull += c.facing[band] * abs(same) * (dx * cosine - dy * sine) / sqrt(d2)
    return pull
