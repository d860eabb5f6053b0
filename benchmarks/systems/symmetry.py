"""Does a comparator say the same of two prints whichever comes first? Of one that is not ours, nobody has tested it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.impressions import Impression
from benchmarks.measures.pairs import Pair
from benchmarks.systems.system import Comparator

CHECKED = 100
"""Pairs that are compared the other way round too, drawn evenly."""


def symmetry(
    impressions: Sequence[Impression], pairs: Sequence[Pair], scores: Sequence[float], comparator: Comparator
) -> dict[str, Any]:
    """Compare some pairs the other way round; return how many, how many differ, and by how much at most."""
    compared = [place for place, score in enumerate(scores) if not math.isnan(score)]
    drawn = [compared[i] for i in np.unique(np.linspace(0, len(compared) - 1, CHECKED).astype(int))] if compared else []
    apart = [_apart(impressions, pairs[place], scores[place], comparator) for place in drawn]
    # NaN: the other way round it could not compare at all.
    largest = max((by for by in apart if not math.isnan(by)), default=0.0)
    return {"checked": len(drawn), "differing": sum(by != 0 for by in apart), "largest": largest}


def _apart(impressions: Sequence[Impression], pair: Pair, score: float, comparator: Comparator) -> float:
    a, b = impressions[pair.a], impressions[pair.b]
    other = comparator.score(comparator.prepare(b.template), comparator.prepare(a.template), b.name, a.name)
    return 0.0 if math.isclose(score, other, rel_tol=1e-6, abs_tol=1e-9) else abs(score - other)


def told(found: dict[str, Any] | None) -> str | None:
    """Say that a comparator is asymmetric; None if nothing is known to say so."""
    if not found or not found["differing"]:
        return None
    return (
        f"The matcher is not symmetric: of {found['checked']} pairs compared the other way round too, "
        f"{found['differing']} got another score, by up to {found['largest']:.6g}. Each pair counts in one order."
    )
