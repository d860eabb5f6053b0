"""What the officer does after a comparison outside of a transaction: how to place which finger, or stop."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from idverify.domain.attempts import AttemptsLeft
from idverify.domain.model import Action, Advice, Decision, FingerPosition, NextStep

_MOST_ADVICE = 2
"""More at once is not followed."""


def after_decision(
    decision: Decision, advice: Iterable[Advice], fingers: Sequence[FingerPosition], left: AttemptsLeft | None
) -> NextStep | None:
    """Return what comes next, from what the caller is told anyway, so that it tells nothing more; None after a match.

    Args:
        decision: over all fingers.
        advice: of the samples, most important first.
        fingers: worth trying, best first.
        left: after a failure; None where tries are not counted.
    """
    if decision is Decision.MATCH:
        return None
    if left is not None and left.locked:
        return NextStep(Action.STOP)
    most = tuple(dict.fromkeys(advice))[:_MOST_ADVICE]
    wait = 0 if left is None else math.ceil(left.wait.total_seconds())
    return NextStep(Action.CAPTURE, fingers[0] if fingers else None, most, wait_seconds=wait)
