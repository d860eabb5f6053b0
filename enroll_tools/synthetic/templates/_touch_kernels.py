"""Compiled: what one touch of a sensor shows of a finger's minutiae.

A minutia is found if it is plain enough; plainness is partly its own, so that the same ones are found again, and its
rank among all that are found names its quality. False minutiae lie along the ridges as well, more of them at the edge.
"""

from __future__ import annotations

from math import cos, erf, exp, pi, sin, sqrt
from typing import NamedTuple

from enroll_tools.synthetic.templates._minutiae_kernels import ANGLE, BIFURCATION, LATENT, MOST, X, Y
from enroll_tools.synthetic.templates._random_kernels import Stream, normal, uniform
from enroll_tools.synthetic.templates._ridge_kernels import Float
from enroll_tools.synthetic.templates._skin_kernels import distorted, draw_skin
from enroll_tools.synthetic.templates.constants import FingerConstants, TouchConstants
from matcher._compiled import compiled
from matcher.types import MinutiaKind

MOST_SEEN = MOST + 60
"""Minutiae of an impression, at most: the finger's and false ones."""

SEEN_X, SEEN_Y, SEEN_ANGLE, SEEN_KIND, SEEN_QUALITY = range(5)
"""Columns of an impression's minutiae."""

_ENDING, _BIFURCATION = int(MinutiaKind.ENDING), int(MinutiaKind.BIFURCATION)
_PATCHES = 2
_PATCH_REACH, _PATCH_GAIN = 45.0, 1.6  # pixels; so that patches have the variance asked for, over the area
_DOUBLE = 7.0  # pixels: a false minutia this near to another would be the same one
_FALSE_TURN = 0.25  # radians, standard deviation of false minutiae's directions around their neighbours'
_SMALLEST = 30.0  # pixels, semi-axes of a contact area


class Lie(NamedTuple):
    """How a finger lies on a sensor: the contact area's semi-axes and middle on the finger, and its middle on it."""

    half_x: float
    half_y: float
    centre_x: float
    centre_y: float
    place_x: float
    place_y: float
    turn: float
    width: float
    height: float


class Touch(NamedTuple):
    """One touch, of which every minutia is shown.

    Attributes:
        constants: of touches.
        lie: how the finger lies.
        skin: how it is stretched, as :func:`draw_skin` draws it.
        quality: the model's table.
    """

    constants: TouchConstants
    lie: Lie
    skin: Float
    quality: Float


class Found(NamedTuple):
    """A minutia to be shown: its place on the finger from the middle of the contact area, direction, kind, quality."""

    u: float
    v: float
    angle: float
    bifurcation: bool
    quality: float


@compiled
def draw_touch(
    use: Stream,
    stream: Stream,
    minutiae: Float,
    finger: FingerConstants,
    c: TouchConstants,
    sensor: Float,
    quality: Float,
    seen: Float,
) -> int:
    """Draw one impression of a finger.

    Args:
        use: how the finger is used, the same for all its impressions.
        stream: of this impression.
        minutiae: of the finger, as :func:`~enroll_tools.synthetic.templates._minutiae_kernels.draw_finger` draws them.
        finger: constants of fingers.
        c: constants of touches.
        sensor: its row of the model's table.
        quality: the model's table.
        seen: shape (MOST_SEEN, 5): out: x, y, angle, kind, quality.

    Returns:
        How many minutiae it shows.
    """
    lie = _draw_lie(use, stream, finger, c, sensor)
    touch = Touch(c, lie, draw_skin(stream, lie.half_x, lie.half_y, c), quality)
    n = _show_own(stream, minutiae, touch, seen)
    return _show_false(stream, minutiae, finger.bifurcations, touch, seen, n)


@compiled
def _draw_lie(use: Stream, stream: Stream, finger: FingerConstants, c: TouchConstants, sensor: Float) -> Lie:
    share = sqrt(0.5)
    half_x = max(sensor[2] + sensor[4] * share * (normal(use, 1.0) + normal(stream, 1.0)), _SMALLEST)
    half_y = max(sensor[3] + sensor[5] * share * (normal(use, 1.0) + normal(stream, 1.0)), _SMALLEST)
    centre_x = finger.width / 2 + normal(stream, c.shift_x)
    centre_y = finger.middle + normal(stream, c.shift_y)
    place_x = sensor[0] / 2 + sensor[6] + normal(stream, sensor[8])
    place_y = sensor[1] / 2 + sensor[7] + normal(stream, sensor[9])
    wide = uniform(stream, 0.0, 1.0) < c.wide_rotation_share
    turn = normal(stream, c.wide_rotation if wide else c.rotation)
    return Lie(half_x, half_y, centre_x, centre_y, place_x, place_y, turn, sensor[0], sensor[1])


@compiled
def _show_own(stream: Stream, minutiae: Float, touch: Touch, seen: Float) -> int:
    """Show the finger's own minutiae that lie in the contact area and are plain enough."""
    c, lie = touch.constants, touch.lie
    dry_x, dry_y, dry = _draw_patch(stream, lie)
    wet_x, wet_y, wet = _draw_patch(stream, lie)
    gain = _PATCH_GAIN * sqrt(c.patch)
    level = normal(stream, sqrt(c.touch))
    noise = sqrt(max(1 - c.own - c.touch - c.patch, 0.0))
    missed = _part_below(c.threshold)
    n = 0
    for i in range(minutiae.shape[0]):
        u, v = minutiae[i, X] - lie.centre_x, minutiae[i, Y] - lie.centre_y
        out = sqrt((u / lie.half_x) ** 2 + (v / lie.half_y) ** 2)
        if out > 1:
            continue
        plain = sqrt(c.own) * minutiae[i, LATENT] + level + normal(stream, noise)
        plain += gain * dry * _near(u - dry_x, v - dry_y, _PATCH_REACH)
        plain += gain * wet * _near(u - wet_x, v - wet_y, _PATCH_REACH)
        plain -= c.edge * exp(-(1 - out) * min(lie.half_x, lie.half_y) / c.edge_reach)
        if plain < c.threshold:
            continue
        mistaken = uniform(stream, 0.0, 1.0) < c.kind_error
        bifurcation = (minutiae[i, BIFURCATION] > 0.5) != mistaken
        q = _ranked(touch.quality, (_part_below(plain) - missed) / (1 - missed))
        n = _put(stream, Found(u, v, minutiae[i, ANGLE], bifurcation, q), touch, seen, n)
    return n


@compiled
def _show_false(stream: Stream, minutiae: Float, bifurcations: float, touch: Touch, seen: Float, n: int) -> int:
    """Show false minutiae besides ``n`` true ones; return how many are shown now."""
    c, lie = touch.constants, touch.lie
    wanted = int(n * c.spurious / (1 - c.spurious) + uniform(stream, 0.0, 1.0))
    for _ in range(min(wanted, MOST_SEEN - n)):
        towards = uniform(stream, 0.0, 2 * pi)
        edge = uniform(stream, 0.0, 1.0) < c.spurious_edge
        out = uniform(stream, 0.9, 1.0) if edge else sqrt(uniform(stream, 0.0, 1.0))
        u, v = lie.half_x * out * cos(towards), lie.half_y * out * sin(towards)
        angle, nearest = 0.0, 1e18
        for i in range(minutiae.shape[0]):
            d2 = (minutiae[i, X] - lie.centre_x - u) ** 2 + (minutiae[i, Y] - lie.centre_y - v) ** 2
            if d2 < nearest:
                angle, nearest = minutiae[i, ANGLE], d2
        angle += normal(stream, _FALSE_TURN) + (pi if uniform(stream, 0.0, 1.0) < 0.5 else 0.0)
        q = _ranked(touch.quality, c.spurious_best * uniform(stream, 0.0, 1.0) ** c.spurious_doubt)
        bifurcation = uniform(stream, 0.0, 1.0) < bifurcations
        if nearest > _DOUBLE * _DOUBLE:
            n = _put(stream, Found(u, v, angle, bifurcation, q), touch, seen, n)
    return n


@compiled
def _put(stream: Stream, found: Found, touch: Touch, seen: Float, n: int) -> int:
    """Show a minutia where the distorted, turned finger has it, with noise; return how many are shown now."""
    c, lie, q = touch.constants, touch.lie, found.quality
    wide = c.wide_jitter if uniform(stream, 0.0, 1.0) < c.wide_share else 1.0
    jitter = wide * (c.jitter + (1 - q) * c.doubtful_jitter)
    dx, dy = normal(stream, jitter), normal(stream, jitter)
    swing = normal(stream, wide * (c.turn_jitter + (1 - q) * c.doubtful_turn_jitter))
    x, y = distorted(found.u, found.v, touch.skin, c.bump_reach)
    cosine, sine = cos(lie.turn), sin(lie.turn)
    left = cosine * x + sine * y + lie.place_x + dx
    top = cosine * y - sine * x + lie.place_y + dy
    if not (0 <= left <= lie.width and 0 <= top <= lie.height):
        return n
    seen[n, SEEN_X], seen[n, SEEN_Y], seen[n, SEEN_ANGLE] = left, top, found.angle + lie.turn + swing
    seen[n, SEEN_KIND] = _BIFURCATION if found.bifurcation else _ENDING
    seen[n, SEEN_QUALITY] = q
    return n + 1


@compiled
def _draw_patch(stream: Stream, lie: Lie) -> tuple[float, float, float]:
    """Draw where a region of better or worse ridges is, and by how much."""
    u, v = lie.half_x * uniform(stream, -1.0, 1.0), lie.half_y * uniform(stream, -1.0, 1.0)
    return u, v, normal(stream, 1.0)


@compiled
def _near(dx: float, dy: float, reach: float) -> float:
    return exp(-(dx * dx + dy * dy) / (2 * reach * reach))


@compiled
def _part_below(deviations: float) -> float:
    """Return the part of a normal distribution below so many standard deviations."""
    return 0.5 * (1 + erf(deviations / sqrt(2.0)))


@compiled
def _ranked(quality: Float, rank: float) -> float:
    """Return the quality at a rank in [0, 1], between the entries of the table."""
    place = min(max(rank, 0.0), 1.0) * (quality.shape[0] - 1)
    low = min(int(place), quality.shape[0] - 2)
    part = place - low
    return float((1 - part) * quality[low] + part * quality[low + 1])
