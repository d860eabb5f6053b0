"""A citizen is told who asked about them, by their own finger, and nothing of others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from idverify.domain.citizens.history import history_entry, outcome_text
from idverify.domain.errors import Reason
from idverify.domain.model import (
    AuditEvent,
    ChangeReason,
    CitizenState,
    Decision,
    DuplicateCheck,
    FingerPosition,
    HistoryEntry,
    HistoryOutcome,
    Role,
    TrailHead,
)
from idverify.services.people.own_history import OwnHistory
from idverify.services.verification import Verified
from tests.contract.store_kit import entry
from tests.service_kit import AN, BINH, BIRTH, RESIDENCE, World, prints_of, refused
from tests.unit.idverify.services.people.test_locking import lock
from tests.unit.idverify.services.people.test_merging import merge

INDEX = FingerPosition.RIGHT_INDEX
COUNTER = frozenset({Role.COUNTER})
CONFIRMED, NOT_CONFIRMED, REFUSED, DONE = HistoryOutcome


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.enrol(AN, prints_of("an", INDEX))
    yield world
    world.store.close()


Told = tuple[Verified, OwnHistory]


def ask(
    world: World, number: str = AN, who: str = "an", *, quality: int, since: datetime | None = None, most: int = 0
) -> Told:
    told: list[Told] = []

    def keep(verified: Verified, history: OwnHistory) -> bytes:
        told.append((verified, history))
        return b"answer"

    call = world.call("GetOwnHistory", roles=COUNTER)
    world.own_history.tell(call, number, prints_of(who, INDEX, quality=quality), since, most, keep)
    return told[0]


def seen(history: OwnHistory) -> list[tuple[str, HistoryOutcome]]:
    return [(each.action, each.outcome) for each in history.entries]


def test_who_asked_is_told_newest_first(world: World) -> None:
    world.put(AN, "residence", RESIDENCE)
    call = world.call("Verify", procedure_code=BIRTH, dossier_code="HS-9", agency_code="H05.12", caller="portal")
    world.verify(AN, prints_of("an", INDEX, quality=70), call=call)
    world.verify(AN, prints_of("binh", INDEX, quality=71))
    lock(world, quality=72)
    with refused(Reason.AUTH_LOCKED_BY_SUBJECT):
        world.verify(AN, prints_of("an", INDEX, quality=73))
    verified, history = ask(world, quality=74)
    assert verified.decision is Decision.MATCH
    assert seen(history) == [
        ("GetOwnHistory", CONFIRMED),
        ("Verify", REFUSED),
        ("LockCitizen", DONE),
        ("LockCitizen", CONFIRMED),
        ("Verify", NOT_CONFIRMED),
        ("Verify", CONFIRMED),
        ("PutRecord", DONE),
        ("EnrolCitizen", DONE),
    ]
    verify, turned_away = history.entries[5], history.entries[1]
    stated = (verify.client, verify.agency_code, verify.procedure_code, verify.dossier_code)
    assert stated == ("portal", "H05.12", BIRTH, "HS-9")
    assert "residence" in verify.disclosed
    assert turned_away.reason is Reason.AUTH_LOCKED_BY_SUBJECT
    assert outcome_text(turned_away).en == "Refused: The citizen has locked their identity."
    assert outcome_text(turned_away).vi == "Bị từ chối: Công dân đã khóa danh tính của mình."
    assert outcome_text(verify).vi == "Đúng là công dân"
    assert (history.more, history.older_archived) == (False, False)
    last = world.trail()[-1].entry
    assert (last.action, last.outcome, last.details["events"]) == ("GetOwnHistory", "TOLD", 8)


def test_nobody_is_told_of_another(world: World) -> None:
    verified, history = ask(world, who="binh", quality=70)
    assert (verified.decision, history) == (Decision.NO_MATCH, OwnHistory())
    assert world.trail()[-1].entry.outcome == "NO_MATCH"


def test_the_newest_are_told(world: World) -> None:
    world.clock.time += timedelta(hours=1)
    since = world.clock.time
    world.verify(AN, prints_of("an", INDEX, quality=70))
    assert seen(ask(world, quality=71, since=since)[1]) == [("GetOwnHistory", CONFIRMED), ("Verify", CONFIRMED)]
    _, history = ask(world, quality=72, most=2)
    assert (seen(history), history.more) == ([("GetOwnHistory", CONFIRMED), ("GetOwnHistory", DONE)], True)


@pytest.mark.parametrize("most", [-1, 1001])
def test_too_many_are_refused(world: World, most: int) -> None:
    with refused(Reason.FIELD_INVALID):
        ask(world, quality=70, most=most)


@pytest.mark.parametrize("number", [AN, BINH])
def test_what_was_asked_under_an_entry_that_was_merged_is_theirs(world: World, number: str) -> None:
    call = world.call("EnrolCitizen")
    world.enrol(BINH, prints_of("an", INDEX), call=call, check=DuplicateCheck.REPORT)
    world.verify(BINH, prints_of("an", INDEX, quality=70))
    merge(world)
    _, history = ask(world, number, quality=71)
    told = [(each.action, each.merged) for each in history.entries]
    assert told.count(("EnrolCitizen", True)) == told.count(("EnrolCitizen", False)) == 1
    assert ("Verify", True) in told
    assert [merged for action, merged in told if action == "MergeCitizens"] == [True, False]  # about both


def test_what_is_in_an_archive_is_said(world: World) -> None:
    first = world.trail()[0]
    with world.store.transaction() as uow:
        uow.audit.begin_after(TrailHead(first.sequence, first.hash))
    assert ask(world, quality=70)[1].older_archived


def told_of(outcome: str, **details: str) -> HistoryEntry | None:
    event = AuditEvent(7, replace(entry("s"), outcome=outcome, details={**details}), "")
    return history_entry(event, merged=False)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        ("REFUSED", Reason.DUPLICATE_PERSON_SUSPECTED),
        ("REFUSED", Reason.SAME_FINGER_SUSPECTED),
        ("REFUSED", Reason.PRINTS_CONTRADICT),
        ("REFUSED", Reason.LEGAL_HOLD),
        ("ALARM", Reason.SAMPLE_REPLAYED),
        ("ALARM", Reason.PRESENTATION_ATTACK_SUSPECTED),
    ],
)
def test_why_is_not_told_where_it_is_looked_into(outcome: str, reason: Reason) -> None:
    told = told_of(outcome, reason=reason.code)
    assert told is not None
    assert (told.outcome, told.reason, outcome_text(told).en) == (REFUSED, None, "Refused")


@pytest.mark.parametrize("outcome", ["HELD", "EXPIRED"])
def test_what_nobody_has_decided_is_not_told(outcome: str) -> None:
    assert told_of(outcome) is None


@pytest.mark.parametrize("action", ["PlaceLegalHold", "ReleaseLegalHold"])
@pytest.mark.parametrize("outcome", ["HELD", "RELEASED", "REFUSED"])
def test_of_legal_holds_nothing_is_told(action: str, outcome: str) -> None:
    event = AuditEvent(7, replace(entry("s"), action=action, outcome=outcome), "")
    assert history_entry(event, merged=False) is None


def test_a_reason_of_another_version_is_not_told() -> None:
    told = told_of("REFUSED", reason="NO_LONGER_THERE")
    assert told is not None
    assert told.reason is None


@pytest.mark.parametrize(
    ("state", "reason"),
    [(CitizenState.DEACTIVATED, Reason.SUBJECT_DEACTIVATED), (CitizenState.DECEASED, Reason.SUBJECT_DECEASED)],
)
def test_nobody_is_told_in_the_place_of_who_is_gone(world: World, state: CitizenState, reason: Reason) -> None:
    grounds = ChangeReason.DEATH_REGISTERED if state is CitizenState.DECEASED else ChangeReason.CITIZEN_REQUEST
    world.change_state(AN, state, grounds)
    with refused(reason):
        ask(world, quality=70)
