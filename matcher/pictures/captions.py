"""Words under a picture of two prints."""

from __future__ import annotations


def two_scores(told: float, own: float) -> tuple[str, str]:
    """Return lines that say what the score that is told is, and the comparator's own, the sum of its parts."""
    return (
        f"{own:.1f}, the sum on the right, is the comparator's own: strangers reach it at that FMR.",
        f"{told:.1f} is -10 log10 of the FMR, the same for every extractor and comparator.",
    )
