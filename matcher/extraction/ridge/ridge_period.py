"""How far apart the ridges are: the strongest wave across them, window by window, smoothed over the finger."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from matcher.extraction.ridge._period_kernels import measure_waves
from matcher.extraction.ridge.grid import blurred
from matcher.extraction.ridge.orientation import OrientationField
from matcher.extraction.ridge.params import CELL, PeriodParams
from matcher.types import FloatArray

_STRIDE = 2  # cells from window to window


def ridge_period(
    image: FloatArray, field: OrientationField, mask: FloatArray, params: PeriodParams
) -> tuple[FloatArray, FloatArray]:
    """Measure the ridge period.

    Args:
        image: normalised, float32.
        field: orientation of the cells.
        mask: of the cells.
        params: constants.

    Returns:
        Period of every cell, pixels, float32; and the share of the strongest wave in the profile, 0 to 1: how much
        the window looks like ridges.
    """
    rows, columns = mask.shape
    down, right = np.mgrid[_STRIDE // 2 : rows : _STRIDE, _STRIDE // 2 : columns : _STRIDE]
    if not down.size:
        down, right = np.zeros((1, 1), int), np.zeros((1, 1), int)
    inside = mask[down, right] > 0.5
    middle = (CELL - 1) / 2
    place = [right[inside] * CELL + middle, down[inside] * CELL + middle, field.angle[down[inside], right[inside]]]
    points = np.stack(place, axis=1).astype(np.float32)
    cosines, sines = _waves(params)
    found = measure_waves(image, points, params.along, cosines, sines)
    log_period = np.zeros(inside.shape, np.float32)
    share = np.zeros(inside.shape, np.float32)
    log_period[inside] = np.log(params.shortest) + found[:, 0] * _step(params)
    share[inside] = found[:, 1]
    return _spread(log_period, np.minimum(share, 1), params, (columns, rows))


def _spread(
    log_period: FloatArray, share: FloatArray, params: PeriodParams, size: tuple[int, int]
) -> tuple[FloatArray, FloatArray]:
    """Smooth over the finger, every window weighted by how much it looks like ridges, and fill what is between."""
    weight = share * share
    total = float(weight.sum())
    mean = float((weight * log_period).sum()) / total if total > 0 else float(np.log(9.0))
    sigma = params.smoothing / (_STRIDE * CELL)
    near = blurred(weight * (log_period - mean), sigma) / (blurred(weight, sigma) + params.prior)
    period = np.exp(mean + near)
    period_cells = cv2.resize(period, size, interpolation=cv2.INTER_LINEAR)
    share_cells = cv2.resize(share, size, interpolation=cv2.INTER_LINEAR)
    shape = (size[1], size[0])
    return (
        np.asarray(period_cells, np.float32).reshape(shape),
        np.asarray(share_cells, np.float32).reshape(shape),
    )


def _step(params: PeriodParams) -> float:
    return float(np.log(params.longest / params.shortest)) / (params.steps - 1)


@cache
def _waves(params: PeriodParams) -> tuple[FloatArray, FloatArray]:
    """Return tapered waves of all periods, each of unit energy, shape (steps, across)."""
    place = np.arange(params.across) - (params.across - 1) / 2
    taper = np.cos(np.pi * place / (params.across + 1))
    period = params.shortest * np.exp(_step(params) * np.arange(params.steps))
    phase = 2 * np.pi * place / period[:, None]
    waves = [taper * np.cos(phase), taper * np.sin(phase)]
    waves[0] -= taper * (waves[0].sum(axis=1, keepdims=True) / taper.sum())
    cosines, sines = ((w / np.linalg.norm(w, axis=1, keepdims=True)).astype(np.float32) for w in waves)
    return cosines, sines
