"""One finger under several names is one piece of evidence: how alike prints must be to be taken for one finger's."""

from __future__ import annotations

from collections.abc import Iterable

from idverify.domain.policy import lowest_claimable_fmr, per_comparison_fmr

HONEST_SHARE = 1e-3
"""Share of people whose different fingers, all compared with each other, may be taken for one. Figures:
docs/accuracy.md."""


def same_finger_fmr(comparisons: int) -> float:
    """Return the false match rate up to which two prints of one person are taken for one finger's.

    Args:
        comparisons: how many pairs of fingers are looked at together.
    """
    return max(per_comparison_fmr(HONEST_SHARE, comparisons), lowest_claimable_fmr(1))


def numbered(count: int, same: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    """Number the fingers of so many prints, from the pairs of prints that are of one: the first print of each."""
    first = list(range(count))
    for one, other in same:
        low, high = sorted((first[one], first[other]))
        first = [low if number == high else number for number in first]
    return tuple(first)


def repeated(fingers: Iterable[int]) -> tuple[int, ...]:
    """Return which prints are of the finger of an earlier one, given the number of each print's finger."""
    return tuple(place for place, finger in enumerate(fingers) if finger != place)
