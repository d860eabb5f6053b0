"""The ridge map of a template: what the stages found on cells of 8 pixels, told on squares of 24 in a few bits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.extraction.ridge.fields import Flow, RidgeFields
from matcher.extraction.ridge.orientation import OrientationField
from matcher.extraction.ridge.params import CELL
from matcher.templates.ridge_map import (
    DIRECTION_STEPS,
    MOST_SINGULAR,
    SQUARE_PX,
    blocks_seen,
    grid_shape,
    orientation_steps,
    period_shape,
    period_steps,
)
from matcher.types import FloatArray, RidgeMap

_CELLS = SQUARE_PX // CELL
_CLEAR_FROM = (0.3, 0.55, 0.75)
"""Mean coherence of the gradients over a square, 0 outside the finger, from which on ridges are clear to 1, 2, 3."""

_AROUND = 20.0  # pixels from a singular point at which the ridges around it are looked at
_PLACES = 16


def coarse_map(flow: Flow | RidgeFields, width: int, height: int) -> RidgeMap:
    """Return the map of an image at 500 dpi; it belongs to no minutiae yet.

    Args:
        flow: of the image.
        width: of the image, pixels.
        height: likewise.
    """
    shape = grid_shape(width, height)
    weight = flow.mask_cells * flow.orientation.coherence
    cosine, sine = (_meant(weight * part, shape, _CELLS) for part in (flow.orientation.cosine, flow.orientation.sine))
    clear = np.searchsorted(_CLEAR_FROM, np.hypot(cosine, sine), side="right").astype(np.uint8)
    angle = np.asarray(np.arctan2(sine, cosine) / 2, np.float32)
    wide = blocks_seen(clear)
    some = _meant(flow.mask_cells, period_shape(shape), 2 * _CELLS)
    log_period = _meant(flow.mask_cells * np.log(flow.period), period_shape(shape), 2 * _CELLS)
    period = period_steps(np.exp(log_period / np.maximum(some, 1e-6)))
    return RidgeMap(
        clear=clear,
        orientation=np.where(clear > 0, orientation_steps(angle), 0).astype(np.uint8),
        period=np.where(wide, period, 0).astype(np.uint8),
        singular=_singular(flow, width, height),
        minutiae=0,
    )


def _meant(cells: FloatArray, shape: tuple[int, int], side: int) -> FloatArray:
    """Return the means over squares of ``side`` cells; beyond the image there is nothing."""
    rows, columns = shape
    whole = np.zeros((rows * side, columns * side), np.float32)
    whole[: cells.shape[0], : cells.shape[1]] = cells
    return np.asarray(whole.reshape(rows, side, columns, side).mean(axis=(1, 3)), np.float32)


def _singular(flow: Flow | RidgeFields, width: int, height: int) -> NDArray[np.uint16]:
    points = flow.singular_points
    rows = [
        (kind, x, y, _direction(flow.orientation, x, y, 1 - 2 * kind))
        for kind, places in enumerate((points.cores, points.deltas))
        for x, y in places.tolist()
    ]
    found = np.array(rows[:MOST_SINGULAR], np.float64).reshape(-1, 4)
    return np.rint(np.clip(found, 0, [1, width, height, DIRECTION_STEPS - 1])).astype(np.uint16)


def _direction(field: OrientationField, x: float, y: float, turns: int) -> int:
    """Return where a singular point points to, in steps of the full turn.

    Around a core the doubled orientation turns once with the place, around a delta once against it; what it is beyond
    that turn is the core's own direction, and three times that of any arm of a delta.
    """
    place = 2 * np.pi * np.arange(_PLACES) / _PLACES
    rows = np.rint((y - _AROUND * np.sin(place)) / CELL - 0.5).astype(int).clip(0, field.cosine.shape[0] - 1)
    columns = np.rint((x + _AROUND * np.cos(place)) / CELL - 0.5).astype(int).clip(0, field.cosine.shape[1] - 1)
    beyond = (field.cosine[rows, columns] + 1j * field.sine[rows, columns]) * np.exp(-1j * turns * place)
    return int(np.rint(np.angle(beyond.sum()) * (DIRECTION_STEPS / (2 * np.pi)))) % DIRECTION_STEPS
