"""Where a point lies to a convex polygon; compiled, GIL released."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled


@compiled
def inside_hull(x: float, y: float, hull: NDArray[np.float64]) -> bool:
    """Tell whether a point lies inside a convex polygon, or on its edge; never inside fewer than three corners."""
    corners = hull.shape[0]
    left, right = 0, 0
    for k in range(corners):
        following = k + 1 if k + 1 < corners else 0
        side = (hull[following, 0] - hull[k, 0]) * (y - hull[k, 1]) - (hull[following, 1] - hull[k, 1]) * (
            x - hull[k, 0]
        )
        left += side >= 0
        right += side <= 0
        if left <= k and right <= k:
            return False
    return bool(corners > 2)


@compiled
def all_inside_hull(x: NDArray[np.float64], y: NDArray[np.float64], hull: NDArray[np.float64]) -> NDArray[np.float64]:
    """Tell what :func:`inside_hull` tells of many points, several at once: 1 or 0, float64."""
    corners, inside = hull.shape[0], np.zeros(x.shape[0])
    if corners < 3:
        return inside
    lowest, highest = np.full(x.shape[0], np.inf), np.full(x.shape[0], -np.inf)
    for k in range(corners):
        following = k + 1 if k + 1 < corners else 0
        at_x, at_y, along_x, along_y = (
            hull[k, 0],
            hull[k, 1],
            hull[following, 0] - hull[k, 0],
            hull[following, 1] - hull[k, 1],
        )
        for i in range(x.shape[0]):
            side = along_x * (y[i] - at_y) - along_y * (x[i] - at_x)
            lowest[i], highest[i] = min(lowest[i], side), max(highest[i], side)
    for i in range(x.shape[0]):
        inside[i] = lowest[i] >= 0 or highest[i] <= 0
    return inside


@compiled
def convex_hull(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the corners of the convex hull of points, in order around, float64, shape (h, 2).

    Andrew's monotone chain (Information Processing Letters 9(5), 1979).
    """
    order = np.argsort(x + 1e-9 * y)
    corners = np.empty((2 * x.shape[0] + 1, 2))
    count, floor = 0, 2
    for turn in range(2):
        for k in range(x.shape[0]):
            i = order[k] if turn == 0 else order[x.shape[0] - 1 - k]
            while count >= floor and (corners[count - 1, 0] - corners[count - 2, 0]) * (
                y[i] - corners[count - 2, 1]
            ) <= (corners[count - 1, 1] - corners[count - 2, 1]) * (x[i] - corners[count - 2, 0]):
                count -= 1
            corners[count, 0], corners[count, 1] = x[i], y[i]
            count += 1
        floor = count + 1
        count -= 1
    if count == 2 and corners[0, 0] == corners[1, 0] and corners[0, 1] == corners[1, 1]:
        count = 1  # all points are one
    return corners[: max(count, min(1, x.shape[0]))].copy()


@compiled
def area_within(hull: NDArray[np.float64]) -> float:
    """Return the area within corners in order around, shape (h, 2), square pixels."""
    twice, corners = 0.0, hull.shape[0]
    for k in range(corners):
        following = k + 1 if k + 1 < corners else 0
        twice += hull[k, 0] * hull[following, 1] - hull[following, 0] * hull[k, 1]
    return abs(twice) / 2


class Edges(NamedTuple):
    """The edges of a convex polygon, e of them: a line each, and which part of it.

    Attributes:
        out: float64, shape (e, 3): (a, b, c), ``a x + b y - c`` is how far a point lies outside the line, pixels.
        along: likewise: ``a x + b y - c`` is how far along the edge it lies, 0 where the edge begins.
        length: float64, shape (e,): where the edge ends.
    """

    out: NDArray[np.float64]
    along: NDArray[np.float64]
    length: NDArray[np.float64]


@compiled
def edges(hull: NDArray[np.float64]) -> Edges:
    """Return the edges of a convex polygon.

    Args:
        hull: shape (h, 2), h >= 1: corners in order around, in either sense; one or two are a point or a segment, which
            have two edges, there and back: no point is inside both.
    """
    corners, count, area = hull.shape[0], 0, 0.0
    out, along, length = np.zeros((corners + 1, 3)), np.zeros((corners + 1, 3)), np.zeros(corners + 1)
    for k in range(corners):
        following = k + 1 if k + 1 < corners else 0
        area += hull[k, 0] * hull[following, 1] - hull[following, 0] * hull[k, 1]
    sense = 1.0 if area >= 0 else -1.0
    for k in range(max(2, corners)):
        x, y = hull[k % corners, 0], hull[k % corners, 1]
        dx, dy = hull[(k + 1) % corners, 0] - x, hull[(k + 1) % corners, 1] - y
        reach = sqrt(dx * dx + dy * dy)
        if reach > 0:
            dx, dy = dx / reach, dy / reach
        elif corners == 1:
            dx = 1.0 - 2 * k
        else:
            continue
        out[count], along[count] = (sense * dy, -sense * dx, sense * (dy * x - dx * y)), (dx, dy, dx * x + dy * y)
        length[count] = reach
        count += 1
    return Edges(out[:count], along[:count], length[:count])
