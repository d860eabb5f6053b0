"""Which fingers a slap should show, and what makes no sense."""

from __future__ import annotations

import pytest

from idverify.domain.enrolling.slaps import (
    FINGERS,
    count_mismatch,
    expected,
    require_not_missing,
    require_slaps,
    require_some_finger,
)
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerException, FingerFault, FingerPosition, ImageSample
from idverify.domain.model.enrolling import SlapPosition, SlapSample
from matcher.slaps.hands import FINGERS_OF_SLAP, Slap
from tests.fakes import sample

RIGHT, LEFT, THUMBS = SlapPosition
THUMB_GONE = (FingerPosition.LEFT_THUMB,)


def slap(position: SlapPosition) -> SlapSample:
    return SlapSample(position, ImageSample(b"x"))


def test_the_three_show_ten_fingers_and_those_that_the_matcher_cuts() -> None:
    assert {finger for fingers in FINGERS.values() for finger in fingers} == {*FingerPosition} - {0}
    for position, fingers in FINGERS.items():
        assert {int(finger) for finger in fingers} == {int(finger) for finger in FINGERS_OF_SLAP[Slap(position)]}


def test_one_that_cannot_be_shown_leaves_its_place() -> None:
    assert expected(THUMBS, THUMB_GONE) == (FingerPosition.RIGHT_THUMB,)
    require_some_finger([slap(THUMBS), slap(LEFT)], THUMB_GONE)
    with pytest.raises(DomainError, match=Reason.FIELD_INVALID.code):
        require_some_finger([slap(THUMBS)], FINGERS[THUMBS])


def test_each_is_sent_once() -> None:
    require_slaps([slap(RIGHT), slap(LEFT)])
    with pytest.raises(DomainError) as error:
        require_slaps([slap(RIGHT), slap(RIGHT)])
    assert (error.value.reason, error.value.metadata) == (Reason.FIELD_INVALID, {"field": "slaps.position"})


def test_a_finger_that_is_not_there_is_not_taken_and_a_damaged_one_may_be() -> None:
    prints = [sample("an/x/80"), sample("an/y/80", FingerPosition.LEFT_THUMB)]
    require_not_missing(prints, [FingerException(FingerPosition.LEFT_THUMB, FingerFault.DAMAGED)])
    with pytest.raises(DomainError) as error:
        require_not_missing(prints, [FingerException(FingerPosition.LEFT_THUMB, FingerFault.MISSING)])
    assert error.value.metadata == {"field": "samples[1].finger_position", "sample": "1"}


def test_a_mismatch_says_what_was_found_and_what_should_be_there() -> None:
    error = count_mismatch(RIGHT, (FingerPosition.RIGHT_RING,), 4)
    assert "3 fingers" in error.message
    assert error.message.endswith("shows 4")
    assert error.metadata == {
        "slap": "RIGHT_FOUR",
        "expected": "3",
        "found": "4",
        "fingers": "RIGHT_INDEX,RIGHT_MIDDLE,RIGHT_LITTLE",
    }
