"""Cores and deltas: where the ridges turn by half a turn around a point, with it or against it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.extraction.ridge.orientation import OrientationField
from matcher.extraction.ridge.params import CELL, SingularityParams
from matcher.types import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class SingularPoints:
    """Cores and deltas of an impression; a whorl has two cores.

    Attributes:
        cores, deltas: float32, shape (n, 2): x and y, pixels.
    """

    cores: FloatArray
    deltas: FloatArray


def singular_points(field: OrientationField, mask: FloatArray, params: SingularityParams) -> SingularPoints:
    """Find them: Poincaré's index on a square path of cells, Kawagoe and Tojo 1984.

    Args:
        field: orientation of the cells.
        mask: of the cells: the whole path must lie on the finger.
        params: constants.
    """
    radius = max(1, round(params.radius / CELL))
    index = _index(field, mask, radius)
    cores, deltas = _middles(index > 0.25), _middles(index < -0.25)
    far = np.ones((len(cores), len(deltas)), np.bool_)
    if len(cores) and len(deltas):
        far = np.hypot(*(cores[:, None] - deltas[None]).transpose(2, 0, 1)) >= params.apart
    return SingularPoints(cores[far.all(axis=1)], deltas[far.all(axis=0)])


def _index(field: OrientationField, mask: FloatArray, radius: int) -> NDArray[np.float64]:
    """Return by how many turns the ridges turn around every cell's upper left corner's cell, 0 where it is unknown."""
    rows, columns = mask.shape
    index = np.zeros((rows, columns))
    side = 2 * radius
    if rows <= side or columns <= side:
        return index
    path = _path(radius)
    doubled_angle = np.arctan2(field.sine, field.cosine)
    doubled = [_window(doubled_angle, r, c, side) for r, c in path]
    inside = np.all([_window(mask, r, c, side) > 0.5 for r, c in path], axis=0)
    turns = np.zeros_like(doubled[0], dtype=np.float64)
    for here, there in zip(doubled, doubled[1:] + doubled[:1], strict=True):
        turn = there - here
        turns += turn - 2 * np.pi * np.rint(turn / (2 * np.pi))
    index[radius : rows - radius, radius : columns - radius] = np.where(inside, turns / (4 * np.pi), 0)
    return index


def _path(radius: int) -> list[tuple[int, int]]:
    """Return rows and columns of a square path, counter-clockwise as seen, from the lower right corner."""
    side = 2 * radius
    up = [(side - k, side) for k in range(side)]
    left = [(0, side - k) for k in range(side)]
    down = [(k, 0) for k in range(side)]
    right = [(side, k) for k in range(side)]
    return up + left + down + right


def _window(cells: FloatArray, row: int, column: int, side: int) -> FloatArray:
    rows, columns = cells.shape
    return cells[row : rows - side + row, column : columns - side + column]


def _middles(found: NDArray[np.bool_]) -> FloatArray:
    """Return the middle of every patch of cells, x and y in pixels."""
    count, _, _, middles = cv2.connectedComponentsWithStats(found.astype(np.uint8), connectivity=8)
    points = middles[1:count] * CELL + (CELL - 1) / 2
    return np.asarray(points, np.float32).reshape(-1, 2)
