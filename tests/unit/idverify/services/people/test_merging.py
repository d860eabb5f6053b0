"""Merging, splitting, moving: prints are asked first, nothing is lost, and everybody is found where they are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import (
    ChangeReason,
    Citizen,
    CitizenState,
    Decision,
    DuplicateCheck,
    FingerPosition,
    Sample,
    StoredTemplate,
)
from idverify.services.people.changing import Why
from tests.fakes import sample
from tests.service_kit import AN, BINH, BIRTH, RESIDENCE, Answers, World, encode, prints_of, refused

SKIPPED = DuplicateCheck.REPORT
INDEX, THUMB = FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_THUMB
TWICE = Why(ChangeReason.RECORDING_ERROR)
COURT = Why(ChangeReason.LEGAL_DECISION, "QĐ 7/2026")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.store.close()


@pytest.fixture
def twice(world: World) -> World:
    """An is enrolled under two numbers."""
    world.enrol(AN, prints_of("an", INDEX))
    world.enrol(BINH, prints_of("an", INDEX, THUMB), call=world.call("EnrolCitizen"), check=SKIPPED)
    return world


def merge(world: World, why: Why = TWICE, *, despite: bool = False) -> Citizen:
    answers = Answers()
    world.merging.merge(world.call("MergeCitizens"), AN, BINH, why, despite, answers)
    kept: Citizen = answers.given[0]
    return kept


def split(world: World, encounters: list[str], why: Why = TWICE, *, despite: bool = False) -> Citizen:
    answers = Answers()
    world.merging.split(world.call("SplitCitizen"), AN, BINH, encounters, why, despite, answers)
    kept: Citizen = answers.given[0]
    return kept


def found(world: World, probe: list[Sample]) -> list[str]:
    return [candidate.subject_id for candidate in world.identify(probe).candidates]


def in_step(world: World) -> bool:
    """Gallery and database hold the same templates, of the same people."""
    stored = {t.template_id: t.subject_id for t in world.store.all_templates()}
    return stored == {t.template_id: t.subject_id for t in world.gallery.templates.values()}


def subject(world: World, number: str) -> str:
    with world.store.reading() as view:
        return str(view.subjects.own_id_of(number))


def test_one_person_under_two_numbers_becomes_one(twice: World) -> None:
    an, other = subject(twice, AN), subject(twice, BINH)
    assert set(found(twice, prints_of("an", INDEX))) == {an, other}
    kept = merge(twice)
    assert (kept.subject_id, kept.absorbed, kept.former_numbers, kept.version) == (an, (other,), (BINH,), 2)
    assert sum(len(encounter.impressions) for encounter in kept.encounters) == 3
    assert found(twice, prints_of("an", INDEX)) == [an]
    assert in_step(twice)
    by_old = twice.verify(BINH, prints_of("an", THUMB))
    assert (by_old.decision, by_old.number_superseded) == (Decision.MATCH, True)
    with twice.store.reading() as view:
        absorbed = view.subjects.get(other)
    assert absorbed is not None
    assert (absorbed.state, absorbed.merged_into, absorbed.encounters) == (CitizenState.MERGED, an, ())
    told = [(e.entry.outcome, e.entry.subject_id) for e in twice.trail() if e.entry.action == "MergeCitizens"]
    assert told == [("MERGED", an), ("MERGED", other)]
    assert twice.changing.history(twice.call("x"), AN)[0].after.absorbed == (other,)


def test_records_of_who_was_merged_serve_where_there_are_no_others(twice: World) -> None:
    twice.put(BINH, "residence", RESIDENCE)
    merge(twice)
    call = twice.call("Verify", procedure_code=BIRTH)
    disclosure = twice.verify(AN, prints_of("an", INDEX), call=call).disclosure
    assert disclosure is not None
    assert [r.record_type for r in disclosure.records] == ["identity", "residence"]
    own = json.dumps({"permanent_address": {"province": "Huế", "commune": "Thuận Hóa"}})
    twice.put(BINH, "residence", own)
    call = twice.call("Verify", procedure_code=BIRTH)
    disclosure = twice.verify(AN, prints_of("an", INDEX), call=call).disclosure
    assert disclosure is not None
    assert "Huế" in disclosure.records[1].json


@pytest.mark.parametrize(
    ("other", "verdict"),
    [
        (["binh/RIGHT_INDEX/80"], "NO_MATCH"),
        (["binh/RIGHT_INDEX/20"], "INCONCLUSIVE"),
        (["an/LEFT_THUMB/80"], "NONE_IN_COMMON"),
    ],
)
def test_prints_that_do_not_say_so_refuse_a_merge_unless_an_officer_says_why(
    world: World, other: list[str], verdict: str
) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    position = THUMB if verdict == "NONE_IN_COMMON" else INDEX
    world.enrol(BINH, [sample(text, position) for text in other])
    before = world.state()
    with pytest.raises(DomainError) as error:
        merge(world, COURT)
    assert (error.value.reason, error.value.metadata) == (Reason.PRINTS_CONTRADICT, {})
    assert verdict not in error.value.message
    told = {"reason": "PRINTS_CONTRADICT", "prints": verdict, "other": subject(world, BINH)}
    assert world.trail()[-1].entry.details == told
    with refused(Reason.FIELD_MISSING):
        merge(world, despite=True)
    assert world.state() == before
    merge(world, COURT, despite=True)
    assert in_step(world)
    assert world.trail()[-1].entry.details["prints"] == verdict


def test_a_merge_happens_once_and_not_with_oneself(twice: World) -> None:
    call = twice.call("MergeCitizens")
    first, again = (twice.merging.merge(call, AN, BINH, TWICE, despite_prints=False, encode=encode) for _ in range(2))
    assert first == again
    with refused(Reason.FIELD_INVALID):
        merge(twice)
    with refused(Reason.FIELD_INVALID):
        merge(twice, Why(ChangeReason.RESOLVED))


@pytest.mark.parametrize(
    ("number", "state", "why", "reason"),
    [
        (AN, CitizenState.DECEASED, ChangeReason.DEATH_REGISTERED, Reason.SUBJECT_DECEASED),
        (BINH, CitizenState.DECEASED, ChangeReason.DEATH_REGISTERED, Reason.CITIZEN_STATE_UNFIT),
        (BINH, CitizenState.DEACTIVATED, ChangeReason.MISUSE_SUSPECTED, None),
    ],
)
def test_who_may_be_merged(
    twice: World, number: str, state: CitizenState, why: ChangeReason, reason: Reason | None
) -> None:
    twice.change_state(number, state, why)
    if reason is None:
        assert merge(twice).absorbed != ()
        return
    with refused(reason):
        merge(twice)


def test_a_merge_is_taken_back_with_its_encounters(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    world.enrol(BINH, prints_of("binh", INDEX))
    own = subject(world, BINH)
    merge(world, COURT, despite=True)
    assert found(world, prints_of("binh", INDEX)) == [subject(world, AN)]
    with world.store.reading() as view:
        kept = view.subjects.get(subject(world, AN))
    assert kept is not None
    theirs = kept.encounters[1].encounter_id
    with refused(Reason.ENCOUNTER_NOT_FOUND):
        split(world, ["gone"])
    with refused(Reason.ENCOUNTER_NOT_FOUND):
        split(world, [])
    assert split(world, [theirs]).absorbed == ()
    assert found(world, prints_of("binh", INDEX)) == [own]
    assert in_step(world)
    assert world.verify(BINH, prints_of("binh", INDEX)).decision is Decision.MATCH
    assert world.verify(BINH, prints_of("an", INDEX)).decision is Decision.NO_MATCH
    with refused(Reason.FIELD_INVALID):
        split(world, [theirs])


def test_prints_of_one_person_are_not_parted(twice: World) -> None:
    kept = merge(twice)
    with pytest.raises(DomainError) as error:
        split(twice, [kept.encounters[1].encounter_id], COURT)
    assert (error.value.reason, error.value.metadata) == (Reason.PRINTS_CONTRADICT, {})
    split(twice, [kept.encounters[1].encounter_id], COURT, despite=True)
    assert in_step(twice)


def test_an_encounter_goes_to_whom_its_prints_are_of(world: World) -> None:
    an = world.enrol(AN, prints_of("an", INDEX))
    binh = world.enrol(BINH, prints_of("binh", INDEX))
    world.enrolment.add(world.call("AddFingerprints"), AN, prints_of("binh", INDEX), encode, SKIPPED)
    with world.store.reading() as view:
        giver = view.subjects.get(an)
    assert giver is not None
    own, wrong = (encounter.encounter_id for encounter in giver.encounters)

    def move(encounter: str, why: Why = TWICE, *, despite: bool = False) -> Citizen:
        answers = Answers()
        world.merging.move(world.call("MoveEncounter"), AN, encounter, BINH, why, despite, answers)
        citizen: Citizen = answers.given[0]
        return citizen

    with refused(Reason.PRINTS_CONTRADICT):
        move(own)
    assert [e.encounter_id for e in move(wrong).encounters] == [own]
    assert found(world, prints_of("binh", INDEX)) == [binh]
    assert in_step(world)
    with refused(Reason.ENCOUNTER_NOT_FOUND):
        move(wrong)


def test_what_fails_at_the_end_changes_neither_gallery_nor_database(
    twice: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, add = twice.state(), twice.gallery.add
    fails = iter([True])

    def once(templates: Sequence[StoredTemplate]) -> None:
        if next(fails, False):
            raise MemoryError
        add(templates)

    monkeypatch.setattr(twice.gallery, "add", once)
    with pytest.raises(MemoryError):
        merge(twice)
    assert twice.state() == before
    assert in_step(twice)


def test_erasing_a_citizen_erases_who_turned_out_to_be_them(twice: World) -> None:
    with twice.store.reading() as view:
        absorbed = view.subjects.id_of(BINH)
    kept = merge(twice).subject_id
    twice.delete(BINH)
    for number in (AN, BINH):
        with refused(Reason.SUBJECT_NOT_FOUND):
            twice.verify(number, prints_of("an", INDEX))
    with twice.store.reading() as view:
        assert view.subjects.count() == 0
    assert in_step(twice)
    events = [e for e in twice.trail() if e.entry.outcome == "DELETED"]
    told = [e.entry for e in events]
    assert [(e.subject_id, e.details.get("merged_into")) for e in told] == [(absorbed, kept), (kept, None)]
    assert twice.erasures.erased == [(e.sequence, e.entry.subject_id) for e in events]
