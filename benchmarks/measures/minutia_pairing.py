"""Which minutiae of two extractors are the same: one to one, the nearest first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def nearest_first(distance: NDArray[np.float64], limit: float) -> list[tuple[int, int]]:
    """Pair rows with columns of a matrix of distances, each at most once, up to ``limit``; infinite: never."""
    left = distance.copy()
    pairs = []
    while left.size and left.min() <= limit:
        i, j = (int(n) for n in np.unravel_index(left.argmin(), left.shape))
        left[i, :] = np.inf
        left[:, j] = np.inf
        pairs.append((i, j))
    return pairs
