"""What the officer does after a comparison."""

from __future__ import annotations

from datetime import timedelta

from idverify.domain.attempts import AttemptsLeft
from idverify.domain.guidance.next_capture import after_decision
from idverify.domain.model import Action, Advice, Decision, FingerPosition, NextStep

THUMB, INDEX = FingerPosition.RIGHT_THUMB, FingerPosition.LEFT_INDEX
AT_EASE = AttemptsLeft(4, timedelta(0), locked=False)


def test_after_a_match_nothing_is_captured() -> None:
    assert after_decision(Decision.MATCH, [Advice.TOO_WET], [THUMB], None) is None


def test_after_a_lock_the_officer_stops() -> None:
    locked = AttemptsLeft(0, timedelta(minutes=10), locked=True)
    assert after_decision(Decision.NO_MATCH, [Advice.TOO_WET], [THUMB], locked) == NextStep(Action.STOP)


def test_the_best_finger_is_taken_and_placed_better() -> None:
    advice = [Advice.TOO_DRY, Advice.TOO_DRY, Advice.SMALL_AREA, Advice.LOW_CONTRAST]
    assert after_decision(Decision.INCONCLUSIVE, advice, [INDEX, THUMB], AT_EASE) == NextStep(
        Action.CAPTURE, INDEX, (Advice.TOO_DRY, Advice.SMALL_AREA)
    )


def test_where_no_finger_is_told_any_other_will_do() -> None:
    for left in (AT_EASE, None):
        assert after_decision(Decision.NO_MATCH, [], [], left) == NextStep(Action.CAPTURE)
