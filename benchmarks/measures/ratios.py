"""By how much one may be slower than another that was measured in turn with it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

REPLICATES = 10_000
CONFIDENCE = 0.95
SEED = 17


def upper_bound(ratios: Sequence[float]) -> float:
    """Return what the geometric mean of ratios is below with 95 % confidence: the percentile bootstrap of the rounds.

    Args:
        ratios: one a round, above 0; rounds are taken as independent.
    """
    logarithms = np.log(ratios)
    drawn = np.random.default_rng(SEED).choice(logarithms, (REPLICATES, len(logarithms)))
    return float(np.exp(np.quantile(drawn.mean(axis=1), CONFIDENCE)))
