"""Fingers that cannot be shown are not asked for, for as long as that holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import ChangeReason, Decision, FingerException, FingerFault, FingerPosition
from idverify.services.counter.transactions import Begun
from idverify.services.people.changing import Why
from tests.fakes import sample
from tests.service_kit import AN, BIRTH, Answers, World, encode, prints_of, refused, told
from tests.unit.idverify.services.counter.counter_kit import Counter

INDEX, THUMB, RING = FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_THUMB, FingerPosition.LEFT_RING
SEEN = Why(ChangeReason.FINGERS_SEEN)
GONE = FingerException(RING, FingerFault.MISSING)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.enrol(AN, prints_of("an", INDEX, THUMB, RING))
    yield world
    world.store.close()


def note(world: World, *fingers: FingerException) -> None:
    world.changing.note_fingers(world.call("NoteFingers"), AN, fingers, SEEN, encode)


def next_best(world: World) -> tuple[FingerPosition, ...]:
    verified = world.verify(AN, prints_of("mallory", INDEX))
    assert verified.decision is Decision.NO_MATCH
    return verified.next_best


def begun(world: World) -> Begun:
    answers = Answers()
    world.transactions.start(world.call("StartTransaction", procedure_code=BIRTH), AN, answers)
    answer: Begun = answers.given[0]
    return answer


def wanted(world: World) -> tuple[FingerPosition, ...]:
    return begun(world).wanted


def test_what_cannot_be_shown_is_not_asked_for(world: World) -> None:
    assert (next_best(world), set(wanted(world))) == ((THUMB, RING), {INDEX, THUMB, RING})
    note(world, GONE)
    assert (next_best(world), set(wanted(world))) == ((THUMB,), {INDEX, THUMB})
    assert world.verify(AN, prints_of("an", RING)).decision is Decision.MATCH, "one that is shown is compared"
    note(world)
    assert next_best(world) == (THUMB, RING)


def test_a_bandage_comes_off_when_its_day_is_over_in_viet_nam(world: World) -> None:
    until = (world.clock.time + timedelta(hours=7)).date() + timedelta(days=2)
    note(world, FingerException(THUMB, FingerFault.BANDAGED, until))
    assert next_best(world) == (RING,)
    world.clock.time += timedelta(days=2)
    assert next_best(world) == (RING,)
    world.clock.time += timedelta(days=1)
    assert next_best(world) == (THUMB, RING)


def test_a_transaction_says_which_cannot_be_shown_and_until_when(world: World) -> None:
    until = (world.clock.time + timedelta(hours=7)).date()
    bandaged = FingerException(THUMB, FingerFault.BANDAGED, until)
    note(world, bandaged, GONE)
    assert set(begun(world).unavailable) == {GONE, bandaged}
    world.clock.time += timedelta(days=1)
    assert (set(wanted(world)), begun(world).unavailable) == ({INDEX, THUMB}, (GONE,))


def test_one_that_was_asked_for_before_the_number_was_stated_is_not_asked_for_again(world: World) -> None:
    note(world, FingerException(INDEX, FingerFault.DAMAGED))
    counter = Counter(world)
    counter.start()
    assert counter.last is not None
    assert counter.last.next.finger is INDEX, "nobody knows yet whose"
    counter.agree()
    asked = []
    for finger in (INDEX, THUMB, RING):
        counter.capture(sample(f"mallory/{finger.name}/80", finger))
        answer = counter.authenticate(AN)
        asked.append(answer.standing.next.finger)
        world.clock.advance(told(answer.verified.attempts).wait.total_seconds())
    assert asked == [THUMB, RING, THUMB], "when all were tried in vain, again the best that can be shown"


def test_it_is_history_and_the_trail_does_not_say_which(world: World) -> None:
    note(world, GONE)
    with refused(Reason.NOTHING_TO_CHANGE):
        note(world, GONE)
    (change,) = world.changing.history(world.call("x"), AN)
    assert (change.reason, change.before.fingers, change.after.fingers) == (ChangeReason.FINGERS_SEEN, (), (GONE,))
    (event,) = [e.entry for e in world.trail() if e.entry.outcome == "FINGERS_NOTED"]
    assert event.details == {"fingers": 1, "reason": "FINGERS_SEEN", "version": 2}
    with world.store.reading() as view:
        citizen = view.subjects.get(event.subject_id)
    assert citizen is not None
    assert citizen.fingers == (GONE,)


@pytest.mark.parametrize(
    ("fingers", "field"),
    [
        ((GONE, GONE), "fingers.finger_position"),
        ((FingerException(FingerPosition.UNKNOWN, FingerFault.MISSING),), "fingers.finger_position"),
        ((FingerException(THUMB, FingerFault.BANDAGED),), "fingers.until"),
        ((FingerException(THUMB, FingerFault.MISSING, date(2099, 1, 1)),), "fingers.until"),
        ((FingerException(THUMB, FingerFault.DAMAGED, date(2020, 1, 1)),), "fingers.until"),
    ],
)
def test_what_makes_no_sense_is_refused(world: World, fingers: tuple[FingerException, ...], field: str) -> None:
    with pytest.raises(DomainError) as error:
        note(world, *fingers)
    assert (error.value.reason, error.value.metadata) == (Reason.FIELD_INVALID, {"field": field})
    assert world.changing.history(world.call("x"), AN) == []
