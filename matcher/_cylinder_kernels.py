"""Compiled loops that build cylinders, GIL released. Each has a slow plain twin in the tests that it must equal."""

from __future__ import annotations

from math import cos, erf, exp, pi, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, wrap
from matcher._hull_kernels import near_hull
from matcher.types import FloatArray

_BLUR_REACH = 3.0
"""Minutiae farther from a cell than this many sigma count for nothing (MCC, TPAMI 32(12), 2010, section 3.1)."""


@compiled
def _direction_shares(turn: float, directions: int, sigma: float) -> NDArray[np.float64]:
    """Return how a direction difference spreads over the cells of the full turn (MCC eq. 11), shape (directions,)."""
    step = 2 * pi / directions
    shares = np.empty(directions)
    for k in range(directions):
        a = wrap(-pi + (k + 0.5) * step - turn)
        shares[k] = 0.5 * (erf((a + step / 2) / (sqrt(2.0) * sigma)) - erf((a - step / 2) / (sqrt(2.0) * sigma)))
    return shares


@compiled
def cell_sums(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    angle: NDArray[np.float64],
    cells: NDArray[np.float64],
    directions: int,
    sigma_position: float,
    sigma_direction: float,
) -> FloatArray:
    """Blur the neighbours of every minutia into the cells of its cylinder (MCC eqs. 4 to 11, before the sigmoid).

    Args:
        x: float64, shape (n,): minutiae, pixels.
        y: likewise, downwards.
        angle: likewise, radians counter-clockwise.
        cells: shape (m, 2): cell centres in the minutia's own frame, u along its direction.
        directions: cells over the full turn.
        sigma_position: spatial blur, pixels.
        sigma_direction: directional blur, radians.

    Returns:
        float32, shape (n, m * directions), direction fastest. Cost n^2 m, about 1 ms for 50 minutiae.
    """
    n, m = x.shape[0], cells.shape[0]
    sums = np.zeros((n, m * directions), np.float32)
    reach = _BLUR_REACH * sigma_position
    farthest = np.sqrt((cells**2).sum(axis=1).max()) + reach
    scale = 1.0 / (sigma_position * sqrt(2 * pi))
    for i in range(n):
        c, s = cos(angle[i]), sin(angle[i])
        for t in range(n):
            dx, dy = x[t] - x[i], y[t] - y[i]
            if t == i or dx * dx + dy * dy > farthest * farthest:
                continue
            u, v = c * dx - s * dy, s * dx + c * dy
            shares = _direction_shares(wrap(angle[i] - angle[t]), directions, sigma_direction)
            for j in range(m):
                d2 = (cells[j, 0] - u) ** 2 + (cells[j, 1] - v) ** 2
                if d2 <= reach * reach:
                    near = scale * exp(-d2 / (2 * sigma_position * sigma_position))
                    for k in range(directions):
                        sums[i, j * directions + k] += near * shares[k]
    return sums


@compiled
def cells_near_hull(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    angle: NDArray[np.float64],
    cells: NDArray[np.float64],
    hull: NDArray[np.float64],
    margin: float,
) -> NDArray[np.bool_]:
    """Tell which cells of every cylinder lie inside a convex polygon or within ``margin`` of it.

    Args:
        x: float64, shape (n,): minutiae, pixels.
        y: likewise, downwards.
        angle: likewise, radians counter-clockwise.
        cells: shape (m, 2): cell centres in the minutia's own frame, u along its direction.
        hull: shape (h, 2): corners in order around; see :func:`~matcher._hull_kernels.near_hull`.
        margin: pixels.

    Returns:
        bool, shape (n, m).
    """
    n, m = x.shape[0], cells.shape[0]
    near = np.zeros((n, m), np.bool_)
    for i in range(n):
        c, s = cos(angle[i]), sin(angle[i])
        for j in range(m):
            across, down = c * cells[j, 0] + s * cells[j, 1], c * cells[j, 1] - s * cells[j, 0]
            near[i, j] = near_hull(x[i] + across, y[i] + down, hull, margin)
    return near
