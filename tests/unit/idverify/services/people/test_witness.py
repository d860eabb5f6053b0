"""Merging, splitting and moving are no way to ask for ever whose prints are alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from idverify.domain.attempts import Scope
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import ChangeReason, DuplicateCheck, FingerPosition, Role
from idverify.services.attempts.lifting import Lifted
from idverify.services.calls.call import Call
from idverify.services.people.changing import Why
from tests.service_kit import AN, BINH, World, encode, prints_of, refused

INDEX, THUMB = FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_THUMB
MISTAKE, COURT = Why(ChangeReason.RECORDING_ERROR), Why(ChangeReason.LEGAL_DECISION, "QĐ 7/2026")
THIRD = "027084000777"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An, who is enrolled under a third number too, and Binh."""
    world = World(tmp_path)
    world.enrol(AN, prints_of("an", INDEX))
    world.enrol(BINH, prints_of("binh", INDEX))
    world.enrol(THIRD, prints_of("an", INDEX, THUMB), call=world.call("EnrolCitizen"), check=DuplicateCheck.REPORT)
    yield world
    world.store.close()


def office(world: World, method: str) -> Call:
    return world.call(method, caller="office-1", roles=frozenset({Role.ENROLLER}))


def merged(world: World, one: str, other: str, why: Why = MISTAKE, *, despite: bool = False) -> None:
    world.merging.merge(office(world, "MergeCitizens"), one, other, why, despite, encode)


def moved(world: World, giver: str, encounter: str, taker: str, why: Why = MISTAKE, *, despite: bool = False) -> None:
    world.merging.move(office(world, "MoveEncounter"), giver, encounter, taker, why, despite, encode)


def parted(world: World, one: str, other: str, theirs: list[str], why: Why = MISTAKE, *, despite: bool = False) -> None:
    world.merging.split(office(world, "SplitCitizen"), one, other, theirs, why, despite, encode)


def encounters(world: World, number: str) -> list[str]:
    citizen = world.citizens.get(world.call("GetCitizen"), citizen_number=number, subject_id=None)
    return [encounter.encounter_id for encounter in citizen.encounters]


def failures(world: World) -> dict[tuple[Scope, str], float]:
    """What is counted, by scope and citizen number."""
    found = {}
    with world.store.reading() as view:
        for number in (AN, BINH, THIRD):
            for counted in view.attempts.of_subject(str(view.subjects.own_id_of(number))):
                found[counted.scope, number] = view.attempts.find([counted])[counted].failures
    return found


def test_a_merge_can_be_tried_as_often_as_a_finger_and_no_more(world: World) -> None:
    answers: Counter[str] = Counter()
    for turn in range(60):
        one, other = (AN, BINH) if turn % 2 else (BINH, AN)
        try:
            merged(world, one, other)
        except DomainError as error:
            answers[error.reason.code] += 1
    assert answers == {"PRINTS_CONTRADICT": 5, "ATTEMPTS_EXCEEDED": 55}
    with_both = {(scope, number): 5.0 for scope in (Scope.CITIZEN, Scope.CLIENT_AND_CITIZEN) for number in (AN, BINH)}
    assert failures(world) == with_both
    # Those are closed for what would be found alike too.
    with refused(Reason.ATTEMPTS_EXCEEDED):
        merged(world, AN, THIRD)
    outcomes = Counter(e.entry.details.get("reason") for e in world.trail() if e.entry.action == "MergeCitizens")
    # Once of each that is closed; which of two that open at the same time is told depends on their ids.
    assert outcomes.keys() == {"PRINTS_CONTRADICT", "ATTEMPTS_EXCEEDED"}
    assert outcomes["PRINTS_CONTRADICT"] == 5
    assert outcomes["ATTEMPTS_EXCEEDED"] in {1, 2}


def test_what_is_closed_is_told_and_lifted_as_elsewhere_and_what_is_done_despite_prints_goes_on(world: World) -> None:
    for _ in range(5):
        with refused(Reason.PRINTS_CONTRADICT):
            merged(world, AN, BINH)
    with refused(Reason.ATTEMPTS_EXCEEDED):
        merged(world, AN, BINH)
    administrator = world.call("LiftAttemptLimit", caller="admin-9")
    for number in (AN, BINH):
        world.attempts.lift_citizen(administrator, Lifted(citizen_number=number), lambda n: str(n).encode())
        administrator = world.call("LiftAttemptLimit", caller="admin-9")
    with refused(Reason.PRINTS_CONTRADICT):
        merged(world, AN, BINH)
    before = failures(world)
    merged(world, AN, BINH, COURT, despite=True)
    assert failures(world) == before


def test_moving_counts_too(world: World) -> None:
    (one,) = encounters(world, BINH)
    for _ in range(5):
        with refused(Reason.PRINTS_CONTRADICT):
            moved(world, BINH, one, AN)
    with refused(Reason.ATTEMPTS_EXCEEDED):
        moved(world, BINH, one, AN)


def test_a_split_tells_by_being_done(world: World) -> None:
    """Merged whatever prints say and parted again, as often as somebody likes: each is an answer."""
    theirs = encounters(world, BINH)
    for turn in range(6):
        merged(world, AN, BINH, COURT, despite=True)
        if turn < 5:
            parted(world, AN, BINH, theirs)
    assert failures(world)[Scope.CLIENT_AND_CITIZEN, AN] == 5.0
    with refused(Reason.ATTEMPTS_EXCEEDED):
        parted(world, AN, BINH, theirs)
    parted(world, AN, BINH, theirs, COURT, despite=True)


def test_a_split_of_what_is_alike_counts_as_it_is_refused(world: World) -> None:
    theirs = encounters(world, THIRD)
    merged(world, AN, THIRD)
    with refused(Reason.PRINTS_CONTRADICT):
        parted(world, AN, THIRD, theirs)
    assert failures(world)[Scope.CLIENT_AND_CITIZEN, AN] == 1.0


@pytest.mark.parametrize("other", [BINH, THIRD])
def test_grounds_that_are_missing_are_missed_whatever_prints_say(world: World, other: str) -> None:
    with refused(Reason.FIELD_MISSING):
        merged(world, AN, other, despite=True)
    theirs = encounters(world, other)
    with refused(Reason.FIELD_MISSING):
        moved(world, other, theirs[0], AN, MISTAKE, despite=True)
    merged(world, AN, other, COURT, despite=True)
    with refused(Reason.FIELD_MISSING):
        parted(world, AN, other, theirs, MISTAKE, despite=True)
