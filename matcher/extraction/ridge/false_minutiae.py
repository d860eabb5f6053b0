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
        x, y = found.x - step * np.cos(found.angle), found.y + step * np.sin(found.angle)
        # Asked of the place itself: half a pixel outside the image is outside, although the nearest pixel is not.
        inside = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
        column, row = (np.rint(np.where(inside, place, 0)).astype(int) for place in (x, y))
        least = np.minimum(least, np.where(inside, depth[row, column], 0))
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
