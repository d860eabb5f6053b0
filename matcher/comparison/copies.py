"""Is one impression a copy of the other? Skin bends: two touches of a finger never leave its minutiae quite so alike.

The pairs that a comparison found are laid over each other by one rigid movement, which a copy that was shifted, turned,
cropped or encoded anew fits to a pixel and another touch does not.
"""

from __future__ import annotations

from math import cos, hypot, sin
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, wrap
from matcher.comparison._alignment_kernels import rigid
from matcher.comparison.compare import Comparison
from matcher.comparison.prepared import PreparedTemplate

_ROUNDS = 4


class CopyParams(NamedTuple):
    """What makes a copy: any of three measures, and enough pairs.

    Origin: LEADER on FVC2002 DB1-DB4, FVC2004 DB2, DB3 (sets B) and FCJ2020: of 3182 pairs of touches of one finger
    none comes as near; the nearest have a median of 0.78 px, 68 % within a pixel, 85 % agreeing.

    Attributes:
        fewest_pairs: with fewer nothing is said.
        median: distance of the pairs after the movement, pixels, at most.
        within_pixel: share of the pairs that lie within one pixel, at least.
        agreeing: share of the smaller template's minutiae that lie within ``reach`` and ``turn``, at least.
        reach, turn: pixels, radians.
        trim: pairs further than so many medians do not make the movement.
    """

    fewest_pairs: int = 8
    median: float = 0.75
    within_pixel: float = 0.70
    agreeing: float = 0.87
    reach: float = 1.5
    turn: float = 0.1
    trim: float = 2.5


def is_copy(
    probe: PreparedTemplate, reference: PreparedTemplate, comparison: Comparison, params: CopyParams | None = None
) -> bool:
    """Tell whether an impression is more like another than two touches of a finger ever are.

    Args:
        probe: one impression.
        reference: the other.
        comparison: of both.
        params: what makes a copy.
    """
    params = params or CopyParams()
    if len(comparison.pairs) < params.fewest_pairs:
        return False
    median, within, agreeing = residuals(probe.print.pose, reference.print.pose, comparison.pairs, params)
    return bool(
        median <= params.median
        or within >= params.within_pixel
        or agreeing >= params.agreeing * min(len(probe.template), len(reference.template))
    )


@compiled
def residuals(
    a: NDArray[np.float64], b: NDArray[np.float64], pairs: NDArray[np.int64], params: CopyParams
) -> tuple[float, float, int]:
    """Measure what is left between paired minutiae after the best rigid movement.

    Args:
        a: float64, shape (n, 3): x, y, direction.
        b: likewise, shape (m, 3).
        pairs: int64, shape (k, 2), k >= 1: rows of ``a`` and ``b``.
        params: see :class:`CopyParams`.

    Returns:
        Their median distance in pixels, the share of them within a pixel, and how many agree.
    """
    count = pairs.shape[0]
    distance, turned, fitting, middle = np.empty(count), np.empty(count), np.ones(count, np.bool_), 0.0
    for _ in range(_ROUNDS):
        used = pairs[fitting]
        turn, dx, dy = rigid(a, b, used, np.ones(used.shape[0]))
        c, s = cos(turn), sin(turn)
        for k in range(count):
            i, j = pairs[k, 0], pairs[k, 1]
            x, y = c * a[i, 0] + s * a[i, 1] + dx, c * a[i, 1] - s * a[i, 0] + dy
            distance[k] = hypot(x - b[j, 0], y - b[j, 1])
            turned[k] = abs(wrap(a[i, 2] + turn - b[j, 2]))
        middle = np.median(distance)
        fitting = distance <= max(params.trim * middle, 0.5)
    agreeing = near = 0
    for k in range(count):
        agreeing += distance[k] <= params.reach and turned[k] <= params.turn
        near += distance[k] <= 1.0
    return middle, near / count, agreeing
