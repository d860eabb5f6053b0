"""Compiled loops that build bit cylinders, GIL released. Each has a slow plain twin in the tests that it must equal."""

from __future__ import annotations

from math import cos, sin
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, ones
from matcher._lane_rows import above
from matcher._lanes import LANES
from matcher.comparison._blur_kernels import add_neighbours
from matcher.comparison._hull_kernels import Edges, edges
from matcher.comparison.prints import COUNT_BITS, Circle, WordArray
from matcher.types import ByteArray, FloatArray


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
    """Where cells are valid, and room to reckon in.

    Attributes:
        u: float64, shape (m,): places of the cells, pixels along the minutia's direction.
        v: likewise, across it.
        edges: of the hull.
        margin: pixels beyond it.
        farthest: from the minutia, of any cell.
        outside: float64, shape (m,), written over.
        distance2: likewise.
    """

    u: NDArray[np.float64]
    v: NDArray[np.float64]
    edges: Edges
    margin: float
    farthest: float
    outside: NDArray[np.float64]
    distance2: NDArray[np.float64]


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
        hull: shape (h, 2): corners; see :func:`~matcher.comparison._hull_kernels.edges`.
        validity: what a cylinder needs.

    Returns:
        Which minutiae have one, int64 (k,); their words, as :class:`~matcher.comparison.prints.Cylinders` has them.
    """
    n, m = x.shape[0], circle.centres.shape[0]
    kept = np.empty(n, np.int64)
    words = np.zeros(((n + LANES - 1) // LANES, _words(m, circle.directions), LANES), np.uint64)
    if not n:
        return kept, words
    u, v = circle.centres[:, 0].copy(), circle.centres[:, 1].copy()
    ground = _Ground(u, v, edges(hull), validity.margin, np.sqrt((u * u + v * v).max()), np.empty(m), np.empty(m))
    sums, near = np.empty((m + 1, LANES), np.float32), np.empty(m, np.uint8)
    k = 0
    for i in range(n):
        if (
            _neighbours(i, x, y, validity.neighbour_reach) < validity.least_neighbours
            or _mark_near_hull(x[i], y[i], angle[i], ground, near) < validity.least_cells
        ):
            continue
        sums[:] = 0
        add_neighbours(i, x, y, angle, circle, sums)
        _pack(sums, near, circle, words[k // LANES, :, k % LANES])
        kept[k] = i
        k += 1
    return kept[:k].copy(), words[: (k + LANES - 1) // LANES].copy()


@compiled
def _words(cells: int, directions: int) -> int:
    """Return how many words a cylinder takes."""
    return (cells * directions + 63) // 64 + (COUNT_BITS + 1) * ((cells + 63) // 64)


@compiled
def _pack(sums: FloatArray, near: ByteArray, circle: Circle, own: NDArray[np.uint64]) -> None:
    """Write which directions of the valid cells are above the threshold, how many of each cell, and the valid cells.

    Words are held while they fill: to change them in place takes twice as long.
    """
    m, directions, limit = near.shape[0], circle.directions, np.float32(circle.threshold)
    counts, blocks, word, place = (m * directions + 63) // 64, (m + 63) // 64, 0, 0
    one, held = np.uint64(1), np.uint64(0)
    for block in range(blocks):
        ones_place, twos, fours, valid = np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
        for j in range(64 * block, min(m, 64 * block + 64)):
            inside, at = np.uint64(near[j]), np.uint64(j & 63)
            bits = above(sums, j, limit) & (np.uint64(0) - inside)
            count = np.uint64(ones(bits))
            ones_place |= (count & one) << at
            twos |= ((count >> one) & one) << at
            fours |= (count >> np.uint64(2)) << at
            valid |= inside << at
            held |= bits << np.uint64(place)
            place += directions
            if place >= 64:
                own[word] = held
                word, place = word + 1, place - 64
                held = bits >> np.uint64(directions - place) if place else np.uint64(0)
        first = counts + block
        own[first], own[first + blocks], own[first + 2 * blocks] = ones_place, twos, fours
        own[first + COUNT_BITS * blocks] = valid
    if place:
        own[word] = held


@compiled
def _neighbours(i: int, x: NDArray[np.float64], y: NDArray[np.float64], reach: float) -> int:
    """Count the other minutiae within reach of one."""
    neighbours = -1
    for t in range(x.shape[0]):
        neighbours += (x[t] - x[i]) ** 2 + (y[t] - y[i]) ** 2 <= reach * reach
    return neighbours


@compiled
def _mark_near_hull(x: float, y: float, angle: float, ground: _Ground, near: ByteArray) -> int:
    """Mark which cells of one cylinder lie inside a convex polygon or within a margin of it, 1 or 0; return how many.

    Only an edge whose line runs through the cylinder can tell its cells apart.
    """
    u, v, outside, distance2 = ground.u, ground.v, ground.outside, ground.distance2
    out, along, length = ground.edges
    c, s, crossing = cos(angle), sin(angle), 0
    for e in range(out.shape[0]):
        beyond = out[e, 0] * x + out[e, 1] * y - out[e, 2]
        if beyond <= -ground.farthest:
            continue
        if not crossing:
            outside[:], distance2[:] = -np.inf, np.inf
        crossing += 1
        out_u, out_v = out[e, 0] * c - out[e, 1] * s, out[e, 0] * s + out[e, 1] * c
        along_u, along_v = along[e, 0] * c - along[e, 1] * s, along[e, 0] * s + along[e, 1] * c
        begun, end = along[e, 0] * x + along[e, 1] * y - along[e, 2], length[e]
        for j in range(u.shape[0]):
            away = beyond + out_u * u[j] + out_v * v[j]
            gone = begun + along_u * u[j] + along_v * v[j]
            past = max(0.0, -gone, gone - end)
            outside[j] = max(outside[j], away)
            distance2[j] = min(distance2[j], away * away + past * past)
    if not crossing:
        near[:] = 1
        return len(near)
    marked, margin2 = 0, ground.margin * ground.margin
    for j in range(near.shape[0]):
        near[j] = (outside[j] < 0) | (distance2[j] <= margin2)
        marked += int(near[j])
    return marked
