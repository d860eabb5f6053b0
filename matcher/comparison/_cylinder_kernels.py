"""Compiled loops that build bit cylinders, GIL released. Each has a slow plain twin in the tests that it must equal."""

from __future__ import annotations

from math import cos, sin
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled
from matcher._lanes import LANES
from matcher.comparison._blur_kernels import add_neighbours
from matcher.comparison._hull_kernels import edge_lines, near_hull
from matcher.comparison.prints import COUNT_BITS, Circle, WordArray


class Validity(NamedTuple):
    """What a cylinder needs to say enough.

    Attributes:
        margin: pixels around the hull of the minutiae in which cells are still valid.
        least_cells: valid cells.
        neighbour_reach: pixels within which other minutiae count as neighbours.
        least_neighbours: neighbours.
    """

    margin: float
    least_cells: int
    neighbour_reach: float
    least_neighbours: int


class _Ground(NamedTuple):
    """Where cells are valid: corners of the hull, the lines of its edges, and how far beyond them."""

    hull: NDArray[np.float64]
    lines: NDArray[np.float64]
    margin: float


@compiled
def valid_cylinders(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    angle: NDArray[np.float64],
    circle: Circle,
    hull: NDArray[np.float64],
    validity: Validity,
) -> tuple[NDArray[np.int64], WordArray]:
    """Build the bit cylinders that say enough, packed into words, lowest bit first.

    Args:
        x: float64, shape (n,): minutiae, pixels.
        y: likewise, downwards.
        angle: likewise, radians counter-clockwise.
        circle: the cells.
        hull: shape (h, 2): corners; see :func:`~matcher.comparison._hull_kernels.near_hull`.
        validity: what a cylinder needs.

    Returns:
        Which minutiae have one, int64 (k,); their words, as :class:`~matcher.comparison.prints.Cylinders` has them.
    """
    n, m, directions = x.shape[0], circle.centres.shape[0], circle.directions
    kept = np.empty(n, np.int64)
    w, v = (m * directions + 63) // 64, (m + 63) // 64
    words = np.zeros(((n + LANES - 1) // LANES, w + (COUNT_BITS + 1) * v, LANES), np.uint64)
    farthest = np.sqrt((circle.centres**2).sum(axis=1).max())
    ground = _Ground(hull, edge_lines(hull), validity.margin)
    exact = np.empty((0, directions))
    sums, near = np.empty(m * directions, np.float32), np.empty(m, np.bool_)
    k = 0
    for i in range(n):
        if (
            _neighbours(i, x, y, validity.neighbour_reach) < validity.least_neighbours
            or _mark_near_hull(x[i], y[i], angle[i], circle.centres, farthest, ground, near) < validity.least_cells
        ):
            continue
        own, sums[:] = words[k // LANES, :, k % LANES], 0
        add_neighbours(i, x, y, angle, circle, exact, sums)
        for j in range(m):
            if near[j]:
                place, count = np.uint64(1) << np.uint64(j & 63), 0
                own[w + COUNT_BITS * v + (j >> 6)] |= place
                for b in range(j * directions, (j + 1) * directions):
                    if sums[b] > circle.threshold:
                        own[b >> 6] |= np.uint64(1) << np.uint64(b & 63)
                        count += 1
                for c in range(COUNT_BITS):
                    if (count >> c) & 1:
                        own[w + c * v + (j >> 6)] |= place
        kept[k] = i
        k += 1
    return kept[:k].copy(), words[: (k + LANES - 1) // LANES].copy()


@compiled
def _neighbours(i: int, x: NDArray[np.float64], y: NDArray[np.float64], reach: float) -> int:
    """Count the other minutiae within reach of one."""
    neighbours = -1
    for t in range(x.shape[0]):
        neighbours += (x[t] - x[i]) ** 2 + (y[t] - y[i]) ** 2 <= reach * reach
    return neighbours


@compiled
def _mark_near_hull(
    x: float,
    y: float,
    angle: float,
    cells: NDArray[np.float64],
    farthest: float,
    ground: _Ground,
    near: NDArray[np.bool_],
) -> int:
    """Mark which cells of one cylinder lie inside a convex polygon or within a margin of it; return how many.

    Only an edge whose line runs through the cylinder can tell its cells apart.
    """
    lines = ground.lines
    crossing, count = np.empty(lines.shape[0], np.int64), 0
    for e in range(lines.shape[0]):
        if lines[e, 0] * x + lines[e, 1] * y - lines[e, 2] > -farthest:
            crossing[count] = e
            count += 1
    c, s, marked = cos(angle), sin(angle), 0
    for j in range(cells.shape[0]):
        across = x + c * cells[j, 0] + s * cells[j, 1]
        down = y + c * cells[j, 1] - s * cells[j, 0]
        outside = -np.inf
        for e in crossing[:count]:
            outside = max(outside, lines[e, 0] * across + lines[e, 1] * down - lines[e, 2])
        # Beyond a corner a point is farther from the polygon than from either line.
        margin = ground.margin
        near[j] = outside < 0 or (outside <= margin + 1e-9 and near_hull(across, down, ground.hull, margin))
        marked += near[j]
    return marked
