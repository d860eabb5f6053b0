"""Legal holds: while there is one, nothing of a citizen goes, by whatever way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from idverify.domain.errors import Reason
from idverify.domain.law.holds import LegalHold
from idverify.domain.law.schedule import DataKind
from idverify.domain.model import ActSubject, Approval, ChangeReason, CitizenPin, Role
from idverify.services.people.changing import Why
from idverify.services.people.witness import Ground, PrintWitness
from idverify.storage.failures import ReadOnlyViewError
from tests.fakes import NoDeadline
from tests.service_kit import AN, BINH, Answers, encode, refused
from tests.unit.idverify.services.law.test_retention import A_YEAR, Archive, facts

ADMIN = frozenset({Role.ADMIN})
OTHER = "001084000123"
WHY = Why(ChangeReason.RECORDING_ERROR, "QĐ 13/2026")


@pytest.fixture
def world(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def place(world: Archive, number: str) -> LegalHold:
    answers = Answers()
    call = world.call("PlaceLegalHold", roles=ADMIN, officer_id="CB-9")
    world.legal_holds.place(call, number, "QĐ 12/2026", answers)
    hold: LegalHold = answers.given[-1]
    return hold


def release(world: Archive, number: str, hold_id: str) -> None:
    call = world.call("ReleaseLegalHold", roles=ADMIN)
    world.legal_holds.release(call, number, hold_id, "hết hạn", encode)


def test_nothing_of_who_is_held_goes_until_the_last_hold_is_released(world: Archive) -> None:
    holds = [place(world, AN), place(world, AN), place(world, BINH)]
    world.clock.advance(A_YEAR)
    assert world.due(facts()) == dict.fromkeys(DataKind, 0)
    world.service(facts()).sweep(NoDeadline())
    for number in (AN, BINH):
        with refused(Reason.LEGAL_HOLD):
            world.delete(number)
    release(world, AN, holds[0].hold_id)
    with refused(Reason.LEGAL_HOLD):
        world.delete(AN)
    release(world, AN, holds[1].hold_id)
    release(world, BINH, holds[2].hold_id)
    assert world.due(facts()) == dict.fromkeys(DataKind, 1)
    world.service(facts()).sweep(NoDeadline())
    assert world.due(facts()) == dict.fromkeys(DataKind, 0)
    world.delete(AN)
    told = [e.entry for e in world.trail() if e.entry.action.endswith("LegalHold")]
    assert [entry.outcome for entry in told] == ["HELD"] * 3 + ["RELEASED"] * 3
    with world.store.reading() as view:
        assert view.audit.compare_rows(NoDeadline(), add_up=True) == []


def test_a_hold_goes_with_the_person_when_entries_are_merged(world: Archive) -> None:
    world.enrol(OTHER)
    hold = place(world, OTHER)
    call = world.call("MergeCitizens", roles=ADMIN)
    world.merging.merge(call, AN, OTHER, WHY, despite_prints=True, encode=encode)
    with refused(Reason.LEGAL_HOLD):
        world.delete(AN)
    world.clock.advance(A_YEAR)
    assert world.due(facts())[DataKind.CONSENTS] == 0, "of the other entry of the same person"
    release(world, AN, hold.hold_id)
    world.delete(AN)


def encounters(world: Archive, number: str) -> list[str]:
    with world.store.reading() as view:
        citizen = view.subjects.get(str(view.subjects.id_of(number)))
    assert citizen is not None
    return [each.encounter_id for each in citizen.encounters]


@pytest.mark.parametrize("held", [AN, OTHER])
def test_nothing_of_who_is_held_becomes_anothers_who_could_be_erased(world: Archive, held: str) -> None:
    world.enrol(OTHER)
    hold = place(world, held)
    (moved,) = encounters(world, AN)

    def move() -> None:
        call = world.call("MoveEncounter", roles=ADMIN)
        world.merging.move(call, AN, moved, OTHER, WHY, despite_prints=True, encode=encode)

    with refused(Reason.LEGAL_HOLD):
        move()
    assert world.trail()[-1].entry.outcome == "REFUSED"
    assert encounters(world, AN) == [moved]
    release(world, held, hold.hold_id)
    move()
    assert moved in encounters(world, OTHER)


@pytest.mark.parametrize("held", [AN, OTHER])
def test_a_merge_is_not_taken_back_under_a_hold(world: Archive, held: str) -> None:
    world.enrol(OTHER)
    (theirs,) = encounters(world, OTHER)
    hold = place(world, held)
    call = world.call("MergeCitizens", roles=ADMIN)
    world.merging.merge(call, AN, OTHER, WHY, despite_prints=True, encode=encode)

    def split() -> None:
        call = world.call("SplitCitizen", roles=ADMIN)
        world.merging.split(call, AN, OTHER, [theirs], WHY, despite_prints=True, encode=encode)

    with refused(Reason.LEGAL_HOLD):
        split()
    assert theirs in encounters(world, AN)
    release(world, AN, hold.hold_id)
    split()
    assert encounters(world, OTHER) == [theirs]


def test_a_hold_that_is_placed_while_prints_are_compared_counts(
    world: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.enrol(OTHER)
    (theirs,) = encounters(world, OTHER)
    call = world.call("MergeCitizens", roles=ADMIN)
    world.merging.merge(call, AN, OTHER, WHY, despite_prints=True, encode=encode)
    ground = PrintWitness.ground

    def meanwhile(*given: Any, **named: Any) -> Ground:
        place(world, AN)
        return ground(*given, **named)

    monkeypatch.setattr(PrintWitness, "ground", meanwhile)
    call = world.call("SplitCitizen", roles=ADMIN)
    with refused(Reason.LEGAL_HOLD):
        world.merging.split(call, AN, OTHER, [theirs], WHY, despite_prints=True, encode=encode)
    monkeypatch.undo()
    assert theirs in encounters(world, AN)


@pytest.mark.parametrize("bears", [AN, OTHER])
def test_a_merge_with_who_is_held_erases_no_pin(world: Archive, bears: str) -> None:
    world.enrol(OTHER)
    place(world, OTHER)
    with world.store.transaction() as uow:
        subject_id = str(uow.subjects.id_of(bears))
        uow.pins.put(CitizenPin(subject_id, "hashed", 1))
    call = world.call("MergeCitizens", roles=ADMIN)
    with refused(Reason.LEGAL_HOLD):
        world.merging.merge(call, AN, OTHER, WHY, despite_prints=True, encode=encode)
    with world.store.reading() as view:
        assert view.pins.of(subject_id) == CitizenPin(subject_id, "hashed", 1)
        assert view.subjects.id_of(OTHER) != view.subjects.id_of(AN)


def test_a_hold_is_released_once_and_on_whom_it_is(world: Archive) -> None:
    hold = place(world, AN)
    for number, hold_id in ((BINH, hold.hold_id), (AN, "0dcba987-6543-4210-8765-0123456789ab")):
        with refused(Reason.LEGAL_HOLD_NOT_FOUND):
            release(world, number, hold_id)
    release(world, AN, hold.hold_id)
    with refused(Reason.LEGAL_HOLD_NOT_FOUND):
        release(world, AN, hold.hold_id)
    with refused(Reason.FIELD_MISSING):
        world.legal_holds.place(world.call("PlaceLegalHold", roles=ADMIN), AN, "x", encode)


def test_what_was_approved_for_somebody_else_releases_nothing(world: Archive) -> None:
    hold = place(world, AN)
    call = world.call("ReleaseLegalHold", roles=ADMIN)
    other = Approval("act", "chief", ActSubject(BINH, world.binh, 1), world.clock.now())
    with refused(Reason.ACT_STALE):
        world.legal_holds.release(replace(call, approval=other), AN, hold.hold_id, "x", encode)


def test_holds_are_listed_released_ones_too(world: Archive) -> None:
    first, second = place(world, AN), place(world, BINH)
    release(world, AN, first.hold_id)
    call = world.call("ListLegalHolds", roles=ADMIN)
    (one,), token = world.legal_holds.page(call, 1, "")
    assert (one.hold_id, one.release_reason, one.officer) == (first.hold_id, "hết hạn", "CB-9")
    assert world.legal_holds.page(call, 1, token) == ([second], "")
    with world.store.reading() as view:
        for write in (view.legal_holds.add, view.legal_holds.put):
            with pytest.raises(ReadOnlyViewError):
                write(first)
    with refused(Reason.VERSION_MISMATCH), world.store.transaction() as uow:
        uow.legal_holds.put(first.released_at(world.clock.now(), "x"))
