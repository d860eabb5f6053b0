"""How many mated pairs a comparator loses, counted softly: it tells more than error rates where those are coarse."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TARGET = 4.0
"""-log10 of the FMR at which pairs are lost."""

SOFTNESS = 0.5
"""Decades of FMR around it in which a pair is lost in part."""


def losses(score: NDArray[np.float64], mated: NDArray[np.bool_]) -> float:
    """Count softly the mated pairs lost at the target FMR, under a tail fitted to the best hundredth of strangers.

    Args:
        score: float64, shape (p,): raw comparison scores.
        mated: bool, shape (p,): whether both prints are of one finger.
    """
    strangers = np.sort(score[~mated])
    edge = strangers[int(0.99 * strangers.size)]
    slope = float((strangers[strangers > edge] - edge).mean())
    decades = 2 + (score[mated] - edge) / slope / np.log(10)
    return float((1 / (1 + np.exp(np.clip((decades - TARGET) / SOFTNESS, -50, 50)))).sum())
