"""Ends of lines as minutiae: a ridge's end is an ending, a valley's end a bifurcation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.extraction.ridge._tracing_kernels import ends
from matcher.extraction.ridge.orientation import OrientationField
from matcher.extraction.ridge.params import CELL, MinutiaParams, SkeletonParams
from matcher.types import ByteArray, FloatArray, MinutiaKind


@dataclass(frozen=True, slots=True, eq=False)
class LineEnds:
    """Ends of ridges and valleys, n of them.

    Attributes:
        x, y: float32: position, pixels.
        angle: float32: back along the line, radians in (-pi, pi]; the field's where it agrees with the line.
        bend: float32: difference between line and field, radians in [0, pi / 2].
        length: float32: of the line as far as it was looked at, pixels.
        comes_to: uint8: what the line comes to, see :mod:`matcher.extraction.ridge._tracing_kernels`.
        kind: uint8: :class:`MinutiaKind` codes.
    """

    x: FloatArray
    y: FloatArray
    angle: FloatArray
    bend: FloatArray
    length: FloatArray
    comes_to: ByteArray
    kind: ByteArray

    def __len__(self) -> int:
        return int(self.x.shape[0])

    def take(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> LineEnds:
        """Return some of them."""
        return LineEnds(
            x=self.x[which],
            y=self.y[which],
            angle=self.angle[which],
            bend=self.bend[which],
            length=self.length[which],
            comes_to=self.comes_to[which],
            kind=self.kind[which],
        )


def line_ends(
    ridge_lines: ByteArray,
    valley_lines: ByteArray,
    field: OrientationField,
    params: MinutiaParams,
    skeletons: SkeletonParams,
) -> LineEnds:
    """Find the ends of both skeletons, and their directions."""
    found = [ends(lines, params.skipped, skeletons.looked_along) for lines in (ridge_lines, valley_lines)]
    kinds = np.repeat([MinutiaKind.ENDING, MinutiaKind.BIFURCATION], [len(part) for part in found])
    x, y, dx, dy, length, comes_to = np.concatenate(found).T
    traced = np.arctan2(-dy, dx)
    along = field_angle(field, x, y)
    # The field says the direction better, the line which of its two ends is meant.
    difference = _wrapped(along - traced)
    facing = np.where(np.abs(difference) <= np.pi / 2, along, along + np.pi)
    bend = np.abs(_wrapped(facing - traced))
    angle = _wrapped(np.where(bend <= params.snap, facing, traced))
    shift = params.advance
    return LineEnds(
        x=(x - shift * np.cos(angle)).astype(np.float32),
        y=(y + shift * np.sin(angle)).astype(np.float32),
        angle=angle.astype(np.float32),
        bend=bend.astype(np.float32),
        length=length.astype(np.float32),
        comes_to=comes_to.astype(np.uint8),
        kind=kinds.astype(np.uint8),
    )


def field_angle(field: OrientationField, x: FloatArray, y: FloatArray) -> NDArray[np.float64]:
    """Return the orientation at places, radians in [-pi / 2, pi / 2], between the middles of cells."""
    return np.arctan2(at_places(field.sine, x, y), at_places(field.cosine, x, y)) / 2


def at_places(cells: FloatArray, x: FloatArray, y: FloatArray) -> NDArray[np.float64]:
    """Read values of cells at places of the image, linearly between the middles of cells."""
    rows, columns = cells.shape
    across = np.clip((np.asarray(x, np.float64) - (CELL - 1) / 2) / CELL, 0, columns - 1)
    down = np.clip((np.asarray(y, np.float64) - (CELL - 1) / 2) / CELL, 0, rows - 1)
    column, row = across.astype(int), down.astype(int)
    fx, fy = across - column, down - row
    right, below = np.minimum(column + 1, columns - 1), np.minimum(row + 1, rows - 1)
    upper = cells[row, column] * (1 - fx) + cells[row, right] * fx
    lower = cells[below, column] * (1 - fx) + cells[below, right] * fx
    return np.asarray(upper * (1 - fy) + lower * fy, np.float64)


def _wrapped(angle: NDArray[np.floating]) -> NDArray[np.float64]:
    """Bring angles into (-pi, pi]."""
    return np.asarray(np.pi - np.mod(np.pi - angle, 2 * np.pi), np.float64)
