"""Ends that are no minutiae: of ridges that the edge of the finger cuts, and of lines that are only interrupted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.extraction.ridge.minutiae import LineEnds
from matcher.extraction.ridge.params import MinutiaParams
from matcher.types import FloatArray


def depth_ahead(found: LineEnds, depth: FloatArray, params: MinutiaParams) -> NDArray[np.float64]:
    """Return how far from the edge of the finger each end is, measured a step beyond it, pixels.

    Args:
        found: the ends.
        depth: distance of every pixel from the edge of the finger, 0 outside.
        params: constants.
    """
    height, width = depth.shape
    least = np.full(len(found), np.inf)
    for step in (0.0, params.before):
        column = np.rint(found.x - step * np.cos(found.angle)).astype(int)
        row = np.rint(found.y + step * np.sin(found.angle)).astype(int)
        inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
        here = depth[np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)]
        least = np.minimum(least, np.where(inside, here, 0))
    return np.asarray(least, np.float64)


def interrupted(found: LineEnds, params: MinutiaParams) -> NDArray[np.bool_]:
    """Mark pairs of ends of one kind that face each other over a short gap: one line, torn."""
    torn = np.zeros(len(found), np.bool_)
    dx, dy = found.x[None] - found.x[:, None], found.y[None] - found.y[:, None]
    distance = np.hypot(dx, dy)
    back = np.exp(1j * found.angle.astype(np.float64))
    opposite = np.real(back[:, None] * np.conj(back[None])) < -np.cos(params.facing)
    # Seen from an end, the other lies ahead: against the direction back along the line.
    ahead = np.real((dx - 1j * dy) * np.conj(-back[:, None])) > np.cos(params.facing) * distance
    same = found.kind[:, None] == found.kind[None]
    pairs = same & opposite & (distance <= params.gap) & (distance > 0) & ((ahead & ahead.T) | (distance < 4))
    torn[pairs.any(axis=1)] = True
    return torn
