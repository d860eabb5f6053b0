"""Minutia Cylinder-Code: the neighbourhood of every minutia as a cylinder of cells, position by direction.

R. Cappelli, M. Ferrara, D. Maltoni, "Minutia Cylinder-Code: A New Representation and Matching Technique for Fingerprint
Recognition", IEEE TPAMI 32(12), 2010, section 3. Distances in pixels at 500 dpi.
"""

from __future__ import annotations

from functools import cache
from math import ceil
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.comparison._blur_kernels import cell_sums, direction_spread
from matcher.comparison._cylinder_kernels import Validity
from matcher.comparison.params import CylinderParams, CylinderShape
from matcher.comparison.prints import Circle
from matcher.types import FloatArray

T = TypeVar("T", bound=np.generic)

_SPREAD_STEPS = 512


@cache
def circle(shape: CylinderShape) -> Circle:
    """Return the cells of a cylinder as the compiled loops take them; made once for all who ask."""
    offsets = (np.arange(shape.cells_across) - (shape.cells_across - 1) / 2) * shape.cell
    u, v = np.meshgrid(offsets, offsets, indexing="ij")
    inside = u**2 + v**2 <= shape.radius**2
    grid = np.where(inside, np.cumsum(inside).reshape(inside.shape) - 1, inside.sum()).astype(np.int64)
    centres = np.stack([u[inside], v[inside]], axis=1)
    return Circle(
        _constant(grid),
        _constant(centres),
        shape.cell,
        shape.directions,
        shape.sigma_position,
        _constant(direction_spread(_SPREAD_STEPS, shape.directions, shape.sigma_direction)),
        shape.threshold,
    )


def _constant(array: NDArray[T]) -> NDArray[T]:
    array.flags.writeable = False
    return array


@cache
def validity(params: CylinderParams) -> Validity:
    """Return what a cylinder needs to say enough, as the compiled loops take it."""
    return Validity(
        params.hull_margin,
        ceil(params.least_valid * len(circle(params).centres)),
        params.radius + 3 * params.sigma_position,
        params.least_neighbours,
    )


def circle_sums(pose: FloatArray | NDArray[np.float64], shape: CylinderShape) -> FloatArray:
    """Return the blurred minutia counts of every cylinder, float32, shape (n, circle cells x directions).

    Args:
        pose: shape (n, 3): x, y in pixels, direction in radians.
        shape: what a cylinder is.
    """
    return cell_sums(*_columns(pose.astype(np.float64)), circle(shape))


def _columns(pose: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    x, y, angle = (np.ascontiguousarray(column) for column in pose.T)
    return x, y, angle
