"""A PIN is set by the citizen's own finger, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from idverify.domain.errors import Reason
from idverify.domain.model import ChangeReason, CitizenState, Decision, FingerPosition, Role
from idverify.services.verification import Verified
from tests.service_kit import AN, Answers, World, encode, pin_hashes, prints_of, refused

PIN, OTHER = "802915", "739164"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.enrol(AN, prints_of("an", FingerPosition.RIGHT_INDEX))
    yield world
    world.store.close()


def set_pin(world: World, pin: str = PIN, who: str = "an", quality: int = 80) -> Verified:
    answers = Answers()
    call = world.call("SetPin", pin, roles=frozenset({Role.COUNTER}))
    world.pins.set(call, AN, prints_of(who, FingerPosition.RIGHT_INDEX, quality=quality), pin, answers)
    verified: Verified = answers.given[-1]
    return verified


def holds(world: World, pin: str) -> bool:
    with world.store.reading() as view:
        stored = view.pins.of(view.subjects.id_of(AN) or "")
    return pin_hashes().matches(pin, None if stored is None else stored.hashed)


def test_the_right_finger_sets_and_changes_it(world: World) -> None:
    assert not holds(world, PIN)
    assert set_pin(world).decision is Decision.MATCH
    assert holds(world, PIN)
    set_pin(world, OTHER, quality=70)
    assert (holds(world, PIN), holds(world, OTHER)) == (False, True)
    told = [event.entry for event in world.trail() if event.entry.outcome == "PIN_SET"]
    assert [entry.details for entry in told] == [{"version": 1}, {"version": 2}]
    assert PIN not in repr(world.trail())


def test_another_finger_sets_nothing_and_counts(world: World) -> None:
    verified = set_pin(world, who="binh")
    assert verified.decision is Decision.NO_MATCH
    assert verified.attempts is not None
    assert not holds(world, PIN)


def test_a_poor_pin_is_refused_before_anything_is_compared(world: World) -> None:
    before = world.trail()
    for pin in ("", "80291", "123456"):
        with refused(Reason.FIELD_INVALID):
            set_pin(world, pin)
    assert world.trail() == before


def test_who_is_not_active_sets_none(world: World) -> None:
    world.change_state(AN, CitizenState.DEACTIVATED, ChangeReason.MISUSE_SUSPECTED)
    with refused(Reason.SUBJECT_DEACTIVATED):
        set_pin(world)


def test_a_request_that_is_repeated_sets_nothing_anew(world: World) -> None:
    call = world.call("SetPin", PIN, roles=frozenset({Role.COUNTER}))
    prints = prints_of("an", FingerPosition.RIGHT_INDEX)
    first = world.pins.set(call, AN, prints, PIN, encode)
    assert world.pins.set(call, AN, prints, PIN, encode) == first
    with world.store.reading() as view:
        stored = view.pins.of(view.subjects.id_of(AN) or "")
    assert stored is not None
    assert stored.version == 1


def test_it_goes_with_the_citizen(world: World) -> None:
    set_pin(world)
    world.delete(AN)
    world.enrol(AN, prints_of("an", FingerPosition.RIGHT_INDEX, quality=60))
    assert not holds(world, PIN)
