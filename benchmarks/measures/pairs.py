"""Which impressions are compared with which: all against all on one database.

Genuine: every unordered pair of impressions of one finger. Impostor: every unordered pair of impressions of
different fingers. On an FVC set B (10 fingers, 8 impressions) that makes 280 and 2880 pairs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple


class Pair(NamedTuple):
    """Indices of two impressions, and whether they are of one finger."""

    a: int
    b: int
    genuine: bool


def all_pairs(fingers: Sequence[str]) -> Iterator[Pair]:
    """Yield every unordered pair of impressions once; ``fingers[i]`` names the finger of impression ``i``."""
    for a, b in combinations(range(len(fingers)), 2):
        yield Pair(a, b, fingers[a] == fingers[b])
