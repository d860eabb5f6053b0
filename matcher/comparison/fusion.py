"""Several comparisons, one claim: impressions of one finger, fingers of one person.

Both take false match rates and give one, so that they work with any calibration. What was tried instead, and the
figures: docs/accuracy.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, prod

from matcher.comparison.calibration import LOWEST_FMR

MARGIN = 2.0
"""For each further finger: what fingers of two people have in common. With it a claim about two or four fingers is as
true as one about one finger on databases that the calibration does not know (six FVC sets B, each left out in turn)."""


def combine_impressions(fmrs: Sequence[float]) -> float:
    """Return the claim about the best of several impressions of one finger.

    Each further impression is another chance to match by accident. Bonferroni's bound: no more than their number times
    the smallest rate, whatever the dependence between them.

    Args:
        fmrs: false match rate at the score with each impression, at least one.
    """
    return min(1.0, len(fmrs) * min(fmrs))


def combine_fingers(fmrs: Sequence[float]) -> float:
    """Return the claim about several different fingers of one person together.

    The best finger's evidence ``-ln p`` counts whole, every other's half: strangers whose one finger is alike by
    accident of sensor and pressing are a little alike in the others too, and counting all of it (Fisher's method)
    claims more than is measured. The claim is that total's tail for independent fingers, doubled for each further
    finger. A finger with nothing in common weakens it by a factor that does not depend on the evidence, 8 for the
    second finger, and cannot forbid it.

    Args:
        fmrs: one false match rate a finger, at least one and at most ten.
    """
    evidence = sorted((-log(max(p, LOWEST_FMR)) for p in fmrs), reverse=True)
    total = evidence[0] + sum(evidence[1:]) / 2
    claim = MARGIN ** (len(evidence) - 1) * _exceeded(total, len(evidence))
    return min(1.0, max(claim, LOWEST_FMR))


def _exceeded(total: float, fingers: int) -> float:
    """Return how often independent fingers exceed such a total; to 1e-5 of it for ten fingers, better for fewer.

    Evidence of an independent finger is exponential with mean 1. Sorted, the gap below the i-th largest is exponential
    with mean 1/i, independent of the others (A. Rényi, 1953). It is part of the i largest and counts whole once and
    half i-1 times: the total is a sum of independent exponentials with means (i+1)/2i. They differ, so its tail is a
    sum of theirs.
    """
    ranks = range(1, fingers + 1)
    tails = (exp(-total * 2 * i / (i + 1)) * prod((i + 1) * j / (j - i) for j in ranks if j != i) for i in ranks)
    return sum(tails)
