"""Enrolling from slaps: each finger as if it had been sent alone, and no finger under another's name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import (
    ChangeReason,
    Decision,
    DuplicateCheck,
    FingerException,
    FingerFault,
    FingerPosition,
    ImageSample,
    Role,
    Sample,
    SampleKind,
)
from idverify.domain.model.enrolling import Besides, ProfileOutcome, SlapPosition, SlapSample
from idverify.services.people.changing import Why
from tests.fakes import PastDeadline, sample
from tests.service_kit import AN, BINH, PERSON, Answers, World, encode, prints_of, refused

RIGHT, LEFT, THUMBS = SlapPosition
INDEX, MIDDLE, RING, LITTLE = list(FingerPosition)[2:6]
GONE = FingerException(RING, FingerFault.MISSING)
REFUSE, REPORT, SKIP = DuplicateCheck.REFUSE, DuplicateCheck.REPORT, DuplicateCheck.SKIP
FINGERS_OF = {
    RIGHT: ("RIGHT_INDEX", "RIGHT_MIDDLE", "RIGHT_RING", "RIGHT_LITTLE"),
    LEFT: ("LEFT_INDEX", "LEFT_MIDDLE", "LEFT_RING", "LEFT_LITTLE"),
    THUMBS: ("RIGHT_THUMB", "LEFT_THUMB"),
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.store.close()


def slap(position: SlapPosition, *fingers: str, person: str = "an", quality: int = 80) -> SlapSample:
    lines = "\n".join(f"{person}/{finger}/{quality}" for finger in fingers or FINGERS_OF[position])
    return SlapSample(position, ImageSample(lines.encode()))


ALL = (slap(RIGHT), slap(LEFT), slap(THUMBS))


def enrol(
    world: World,
    slaps: Sequence[SlapSample],
    prints: Sequence[Sample] = (),
    fingers: tuple[FingerException, ...] = (),
    check: DuplicateCheck = REFUSE,
    number: str = AN,
    **context: Any,
) -> Any:
    answers = Answers()
    call = world.call("EnrolCitizen", **context)
    world.enrolment.enrol(call, number, PERSON, prints, answers, check, Besides(tuple(slaps), fingers, "vn-110-2020"))
    return answers.given[-1]


def refusal(world: World, slaps: Sequence[SlapSample], **more: Any) -> DomainError:
    """Enrol in vain: nothing is changed but what the trail has of it."""
    before = world.state()
    with pytest.raises(DomainError) as error:
        enrol(world, slaps, **more)
    assert world.state() == before
    return error.value


def test_a_4_4_2_enrols_ten_fingers_in_one_call(world: World) -> None:
    enrolled = enrol(world, ALL)
    assert {taken.position for taken in enrolled.taken} == {*FingerPosition} - {FingerPosition.UNKNOWN}
    first = enrolled.taken[0]
    assert (first.position, first.cut.slap, first.cut.box.width, first.quality.score) == (INDEX, RIGHT, 80, 80)
    for finger in ("RIGHT_LITTLE", "LEFT_MIDDLE", "LEFT_THUMB"):
        probe = sample(f"an/{finger}/70", FingerPosition[finger])
        assert world.verify(AN, [probe]).decision is Decision.MATCH
    details = world.trail()[0].entry.details
    assert (details["slaps"], details["templates"]) == (["RIGHT_FOUR", "LEFT_FOUR", "TWO_THUMBS"], 10)


def test_a_profile_knows_the_file_of_a_slap_and_not_where_a_finger_lies_on_it(world: World) -> None:
    told = {result.demand.test.value: result.outcome for result in enrol(world, ALL).taken[0].results}
    assert (told["FORMAT"], told["RESOLUTION"]) == (ProfileOutcome.PASSED, ProfileOutcome.PASSED)
    assert told["CENTRE"] is ProfileOutcome.UNTOLD


def test_a_stated_finger_leaves_its_place_and_is_noted(world: World) -> None:
    bandaged = FingerException(FingerPosition.LEFT_THUMB, FingerFault.BANDAGED, date(2026, 2, 1))
    thumb = SlapSample(THUMBS, ImageSample(b"an/RIGHT_THUMB/80"))
    three = slap(RIGHT, "RIGHT_INDEX", "RIGHT_MIDDLE", "RIGHT_LITTLE")
    enrolled = enrol(world, [three, thumb], fingers=(bandaged, GONE))
    assert [taken.position for taken in enrolled.taken] == [INDEX, MIDDLE, LITTLE, FingerPosition.RIGHT_THUMB]
    (change,) = world.changing.history(world.call("x"), AN)
    assert (change.reason, change.after.fingers) == (ChangeReason.FINGERS_SEEN, (GONE, bandaged))
    assert world.trail()[0].entry.details["fingers_noted"] == 2
    answer = world.verify(AN, prints_of("mallory", INDEX))
    assert FingerPosition.LEFT_THUMB not in answer.next_best


@pytest.mark.parametrize(("shown", "fingers", "expected"), [(3, (), "4"), (4, (GONE,), "3")])
def test_another_number_of_fingers_is_refused(
    world: World, shown: int, fingers: tuple[FingerException, ...], expected: str
) -> None:
    error = refusal(world, [slap(RIGHT, *FINGERS_OF[RIGHT][:shown])], fingers=fingers)
    assert error.reason is Reason.SLAP_COUNT_MISMATCH
    assert (error.metadata["slap"], error.metadata["found"], error.metadata["expected"]) == (
        "RIGHT_FOUR",
        str(shown),
        expected,
    )


def test_a_poor_finger_is_named_with_its_slap(world: World) -> None:
    poor = SlapSample(THUMBS, ImageSample(b"an/RIGHT_THUMB/80\nan/LEFT_THUMB/5"))
    error = refusal(world, [poor], prints=prints_of("an", INDEX))
    assert error.reason is Reason.SAMPLE_QUALITY_LOW
    assert (error.metadata["slap"], error.metadata["finger"]) == ("TWO_THUMBS", "LEFT_THUMB")
    assert "sample" not in error.metadata


def test_a_print_that_is_another_finger_of_the_slap_is_told_as_swapped(world: World) -> None:
    swapped = [sample("an/RIGHT_MIDDLE/70", INDEX)]
    error = refusal(world, [slap(RIGHT)], prints=swapped)
    assert error.reason is Reason.FINGER_SEQUENCE_MISMATCH
    assert error.metadata == {"sample": "0", "finger": "RIGHT_INDEX", "like": "RIGHT_MIDDLE"}
    assert world.trail()[-1].entry.details["out_of_sequence"] == ["RIGHT_INDEX=RIGHT_MIDDLE"]
    reported = enrol(world, [slap(RIGHT)], swapped, check=REPORT)
    assert (reported.taken[0].sequenced.agrees, reported.taken[0].sequenced.like) == (False, MIDDLE)
    assert world.trail()[-1].entry.details["out_of_sequence"] == ["RIGHT_INDEX=RIGHT_MIDDLE"]


def test_a_print_that_is_like_no_finger_of_the_slap_is_told(world: World) -> None:
    error = refusal(world, [slap(RIGHT)], prints=[sample("mallory/RIGHT_INDEX/70", INDEX)])
    assert error.reason is Reason.FINGER_SEQUENCE_MISMATCH
    assert error.metadata == {"sample": "0", "finger": "RIGHT_INDEX"}


def test_a_print_in_its_place_agrees_and_one_without_a_slap_is_not_looked_at(world: World) -> None:
    prints = [sample("an/RIGHT_INDEX/70", INDEX), sample("an/LEFT_RING/70", FingerPosition.LEFT_RING)]
    enrolled = enrol(world, [slap(RIGHT)], prints)
    own, other, *cut = enrolled.taken
    assert (own.sequenced.agrees, other.sequenced) == (True, None)
    assert [taken.cut is None for taken in (own, other, *cut)] == [True, True, False, False, False, False]
    assert "out_of_sequence" not in world.trail()[-1].entry.details


def test_who_may_skip_is_not_told(world: World) -> None:
    swapped = [sample("an/RIGHT_MIDDLE/70", INDEX)]
    enrolled = enrol(world, [slap(RIGHT)], swapped, check=SKIP, roles=frozenset({Role.ENROLLER, Role.ADMIN}))
    assert enrolled.taken[0].sequenced is None


def test_one_hand_sent_as_both_is_one_finger_under_two_names(world: World) -> None:
    error = refusal(world, [slap(RIGHT), slap(LEFT, *reversed(FINGERS_OF[RIGHT]))])
    assert error.reason is Reason.SAME_FINGER_SUSPECTED
    assert set(error.metadata) == {"slap", "finger", "other_slap", "other_finger"}


def test_fingers_of_somebody_else_are_a_duplicate(world: World) -> None:
    enrol(world, ALL)
    error = refusal(world, [slap(THUMBS)], number=BINH)
    assert error.reason is Reason.DUPLICATE_PERSON_SUSPECTED


def test_slaps_are_added_with_what_is_noted_left_out(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    world.changing.note_fingers(world.call("NoteFingers"), AN, (GONE,), Why(ChangeReason.FINGERS_SEEN), encode)
    answers = Answers()
    three = slap(RIGHT, "RIGHT_INDEX", "RIGHT_MIDDLE", "RIGHT_LITTLE", quality=70)
    world.enrolment.add(world.call("AddFingerprints"), AN, [], answers, besides=Besides((three,)))
    assert [taken.position for taken in answers.given[0].taken] == [INDEX, MIDDLE, LITTLE]
    thumbs = tuple(FingerException(finger, FingerFault.MISSING) for finger in (FingerPosition(1), FingerPosition(6)))
    world.changing.note_fingers(world.call("NoteFingers"), AN, thumbs, Why(ChangeReason.FINGERS_SEEN), encode)
    with refused(Reason.FIELD_INVALID):
        world.enrolment.add(world.call("AddFingerprints"), AN, [], encode, besides=Besides((slap(THUMBS),)))
    with refused(Reason.SLAP_COUNT_MISMATCH):
        world.enrolment.add(world.call("AddFingerprints"), AN, [], encode, besides=Besides((three,)))


@pytest.mark.parametrize(
    ("slaps", "prints", "fingers", "reason"),
    [
        ((), (), (), Reason.FIELD_MISSING),
        ((slap(RIGHT), slap(RIGHT)), (), (), Reason.FIELD_INVALID),
        ((slap(RIGHT),), [sample("an/RIGHT_RING/80", RING)], (GONE,), Reason.FIELD_INVALID),
        ((slap(RIGHT),), [sample("an/x/80", None)], (), Reason.FIELD_MISSING),
        ((slap(RIGHT),), (), (FingerException(RING, FingerFault.BANDAGED),), Reason.FIELD_INVALID),
        (ALL, [sample("an/RIGHT_INDEX/80", INDEX)] * 31, (), Reason.FINGER_COUNT_EXCEEDED),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_cut(
    world: World,
    slaps: tuple[SlapSample, ...],
    prints: Sequence[Sample],
    fingers: tuple[FingerException, ...],
    reason: Reason,
) -> None:
    assert refusal(world, slaps, prints=prints, fingers=fingers).reason is reason
    assert (world.biometrics.extractions, world.trail()) == (0, [])


def test_a_client_that_sends_templates_only_sends_no_slap(world: World) -> None:
    error = refusal(world, [slap(RIGHT)], kinds=frozenset({SampleKind.MINUTIAE}))
    assert error.reason is Reason.SAMPLE_KIND_NOT_ALLOWED
    assert error.metadata == {"slap": "RIGHT_FOUR", "kind": "image"}


def test_nobody_waits_for_what_is_cut_in_vain(world: World) -> None:
    assert refusal(world, ALL, deadline=PastDeadline()).reason is Reason.DEADLINE_EXCEEDED
