"""The grid and the steps of a ridge map, and which template it belongs to."""

from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matcher.errors import TemplateInvalidError
from matcher.templates.quantisation import angle_steps, position_steps
from matcher.types import ByteArray, FloatArray, RidgeMap, Template

SQUARE_PX = 24
"""Side of a square of the grid: not quite three ridges."""

CLEAR_LEVELS = 4
ORIENTATION_STEPS = 32  # in half a turn
PERIOD_STEPS = 16
DIRECTION_STEPS = 256  # in a full turn
MOST_SINGULAR = 15
SHORTEST_PERIOD, LONGEST_PERIOD = 5.0, 16.0
"""Pixels of the first and the last step; those between are in equal ratios."""


def grid_shape(width: int, height: int) -> tuple[int, int]:
    """Return the rows and columns of squares that cover a frame."""
    return -(-height // SQUARE_PX), -(-width // SQUARE_PX)


def period_shape(shape: tuple[int, int]) -> tuple[int, int]:
    """Return the rows and columns of squares of twice the side."""
    return -(-shape[0] // 2), -(-shape[1] // 2)


def orientation_steps(angle: FloatArray) -> ByteArray:
    """Return radians, of any half turn, as parts of pi / 32."""
    steps = np.rint(angle * (ORIENTATION_STEPS / np.pi)).astype(np.int64) % ORIENTATION_STEPS
    return np.asarray(steps, np.uint8)


def orientations(steps: ByteArray) -> FloatArray:
    """Return radians in [0, pi)."""
    return (steps * (np.pi / ORIENTATION_STEPS)).astype(np.float32)


def period_steps(period: FloatArray) -> ByteArray:
    """Return pixels as steps; what is beyond the last step is taken for it."""
    ratio = np.log(np.maximum(period, 1e-3) / SHORTEST_PERIOD) / np.log(LONGEST_PERIOD / SHORTEST_PERIOD)
    return np.asarray(np.clip(np.rint(ratio * (PERIOD_STEPS - 1)), 0, PERIOD_STEPS - 1), np.uint8)


def periods(steps: ByteArray) -> FloatArray:
    """Return pixels."""
    share = steps.astype(np.float64) / (PERIOD_STEPS - 1)
    return (SHORTEST_PERIOD * (LONGEST_PERIOD / SHORTEST_PERIOD) ** share).astype(np.float32)


def minutiae_mark(template: Template) -> int:
    """Return a CRC-32 of frame, positions and directions in the order and the steps in which they are stored."""
    steps = (position_steps(template.x), position_steps(template.y), angle_steps(template.angle))
    frame = np.array([template.width, template.height])
    return zlib.crc32(b"".join(column.astype(">u2").tobytes() for column in (frame, *steps)))


def with_ridges(template: Template, ridges: RidgeMap) -> Template:
    """Return the template with a map of its own."""
    return replace(template, ridges=replace(ridges, minutiae=minutiae_mark(template)))


def own_ridges(template: Template) -> RidgeMap | None:
    """Return the template's map, or None if it has none, or one that was made with other minutiae or another frame."""
    ridges = template.ridges
    return ridges if ridges is not None and ridges.minutiae == minutiae_mark(template) else None


def require_sound_ridges(ridges: RidgeMap, width: int, height: int) -> None:
    """Check a map's shapes and ranges.

    Raises:
        TemplateInvalidError: naming what is wrong, never a value.
    """
    shape = grid_shape(width, height)
    shapes = (ridges.clear.shape, ridges.orientation.shape, ridges.period.shape, ridges.singular.shape[1:])
    if shapes != (shape, shape, period_shape(shape), (4,)) or ridges.singular.shape[0] > MOST_SINGULAR:
        raise TemplateInvalidError("ridge map: its grid is not the frame's, or it has too many singular points")
    seen = ridges.clear > 0
    if (ridges.clear >= CLEAR_LEVELS).any() or (ridges.orientation >= np.where(seen, ORIENTATION_STEPS, 1)).any():
        raise TemplateInvalidError("ridge map: a square holds a step out of range")
    if (ridges.period >= np.where(blocks_seen(ridges.clear), PERIOD_STEPS, 1)).any():
        raise TemplateInvalidError("ridge map: a period is out of range")
    require_sound_points(ridges.singular, width, height)


def require_sound_points(singular: NDArray[np.uint16], width: int, height: int) -> None:
    """Check the ranges of singular points, shape (k, 4). Raises as :func:`require_sound_ridges`."""
    kind, x, y, direction = singular.T
    if (kind > 1).any() or (x > width).any() or (y > height).any() or (direction >= DIRECTION_STEPS).any():
        raise TemplateInvalidError("ridge map: a singular point is out of range")


def blocks_seen(clear: ByteArray) -> NDArray[np.bool_]:
    """Tell which squares of twice the side show any ridges."""
    rows, columns = clear.shape
    even = np.pad(clear, ((0, rows % 2), (0, columns % 2)))
    return np.asarray(even.reshape(even.shape[0] // 2, 2, even.shape[1] // 2, 2).any(axis=(1, 3)))
