"""A lock that only the citizen's own finger closes and opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from idverify.domain.errors import Reason
from idverify.domain.model import ChangeReason, CitizenState, Decision, FingerPosition, Role
from idverify.services.verification import Verified
from tests.service_kit import AN, BIRTH, World, prints_of, refused

INDEX = FingerPosition.RIGHT_INDEX
COUNTER = frozenset({Role.COUNTER})


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.store.close()


Told = tuple[Verified, CitizenState]


def lock(world: World, who: str = "an", *, quality: int = 80, procedure: str = "") -> Told:
    told: list[Told] = []
    call = world.call("LockCitizen", roles=COUNTER, procedure_code=procedure)
    world.locking.lock(call, AN, prints_of(who, INDEX, quality=quality), keep(told))
    return told[0]


def unlock(world: World, who: str = "an", *, quality: int = 80) -> Told:
    told: list[Told] = []
    call = world.call("UnlockCitizen", roles=COUNTER)
    world.locking.unlock(call, AN, prints_of(who, INDEX, quality=quality), keep(told))
    return told[0]


def keep(told: list[Told]) -> Callable[[Verified, CitizenState], bytes]:
    def encode(verified: Verified, state: CitizenState) -> bytes:
        told.append((verified, state))
        return b"answer"

    return encode


def test_the_right_finger_locks_and_unlocks(world: World) -> None:
    subject_id = world.enrol(AN, prints_of("an", INDEX))
    locked, state = lock(world, procedure=BIRTH)
    assert (locked.decision, state, locked.disclosure) == (Decision.MATCH, CitizenState.LOCKED, None)
    for _ in range(2):
        with refused(Reason.AUTH_LOCKED_BY_SUBJECT):
            world.verify(AN, prints_of("an", INDEX, quality=70))
    with refused(Reason.AUTH_LOCKED_BY_SUBJECT):
        world.identify(prints_of("an", INDEX, quality=71))
    with refused(Reason.AUTH_LOCKED_BY_SUBJECT):
        lock(world, quality=72)
    unlocked, state = unlock(world, quality=73)
    assert (unlocked.decision, state) == (Decision.MATCH, CitizenState.ACTIVE)
    assert world.verify(AN, prints_of("an", INDEX, quality=74)).decision is Decision.MATCH
    told = [e.entry for e in world.trail() if e.entry.action in {"LockCitizen", "UnlockCitizen"}]
    assert [(e.outcome, e.details.get("state"), e.subject_id) for e in told] == [
        ("MATCH", None, subject_id),
        ("STATE_CHANGED", "LOCKED", subject_id),
        ("REFUSED", None, subject_id),
        ("MATCH", None, subject_id),
        ("STATE_CHANGED", "ACTIVE", subject_id),
    ]


def test_another_finger_does_neither_and_is_counted(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    stranger, state = lock(world, "mallory")
    assert (stranger.decision, state) == (Decision.NO_MATCH, CitizenState.ACTIVE)
    assert stranger.attempts is not None
    lock(world)
    assert unlock(world, "mallory", quality=81)[1] is CitizenState.LOCKED
    assert [c.after.state for c in world.changing.history(world.call("x"), AN)] == [CitizenState.LOCKED]


def test_what_is_not_locked_is_not_unlocked(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    with refused(Reason.CITIZEN_STATE_UNFIT):
        unlock(world)
    world.change_state(AN, CitizenState.DECEASED, ChangeReason.DEATH_REGISTERED)
    with refused(Reason.SUBJECT_DECEASED):
        unlock(world, quality=70)


def test_who_lost_the_finger_is_unlocked_by_an_officer(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    lock(world)
    world.change_state(AN, CitizenState.ACTIVE, ChangeReason.CITIZEN_REQUEST)
    assert world.verify(AN, prints_of("an", INDEX, quality=70)).decision is Decision.MATCH
