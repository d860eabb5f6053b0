"""Where a point lies to a convex polygon; compiled, GIL released."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled


@compiled
def inside_hull(x: float, y: float, hull: NDArray[np.float64]) -> bool:
    """Tell whether a point lies inside a convex polygon, or on its edge; never inside fewer than three corners."""
    corners = hull.shape[0]
    left, right = 0, 0
    for k in range(corners):
        following = k + 1 if k + 1 < corners else 0
        side = (hull[following, 0] - hull[k, 0]) * (y - hull[k, 1]) - (hull[following, 1] - hull[k, 1]) * (
            x - hull[k, 0]
        )
        left += side >= 0
        right += side <= 0
        if left <= k and right <= k:
            return False
    return bool(corners > 2)


@compiled
def near_hull(x: float, y: float, hull: NDArray[np.float64], margin: float) -> bool:
    """Tell whether a point lies inside a convex polygon or within ``margin`` of it.

    Args:
        x: position, pixels.
        y: likewise.
        hull: shape (h, 2), h >= 1: corners in order around, in either sense; one or two are a point or a segment.
        margin: pixels.
    """
    if inside_hull(x, y, hull):
        return True
    for k in range(hull.shape[0]):
        following = k + 1 if k + 1 < hull.shape[0] else 0
        ax, ay = hull[k, 0], hull[k, 1]
        ex, ey = hull[following, 0] - ax, hull[following, 1] - ay
        length = ex * ex + ey * ey
        along = 0.0 if length == 0 else min(1.0, max(0.0, ((x - ax) * ex + (y - ay) * ey) / length))
        dx, dy = x - ax - along * ex, y - ay - along * ey
        if dx * dx + dy * dy <= margin * margin:
            return True
    return False
