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

    Raises:
        ValueError: there are too few strangers, or too few with a score, to tell their tail.
    """
    strangers = np.sort(score[~mated])
    edge = strangers[int(0.99 * strangers.size)] if strangers.size else 0.0
    beyond = strangers[strangers > edge]
    if not beyond.size:
        raise ValueError("too few scores of strangers to tell their tail")
    slope = float((beyond - edge).mean())
    decades = 2 + (score[mated] - edge) / slope / np.log(10)
    return float((1 / (1 + np.exp(np.clip((decades - TARGET) / SOFTNESS, -50, 50)))).sum())
