"""What the score sees of a local measure: how many local values are in each of ten bins, their mean and deviation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def histogram(name: str, limits: Sequence[float], values: NDArray[np.float64]) -> dict[str, float]:
    """Return ``NAME_Bin10_0`` to ``_9``, ``_Mean`` and ``_StdDev`` (of the population); all 0 without values.

    Args:
        name: of the measure.
        limits: nine, ascending; a value at a limit is above it.
        values: shape (n,).
    """
    bins = np.bincount(np.searchsorted(limits, values, side="right"), minlength=len(limits) + 1)
    found = {f"{name}_Bin10_{number}": float(count) for number, count in enumerate(bins)}
    found[f"{name}_Bin10_Mean"] = float(values.mean()) if len(values) else 0.0
    found[f"{name}_Bin10_StdDev"] = float(values.std()) if len(values) else 0.0
    return found
