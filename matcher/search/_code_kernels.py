"""Compiled loop that makes the codes of the index, GIL released; a slow plain twin in the tests makes the same."""

from __future__ import annotations

from math import exp, pi
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled
from matcher._lanes import LANES
from matcher.comparison._blur_kernels import blur
from matcher.comparison.prints import Circle
from matcher.search.arrays import Enrolled
from matcher.templates.quantisation import STEPS_PER_PIXEL, STEPS_PER_TURN
from matcher.types import FloatArray

_SATURATED, _VALUE_STEPS = 0.025, 256
"""Blurred counts are told apart in so many steps up to where a cell's value is 1. In the first step a cell is as good
as empty: its value differs from an empty cell's by 0.004."""


class Coding(NamedTuple):
    """How the values of a cylinder's c cells become a code of b bits.

    Attributes:
        least_quality: minutiae below are left out, and not seen by the others; in steps.
        unreported_quality: what counts where a template reports none; in steps.
        steepness: of the sigmoid around the cylinders' threshold.
        mean: float32, shape (c,).
        projection: float32, shape (c, b), b a multiple of 64.
    """

    least_quality: int
    unreported_quality: int
    steepness: float
    mean: FloatArray
    projection: FloatArray


@compiled
def index_codes(
    enrolled: Enrolled, circle: Circle, coding: Coding
) -> tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.uint16]]:
    """Make the balanced codes of the minutiae of many templates.

    The product with the projection is added on one core in an order that no machine changes: a threaded product of this
    size waits for its threads longer than it computes as soon as the other cores are busy. Cells without neighbours, a
    third to a half, have one value, and their share is added once. A minutia without any sum above the threshold says
    nothing and is left out.

    Args:
        enrolled: t templates.
        circle: the cells of a cylinder.
        coding: how they become a code.

    Returns:
        Codes, uint64, shape (n, b / 64), lowest bit first; the template of each, int32, shape (n,); which of its
        minutiae it is of, uint16, shape (n,). About 1 ms for 50 minutiae.
    """
    offsets, threshold, (cells, planes) = enrolled.offsets, circle.threshold, coding.projection.shape
    total = offsets[-1] - offsets[0]
    codes = np.zeros((total, planes // 64), np.uint64)
    owner, minutia = np.empty(total, np.int32), np.empty(total, np.uint16)
    rows, sums = np.empty((circle.centres.shape[0] + 1, LANES), np.float32), np.empty(cells, np.float32)
    usual, side = np.zeros(planes, np.float32), np.empty(planes, np.float32)
    common = float(1 / (1 + exp(coding.steepness * threshold)))
    table = _value_table(common, threshold, coding.steepness)
    _add_usual_sides(common, coding.mean, coding.projection, usual)
    count = 0
    for t in range(offsets.shape[0] - 1):
        members = _indexed(enrolled, t, coding)
        px, py = _pixels(enrolled.x, members), _pixels(enrolled.y, members)
        turn = enrolled.angle[members].astype(np.float64) * (2 * pi / STEPS_PER_TURN)
        for i in range(members.shape[0]):
            blur(i, px, py, turn, circle, rows, sums)
            if sums.max() > threshold:
                side[:] = usual
                _add_sides(sums, table, coding.projection, side)
                for b in range(planes):
                    codes[count, b >> 6] |= np.uint64(side[b] > 0) << np.uint64(b & 63)
                owner[count], minutia[count] = t, members[i] - offsets[t]
                count += 1
    return codes[:count].copy(), owner[:count].copy(), minutia[:count].copy()


@compiled
def _pixels(steps: NDArray[np.uint16], members: NDArray[np.int64]) -> NDArray[np.float64]:
    return steps[members].astype(np.float64) / STEPS_PER_PIXEL


@compiled
def _add_usual_sides(common: float, mean: FloatArray, projection: FloatArray, usual: FloatArray) -> None:
    """Add on which side of each plane a cylinder of empty cells would lie, and how far."""
    for c in range(projection.shape[0]):
        offset = np.float32(common) - mean[c]
        for b in range(projection.shape[1]):
            usual[b] += offset * projection[c, b]


@compiled
def _indexed(enrolled: Enrolled, t: int, coding: Coding) -> NDArray[np.int64]:
    """Return which of the minutiae of template ``t`` are sure enough for the index."""
    quality, first, last = enrolled.quality, enrolled.offsets[t], enrolled.offsets[t + 1]
    reported = enrolled.reported[t]
    members, kept = np.empty(last - first, np.int64), 0
    for i in range(first, last):
        if (quality[i] if reported else coding.unreported_quality) >= coding.least_quality:
            members[kept] = i
            kept += 1
    return members[:kept]


@compiled
def _value_table(common: float, threshold: float, steepness: float) -> FloatArray:
    """Return by how much a cell's value exceeds an empty cell's, for blurred counts in steps up to ``_SATURATED``."""
    table = np.empty(_VALUE_STEPS + 1, np.float32)
    for k in range(_VALUE_STEPS + 1):
        count = (k + 0.5) * _SATURATED / _VALUE_STEPS
        table[k] = 1 / (1 + exp(-steepness * (count - threshold))) - common
    table[0] = 0
    return table


@compiled
def _add_sides(sums: FloatArray, table: FloatArray, projection: FloatArray, side: FloatArray) -> None:
    """Add what the cells with neighbours put on either side of each plane, more than cells without would.

    Four cells at a time: adding is bound by the memory that ``side`` passes through.
    """
    cell, offset, count = np.zeros(sums.shape[0] + 3, np.int64), np.zeros(sums.shape[0] + 3, np.float32), 0
    for c in range(sums.shape[0]):
        step = min(_VALUE_STEPS, int(sums[c] * np.float32(_VALUE_STEPS / _SATURATED)))
        if step > 0:
            cell[count], offset[count] = c, table[step]
            count += 1
    for k in range(0, count, 4):
        p, q, r, s = cell[k], cell[k + 1], cell[k + 2], cell[k + 3]
        o, u, v, w = offset[k], offset[k + 1], offset[k + 2], offset[k + 3]
        for b in range(side.shape[0]):
            side[b] += (o * projection[p, b] + u * projection[q, b]) + (v * projection[r, b] + w * projection[s, b])
