"""Compiled: one impression of each of some fingers, in the columns of :mod:`matcher.templates.columnar`."""

from __future__ import annotations

from math import pi
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from enroll_tools.synthetic.templates._minutiae_kernels import MOST, draw_finger
from enroll_tools.synthetic.templates._random_kernels import open_stream, uniform
from enroll_tools.synthetic.templates._ridge_kernels import Float
from enroll_tools.synthetic.templates._touch_kernels import (
    MOST_SEEN,
    SEEN_ANGLE,
    SEEN_KIND,
    SEEN_QUALITY,
    SEEN_X,
    SEEN_Y,
    draw_touch,
)
from enroll_tools.synthetic.templates.constants import FingerConstants, TouchConstants
from matcher._compiled import compiled, wrap
from matcher.templates.quantisation import QUALITY_STEPS, STEPS_PER_PIXEL, STEPS_PER_TURN
from matcher.types import ByteArray

_FINGER, _USE, _TOUCH = 0, 1, 2  # branches of a finger's randomness; its impressions' are _TOUCH and all after


class Columns(NamedTuple):
    """What is drawn of n fingers, in the steps of the storage form.

    Attributes:
        counts: int64, shape (n,): minutiae of each.
        shorts: uint16, shape (3, n * MOST_SEEN): x, y, angle.
        octets: uint8, shape (2, n * MOST_SEEN): kind, quality.
        frames: uint16, shape (2, n): width, height.
    """

    counts: NDArray[np.int64]
    shorts: NDArray[np.uint16]
    octets: ByteArray
    frames: NDArray[np.uint16]


@compiled
def draw_batch(
    seed: int,
    first: int,
    impression: int,
    finger: FingerConstants,
    touch: TouchConstants,
    sensors: Float,
    quality: Float,
    out: Columns,
) -> int:
    """Draw one impression of each of some fingers, one after the other.

    Args:
        seed: of the population.
        first: number of the first finger.
        impression: number of the impression, from 0.
        finger: constants of fingers.
        touch: constants of touches.
        sensors: the model's table, shape (s, 10).
        quality: the model's table.
        out: where they are written.

    Returns:
        Minutiae in all.
    """
    minutiae = np.empty((MOST, 5))
    seen = np.empty((MOST_SEEN, 5))
    counts, shorts, octets, frames = out
    end = 0
    for i in range(counts.shape[0]):
        number = np.uint64(first + i)
        found = draw_finger(open_stream(np.uint64(seed), number, np.uint64(_FINGER)), finger, minutiae)
        use = open_stream(np.uint64(seed), number, np.uint64(_USE))
        stream = open_stream(np.uint64(seed), number, np.uint64(impression + _TOUCH))
        sensor = sensors[int(uniform(use, 0.0, float(sensors.shape[0])))]
        counts[i] = draw_touch(use, stream, minutiae[:found], finger, touch, sensor, quality, seen)
        for k in range(counts[i]):
            shorts[0, end] = np.uint16(np.rint(seen[k, SEEN_X] * STEPS_PER_PIXEL))
            shorts[1, end] = np.uint16(np.rint(seen[k, SEEN_Y] * STEPS_PER_PIXEL))
            turn = int(np.rint(wrap(seen[k, SEEN_ANGLE]) / (2 * pi) * STEPS_PER_TURN))
            shorts[2, end] = np.uint16((turn + STEPS_PER_TURN) % STEPS_PER_TURN)
            octets[0, end] = np.uint8(seen[k, SEEN_KIND])
            octets[1, end] = np.uint8(np.rint(seen[k, SEEN_QUALITY] * QUALITY_STEPS))
            end += 1
        frames[0, i], frames[1, i] = np.uint16(sensor[0]), np.uint16(sensor[1])
    return end
