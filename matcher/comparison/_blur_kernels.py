"""Compiled loops that blur minutiae into the cells of cylinders, GIL released; a plain twin is in the tests."""

from __future__ import annotations

from math import ceil, cos, erf, exp, floor, pi, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, wrap
from matcher.comparison.prints import Circle
from matcher.types import FloatArray

_BLUR_REACH = 3.0
"""Minutiae farther from a cell than this many sigma count for nothing (MCC, TPAMI 32(12), 2010, section 3.1)."""


@compiled
def _spread_direction(turn: float, directions: int, sigma: float, shares: NDArray[np.float64]) -> None:
    """Write how a direction difference spreads over the cells of the full turn (MCC eq. 11), shape (directions,)."""
    step = 2 * pi / directions
    scale = 1 / (sqrt(2.0) * sigma)
    upper_end, upper = -10.0, 0.0
    for k in range(directions):
        a = wrap(-pi + (k + 0.5) * step - turn)
        # The lower end of a cell is the upper end of the one before, except where the turn wraps.
        lower = upper if abs(a - step / 2 - upper_end) < 1e-9 else erf((a - step / 2) * scale)
        upper_end, upper = a + step / 2, erf((a + step / 2) * scale)
        shares[k] = 0.5 * (upper - lower)


@compiled
def direction_spread(steps: int, directions: int, sigma: float) -> NDArray[np.float64]:
    """Return the spread of every direction difference of a full turn in ``steps``, shape (steps, directions)."""
    table = np.empty((steps, directions))
    for k in range(steps):
        _spread_direction(wrap(k * (2 * pi / steps)), directions, sigma, table[k])
    return table


@compiled
def _reached(at: float, reach: float, cell: float, middle: float, across: int) -> tuple[int, int]:
    """Return the first and the last row of cells whose centres may lie within reach."""
    return max(0, ceil((at - reach) / cell + middle)), min(across - 1, floor((at + reach) / cell + middle))


@compiled
def _gaussian_along(
    first: int, last: int, distance: float, cell: float, sharpness: float, values: NDArray[np.float64]
) -> None:
    """Write exp(-sharpness d^2) for a row of cells; each step multiplies by what it multiplied by before, and more."""
    value = exp(-sharpness * distance * distance)
    factor = exp(-sharpness * cell * (2 * distance + cell))
    growth = exp(-2 * sharpness * cell * cell)
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
    spread: NDArray[np.float64],
    sums: FloatArray,
) -> None:
    """Add to ``sums``, of shape (m * directions,), what :func:`cell_sums` says of minutia ``i``.

    ``spread`` is empty, or a table of :func:`direction_spread`, which is quicker and rounds the directions' difference.
    A neighbour visits only the cells that it reaches, and its Gaussian is a product of one along u and one along v.
    """
    grid, cell, directions, sigma_direction = circle.grid, circle.cell, circle.directions, circle.sigma_direction
    across = grid.shape[0]
    reach = _BLUR_REACH * circle.sigma_position
    middle = (across - 1) / 2
    farthest = middle * cell * sqrt(2.0) + reach
    scale = 1.0 / (circle.sigma_position * sqrt(2 * pi))
    sharpness = 1 / (2 * circle.sigma_position * circle.sigma_position)
    shares, along_u, along_v = np.empty(directions), np.empty(across), np.empty(across)
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
        if spread.shape[0]:
            shares = spread[floor((angle[i] - angle[t]) * (spread.shape[0] / (2 * pi)) + 0.5) % spread.shape[0]]
        else:
            _spread_direction(wrap(angle[i] - angle[t]), directions, sigma_direction, shares)
        _gaussian_along(first_v, last_v, (first_v - middle) * cell - v, cell, sharpness, along_v)
        _gaussian_along(first_u, last_u, (first_u - middle) * cell - u, cell, sharpness, along_u)
        for p in range(first_u, last_u + 1):
            du2 = ((p - middle) * cell - u) ** 2
            for q in range(first_v, last_v + 1):
                j = grid[p, q]
                if j >= 0 and du2 + ((q - middle) * cell - v) ** 2 <= reach * reach:
                    near = scale * along_u[p] * along_v[q]
                    for k in range(directions):
                        sums[j * directions + k] += near * shares[k]


@compiled
def cell_sums(x: NDArray[np.float64], y: NDArray[np.float64], angle: NDArray[np.float64], circle: Circle) -> FloatArray:
    """Blur the neighbours of every minutia into the cells of its cylinder (MCC eqs. 4 to 11, before the sigmoid).

    Args:
        x: float64, shape (n,): minutiae, pixels.
        y: likewise, downwards.
        angle: likewise, radians counter-clockwise.
        circle: the cells.

    Returns:
        float32, shape (n, m * directions), direction fastest. About 0.4 ms for 50 minutiae.
    """
    n = x.shape[0]
    sums = np.zeros((n, circle.centres.shape[0] * circle.directions), np.float32)
    exact = np.empty((0, circle.directions))
    for i in range(n):
        add_neighbours(i, x, y, angle, circle, exact, sums[i])
    return sums
