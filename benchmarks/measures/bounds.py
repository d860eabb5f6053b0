"""What may still be wrong where nothing was seen to be: the rule of three.

ISO/IEC 19795-1, annex on the size of a test: none wrong among N independent trials leaves, with 95 % confidence, a rate
of up to 3/N. Pairs of one finger are not independent of each other; one trial a finger is the safe count.
"""

from __future__ import annotations


def rule_of_three(trials: int) -> float:
    """Return the percent that may still be wrong, with 95 % confidence, if none of so many was."""
    return min(100.0, 300 / trials)


def none_seen(genuine_pairs: int, fingers: int) -> str:
    """Say what no error among genuine pairs allows."""
    return (
        f"No error was seen: were pairs independent, {rule_of_three(genuine_pairs):.2f} % could still be rejected "
        f"(3 / {genuine_pairs}); by fingers alone, {rule_of_three(fingers):.1f} % (3 / {fingers})."
    )
