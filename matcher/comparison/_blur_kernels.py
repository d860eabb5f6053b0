"""Compiled loops that blur minutiae into the cells of cylinders, GIL released; a plain twin is in the tests."""

from __future__ import annotations

from math import ceil, cos, erf, exp, floor, pi, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, wrap
from matcher._lane_rows import add_to_row
from matcher._lanes import LANES
from matcher.comparison.prints import Circle
from matcher.types import FloatArray

_BLUR_REACH = 3.0
"""Minutiae farther from a cell than this many sigma count for nothing (MCC, TPAMI 32(12), 2010, section 3.1)."""


@compiled
def direction_spread(steps: int, directions: int, sigma: float) -> NDArray[np.float64]:
    """Return how direction differences spread over the cells of the full turn (MCC eq. 11), as cubics.

    The cubics of Hermite: at the ends of a step value and slope are right; in 512 steps they are off by less than 1e-9.

    Args:
        steps: of the full turn.
        directions: cells over the full turn, at most ``LANES``.
        sigma: of the spread, radians.

    Returns:
        float64, shape (steps, 4, ``LANES``): of each step the coefficients, of degree 0 to 3, by which the share of
        each cell depends on where in the step a difference lies, 0 to 1; 0 beyond the last cell.
    """
    step, scale, width = 2 * pi / directions, 1 / (sqrt(2.0) * sigma), 2 * pi / steps
    value, slope, table = np.zeros((steps + 1, LANES)), np.zeros((steps + 1, LANES)), np.zeros((steps, 4, LANES))
    for n in range(steps + 1):
        for k in range(directions):
            middle = wrap(-pi + (k + 0.5) * step - n * width)
            lower, upper = (middle - step / 2) * scale, (middle + step / 2) * scale
            value[n, k] = 0.5 * (erf(upper) - erf(lower))
            slope[n, k] = (exp(-lower * lower) - exp(-upper * upper)) * scale / sqrt(pi) * width
    for n in range(steps):
        for k in range(directions):
            rise, first, last = value[n + 1, k] - value[n, k], slope[n, k], slope[n + 1, k]
            table[n, 0, k], table[n, 1, k] = value[n, k], first
            table[n, 2, k], table[n, 3, k] = 3 * rise - 2 * first - last, first + last - 2 * rise
    return table


@compiled
def _reached(at: float, reach: float, cell: float, middle: float, across: int) -> tuple[int, int]:
    """Return the first and the last row of cells whose centres may lie within reach."""
    return max(0, ceil((at - reach) / cell + middle)), min(across - 1, floor((at + reach) / cell + middle))


@compiled
def _gaussian_along(
    first: int, last: int, distance: float, cell: float, sharpness: float, growth: float, values: NDArray[np.float64]
) -> None:
    """Write exp(-sharpness d^2) for a row of cells; each step multiplies by what it multiplied by before, and more."""
    value = exp(-sharpness * distance * distance)
    factor = exp(-sharpness * cell * (2 * distance + cell))
    for k in range(first, last + 1):
        values[k] = value
        value *= factor
        factor *= growth


@compiled
def add_neighbours(
    i: int,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    angle: NDArray[np.float64],
    circle: Circle,
    sums: FloatArray,
) -> None:
    """Add what the neighbours of minutia ``i`` blur into the cells of its cylinder (MCC eqs. 4 to 11, no sigmoid).

    A neighbour visits only the cells that it reaches, all directions of one at once, and its Gaussian is a product of
    one along u and one along v.

    Args:
        i: which minutia.
        x: float64, shape (n,): minutiae, pixels.
        y: likewise, downwards.
        angle: likewise, radians counter-clockwise.
        circle: the cells, m of them.
        sums: float32, contiguous, shape (m + 1, ``LANES``): a row for each cell, its directions first; in the last row
            lies what falls beside the circle.
    """
    grid, cell, spread = circle.grid, circle.cell, circle.spread
    across = grid.shape[0]
    reach = _BLUR_REACH * circle.sigma_position
    middle = (across - 1) / 2
    farthest = middle * cell * sqrt(2.0) + reach
    scale = 1.0 / (circle.sigma_position * sqrt(2 * pi))
    sharpness = 1 / (2 * circle.sigma_position * circle.sigma_position)
    growth = exp(-2 * sharpness * cell * cell)
    shares, along_u, along_v = np.empty(LANES, np.float32), np.empty(across), np.empty(across)
    c, s = cos(angle[i]), sin(angle[i])
    for t in range(x.shape[0]):
        dx, dy = x[t] - x[i], y[t] - y[i]
        if t == i or dx * dx + dy * dy > farthest * farthest:
            continue
        u, v = c * dx - s * dy, s * dx + c * dy
        first_u, last_u = _reached(u, reach, cell, middle, across)
        first_v, last_v = _reached(v, reach, cell, middle, across)
        if first_u > last_u or first_v > last_v:
            continue
        turn = (angle[i] - angle[t]) * (spread.shape[0] / (2 * pi))
        step = floor(turn)
        cubic, part = spread[step % spread.shape[0]], turn - step
        for k in range(LANES):
            shares[k] = scale * (cubic[0, k] + part * (cubic[1, k] + part * (cubic[2, k] + part * cubic[3, k])))
        _gaussian_along(first_v, last_v, (first_v - middle) * cell - v, cell, sharpness, growth, along_v)
        _gaussian_along(first_u, last_u, (first_u - middle) * cell - u, cell, sharpness, growth, along_u)
        for p in range(first_u, last_u + 1):
            du2 = ((p - middle) * cell - u) ** 2
            for q in range(first_v, last_v + 1):
                within = du2 + ((q - middle) * cell - v) ** 2 <= reach * reach
                add_to_row(sums, grid[p, q], np.float32(along_u[p] * along_v[q]) if within else np.float32(0), shares)


@compiled
def blur(
    i: int,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    angle: NDArray[np.float64],
    circle: Circle,
    rows: FloatArray,
    sums: FloatArray,
) -> None:
    """Write what :func:`add_neighbours` adds to ``rows``, its room, one direction after the other, shape (m * d,)."""
    rows[:] = 0
    add_neighbours(i, x, y, angle, circle, rows)
    for c in range(sums.shape[0]):
        sums[c] = rows[c // circle.directions, c % circle.directions]


@compiled
def cell_sums(x: NDArray[np.float64], y: NDArray[np.float64], angle: NDArray[np.float64], circle: Circle) -> FloatArray:
    """Blur the neighbours of every minutia into the cells of its cylinder, see :func:`add_neighbours`.

    Returns:
        float32, shape (n, m * directions), direction fastest.
    """
    n, m = x.shape[0], circle.centres.shape[0]
    sums, rows = np.empty((n, m * circle.directions), np.float32), np.empty((m + 1, LANES), np.float32)
    for i in range(n):
        blur(i, x, y, angle, circle, rows, sums[i])
    return sums
