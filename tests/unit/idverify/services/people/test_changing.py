"""Correcting, renumbering and changing the state of citizens: what it does, to whom it is told, what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from idverify.domain.citizens.states import require_active, require_change
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import ChangeReason, CitizenState, Decision, FingerPosition, PersonalData
from idverify.services.people.changing import Why
from tests.service_kit import AN, BINH, BIRTH, PERSON, RESIDENCE, Answers, World, encode, prints_of, refused

INDEX = FingerPosition.RIGHT_INDEX
NEW_NUMBER = "027084000111"
RENAMED = PersonalData("Nguyễn Văn Anh", "1984-02-01", "M")
ERROR, LAW = Why(ChangeReason.RECORDING_ERROR), Why(ChangeReason.LEGAL_CHANGE, "QĐ 12/2026/QĐ-UBND")
REISSUED = Why(ChangeReason.NUMBER_REISSUED)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.store.close()


def correct(world: World, why: Why, data: PersonalData = RENAMED) -> None:
    world.changing.correct(world.call("CorrectPersonalData", officer_id="cb-07"), AN, data, why, encode)


def identity(world: World) -> str:
    disclosure = world.verify(AN, prints_of("an", INDEX), call=world.call("Verify", procedure_code=BIRTH)).disclosure
    assert disclosure is not None
    return str(json.loads(disclosure.records[0].json)["full_name"])


def test_a_correction_holds_at_once_and_is_history(world: World) -> None:
    subject_id = world.enrol(AN, prints_of("an", INDEX))
    assert identity(world) == "Nguyễn Văn An"
    correct(world, LAW)
    assert identity(world) == "Nguyễn Văn Anh"
    (change,) = world.changing.history(world.call("ListCitizenChanges"), AN)
    assert (change.version, change.reason, change.grounds) == (2, ChangeReason.LEGAL_CHANGE, "QĐ 12/2026/QĐ-UBND")
    assert (change.client, change.officer) == ("counter-7", "cb-07")
    assert (change.before.personal_data, change.after.personal_data) == (PERSON, RENAMED)
    (event,) = [e.entry for e in world.trail() if e.entry.action == "CorrectPersonalData"]
    assert (event.outcome, event.subject_id) == ("CORRECTED", subject_id)
    assert event.details == {"fields": ["full_name"], "reason": "LEGAL_CHANGE", "version": 2}
    assert "Anh" not in str(world.trail())
    assert "QĐ 12" not in str(world.trail())


def test_what_the_law_changed_was_right_before_and_an_error_never_was(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    of_birth = '{"registration_number": "1", "registration_date": "1984-02-02", "registered_at": "x", '
    of_birth += '"full_name": "Nguyễn Văn An", "birth_date": "1984-02-01"}'
    world.put(AN, "civil_status_birth", of_birth)
    correct(world, LAW)
    world.put(AN, "civil_status_birth", of_birth)
    correct(world, ERROR, PersonalData("Nguyễn Văn Ánh", "1984-02-01", "M"))
    assert world.records.get(world.call("GetRecord"), AN, "civil_status_birth").disputed == ()
    with refused(Reason.RECORD_DISAGREES):
        world.put(AN, "civil_status_birth", of_birth.replace("Văn An", "Văn Anh"))


def test_a_correction_ends_a_dispute_or_begins_one(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    record = '{"status": "single", "spouse_name": "Trần Thị Bình"}'
    world.put(AN, "civil_status_marriage", record)
    said = {"citizen_number": AN, "full_name": "Nguyễn Văn Anh", "birth_date": "1984-02-01", "sex": "M"}
    text = json.dumps(said | {"nationality": "Việt Nam"})
    world.records.put(world.call("PutRecord"), AN, "identity", text, None, encode, store_disputed=True)
    assert world.records.get(world.call("GetRecord"), AN, "identity").disputed == ("full_name",)
    correct(world, ERROR)
    assert world.records.get(world.call("GetRecord"), AN, "identity").disputed == ()
    assert identity(world) == "Nguyễn Văn Anh"


def test_a_correction_happens_once(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    call, answers = world.call("CorrectPersonalData"), Answers()
    first = world.changing.correct(call, AN, RENAMED, LAW, answers)
    assert world.changing.correct(call, AN, RENAMED, LAW, answers) == first
    assert len(answers.given) == 1
    assert answers.given[0].version == 2
    assert len(world.changing.history(world.call("ListCitizenChanges"), AN)) == 1


@pytest.mark.parametrize(
    ("data", "why", "reason"),
    [
        (PERSON, ERROR, Reason.NOTHING_TO_CHANGE),
        (RENAMED, Why(ChangeReason.RESOLVED), Reason.FIELD_INVALID),
        (RENAMED, Why(ChangeReason.LEGAL_CHANGE, expected_version=2), Reason.VERSION_MISMATCH),
        (PersonalData(""), ERROR, Reason.FIELD_MISSING),
        (PersonalData("A", "1990-02-30"), ERROR, Reason.FIELD_INVALID),
    ],
)
def test_a_correction_that_is_refused_changes_nothing(
    world: World, data: PersonalData, why: Why, reason: Reason
) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    before = world.state()
    with refused(reason):
        correct(world, why, data)
    assert world.state() == before
    assert world.changing.history(world.call("ListCitizenChanges"), AN) == []


def test_whoever_is_not_enrolled_has_nothing_to_change(world: World) -> None:
    with refused(Reason.SUBJECT_NOT_FOUND):
        correct(world, ERROR)
    with refused(Reason.SUBJECT_NOT_FOUND):
        world.changing.history(world.call("ListCitizenChanges"), AN)
    with refused(Reason.IDENTIFIER_MALFORMED):
        world.changing.renumber(world.call("ReplaceCitizenNumber"), AN, "1", REISSUED, encode)


def test_a_reissued_number_leads_to_the_person_and_the_answer_says_so(world: World) -> None:
    subject_id = world.enrol(AN, prints_of("an", INDEX))
    world.changing.renumber(world.call("ReplaceCitizenNumber"), AN, NEW_NUMBER, REISSUED, encode)
    old, new = (world.verify(number, prints_of("an", INDEX)) for number in (AN, NEW_NUMBER))
    assert (old.decision, old.number_superseded) == (Decision.MATCH, True)
    assert (new.decision, new.number_superseded) == (Decision.MATCH, False)
    world.put(AN, "residence", RESIDENCE)
    identity = f'{{"citizen_number": "{AN}", "full_name": "Nguyễn Văn An", "birth_date": "1984-02-01", "sex": "M", '
    world.put(NEW_NUMBER, "identity", identity + '"nationality": "Việt Nam"}')
    (event,) = [e.entry for e in world.trail() if e.entry.action == "ReplaceCitizenNumber"]
    assert (event.outcome, event.subject_id) == ("RENUMBERED", subject_id)
    assert not any(number in str(world.trail()) for number in (AN, NEW_NUMBER))
    with refused(Reason.REFERENCE_EXISTS):
        world.enrol(AN, prints_of("other", INDEX))


def test_a_number_recorded_in_error_is_free_again(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    world.enrol(BINH, prints_of("binh", INDEX))
    with refused(Reason.REFERENCE_EXISTS):
        world.changing.renumber(world.call("ReplaceCitizenNumber"), AN, BINH, ERROR, encode)
    with refused(Reason.FIELD_INVALID):
        world.changing.renumber(world.call("ReplaceCitizenNumber"), AN, NEW_NUMBER, LAW, encode)
    world.changing.renumber(world.call("ReplaceCitizenNumber"), AN, NEW_NUMBER, ERROR, encode)
    with refused(Reason.SUBJECT_NOT_FOUND):
        world.verify(AN, prints_of("an", INDEX))
    world.enrol(AN, prints_of("other", INDEX))
    assert world.verify(AN, prints_of("an", INDEX)).decision is Decision.NO_MATCH


@pytest.mark.parametrize(
    ("state", "why", "reason"),
    [
        (CitizenState.DEACTIVATED, ChangeReason.MISUSE_SUSPECTED, Reason.SUBJECT_DEACTIVATED),
        (CitizenState.DECEASED, ChangeReason.DEATH_REGISTERED, Reason.SUBJECT_DECEASED),
    ],
)
def test_who_is_not_active_is_refused_from_the_next_call_on(
    world: World, state: CitizenState, why: ChangeReason, reason: Reason
) -> None:
    subject_id = world.enrol(AN, prints_of("an", INDEX))
    world.change_state(AN, state, why)
    extractions = world.biometrics.extractions
    with refused(reason):
        world.verify(AN, prints_of("an", INDEX))
    assert world.biometrics.extractions == extractions, "nobody is compared in vain"
    with refused(reason):
        world.identify(prints_of("an", INDEX))
    with refused(reason):
        world.enrolment.add(world.call("AddFingerprints"), AN, prints_of("an", FingerPosition.LEFT_INDEX), encode)
    refusals = [e.entry for e in world.trail() if e.entry.outcome == "REFUSED"]
    assert [(e.subject_id, e.details) for e in refusals] == [(subject_id, {"reason": reason.code})] * 3
    world.put(AN, "residence", RESIDENCE)  # registers go on
    back = ChangeReason.RECORDING_ERROR
    world.change_state(AN, CitizenState.ACTIVE, back)
    assert world.verify(AN, prints_of("an", INDEX)).decision is Decision.MATCH
    states = [(c.before.state, c.after.state) for c in world.changing.history(world.call("x"), AN)]
    assert states == [(CitizenState.ACTIVE, state), (state, CitizenState.ACTIVE)]


def test_a_death_while_a_finger_is_compared_is_in_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    compare = type(world.biometrics).compare

    def meanwhile(*args: object) -> object:
        monkeypatch.undo()
        world.change_state(AN, CitizenState.DECEASED, ChangeReason.DEATH_REGISTERED)
        return compare(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(type(world.biometrics), "compare", meanwhile)
    with refused(Reason.SUBJECT_DECEASED):
        world.verify(AN, prints_of("an", INDEX))


ACTIVE, LOCKED = CitizenState.ACTIVE, CitizenState.LOCKED
DEACTIVATED, DECEASED = CitizenState.DEACTIVATED, CitizenState.DECEASED


@pytest.mark.parametrize(
    ("before", "after", "why", "reason"),
    [
        (ACTIVE, DEACTIVATED, ChangeReason.CITIZEN_REQUEST, None),
        (LOCKED, DECEASED, ChangeReason.DEATH_REGISTERED, None),
        (LOCKED, ACTIVE, ChangeReason.CITIZEN_REQUEST, None),
        (DEACTIVATED, DECEASED, ChangeReason.DEATH_REGISTERED, None),
        (DEACTIVATED, ACTIVE, ChangeReason.RESOLVED, None),
        (DECEASED, ACTIVE, ChangeReason.RECORDING_ERROR, None),
        (ACTIVE, DECEASED, ChangeReason.CITIZEN_REQUEST, Reason.FIELD_INVALID),
        (DECEASED, ACTIVE, ChangeReason.RESOLVED, Reason.FIELD_INVALID),
        (ACTIVE, ACTIVE, ChangeReason.RESOLVED, Reason.CITIZEN_STATE_UNFIT),
        (DECEASED, DEACTIVATED, ChangeReason.MISUSE_SUSPECTED, Reason.CITIZEN_STATE_UNFIT),
        (ACTIVE, LOCKED, ChangeReason.CITIZEN_REQUEST, Reason.CITIZEN_STATE_UNFIT),
    ],
)
def test_states_and_reasons(
    before: CitizenState, after: CitizenState, why: ChangeReason, reason: Reason | None
) -> None:
    if reason is None:
        require_change(before, after, why)
        return
    with pytest.raises(DomainError) as error:
        require_change(before, after, why)
    assert error.value.reason is reason


def test_every_state_but_one_refuses() -> None:
    reasons = set()
    for state in set(CitizenState) - {ACTIVE}:
        with pytest.raises(DomainError) as error:
            require_active(state)
        reasons.add(error.value.reason)
    assert reasons == {Reason.AUTH_LOCKED_BY_SUBJECT, Reason.SUBJECT_DEACTIVATED, Reason.SUBJECT_DECEASED}
    require_active(ACTIVE)
