"""The store's contract: what was changed about citizens, and the numbers that they bore before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import (
    ChangeReason,
    CitizenChange,
    CitizenStanding,
    CitizenState,
    FingerException,
    FingerFault,
    FingerPosition,
    PersonalData,
)
from idverify.ports import Store
from idverify.storage.store import SqlStore
from tests.contract.store_kit import NOW, NUMBER, PERSON, Intruder, enrol, feature
from tests.contract.store_kit import entry as store_entry
from tests.fakes import NoDeadline

NEW_NUMBER, THIRD_NUMBER = "079190001234", "079190005678"
MARRIED = replace(PERSON, full_name="Nguyễn Thị Minh Khai Trần")
AS_ENROLLED = CitizenStanding(PERSON, NUMBER)


def change(version: int, after: CitizenStanding, reason: ChangeReason = ChangeReason.RECORDING_ERROR) -> CitizenChange:
    at = NOW + timedelta(days=version)
    return CitizenChange(version, at, reason, "QĐ 12/2026", "desk-1", "cb-07", AS_ENROLLED, after)


def test_changes_come_back_and_the_last_one_holds(store: Store) -> None:
    subject_id, other = enrol(store), enrol(store, THIRD_NUMBER)
    changes = [
        change(2, replace(AS_ENROLLED, personal_data=MARRIED), ChangeReason.LEGAL_CHANGE),
        change(3, replace(AS_ENROLLED, personal_data=MARRIED, state=CitizenState.LOCKED), ChangeReason.CITIZEN_REQUEST),
    ]
    with store.transaction() as uow:
        for made in changes:
            uow.changes.add(subject_id, made)
        assert uow.changes.of(subject_id) == changes
    with store.reading() as view:
        assert view.changes.of(subject_id) == changes
        assert (view.changes.of(other), view.changes.of("nobody")) == ([], [])
        assert view.changes.state_of(subject_id) is CitizenState.LOCKED
        assert view.changes.state_of(other) is CitizenState.ACTIVE
        citizen, untouched = view.subjects.page(0, 10)
    assert (citizen.personal_data, citizen.state, citizen.version) == (MARRIED, CitizenState.LOCKED, 3)
    assert citizen.former_data == (PERSON,)
    assert citizen.updated == NOW + timedelta(days=3)
    assert (untouched.personal_data, untouched.version, untouched.updated) == (PERSON, 1, NOW)


@pytest.mark.parametrize("version", [0, 1, 2, 4])
def test_a_change_that_does_not_follow_is_refused(store: Store, version: int) -> None:
    subject_id = enrol(store)
    with store.transaction() as uow:
        uow.changes.add(subject_id, change(2, AS_ENROLLED))
    with pytest.raises(DomainError) as refused, store.transaction() as uow:
        uow.changes.add(subject_id, change(version, replace(AS_ENROLLED, state=CitizenState.DECEASED)))
    assert refused.value.reason is Reason.VERSION_MISMATCH
    with store.reading() as view:
        assert view.changes.state_of(subject_id) is CitizenState.ACTIVE


def test_fingers_that_cannot_be_shown_come_back(store: Store) -> None:
    subject_id = enrol(store)
    fingers = (
        FingerException(FingerPosition.LEFT_THUMB, FingerFault.MISSING),
        FingerException(FingerPosition.LEFT_RING, FingerFault.BANDAGED, NOW.date()),
    )
    with store.transaction() as uow:
        uow.changes.add(subject_id, change(2, replace(AS_ENROLLED, fingers=fingers), ChangeReason.FINGERS_SEEN))
    with store.reading() as view:
        citizen = view.subjects.get(subject_id)
        assert view.changes.fingers_of(subject_id) == fingers
        assert view.changes.fingers_of("nobody") == ()
    assert citizen is not None
    assert citizen.fingers == fingers


def test_a_change_needs_its_citizen(store: Store) -> None:
    with pytest.raises(DomainError) as refused, store.transaction() as uow:
        uow.changes.add("nobody", change(2, AS_ENROLLED))
    assert refused.value.reason is Reason.SUBJECT_NOT_FOUND


def test_a_former_number_leads_to_the_citizen_and_is_nobody_elses(store: Store) -> None:
    subject_id = enrol(store)
    with store.transaction() as uow:
        uow.numbers.replace(subject_id, NEW_NUMBER, keep_former=True)
    with store.reading() as view:
        assert view.subjects.id_of(NUMBER) == view.subjects.id_of(NEW_NUMBER) == subject_id
        assert (view.numbers.holder_before(NUMBER), view.numbers.holder_before(NEW_NUMBER)) == (subject_id, None)
        citizen = view.subjects.get(subject_id)
    assert citizen is not None
    assert (citizen.citizen_number, citizen.former_numbers) == (NEW_NUMBER, (NUMBER,))
    with pytest.raises(DomainError) as refused:
        enrol(store, NUMBER)
    assert refused.value.reason is Reason.REFERENCE_EXISTS


def test_a_number_recorded_in_error_leads_nowhere(store: Store) -> None:
    subject_id = enrol(store)
    with store.transaction() as uow:
        uow.numbers.replace(subject_id, NEW_NUMBER, keep_former=False)
    with store.reading() as view:
        assert view.subjects.id_of(NUMBER) is None
    assert enrol(store, NUMBER) != subject_id


def test_a_former_number_can_be_taken_back_and_those_of_others_cannot(store: Store) -> None:
    subject_id, other = enrol(store), enrol(store, THIRD_NUMBER)
    with store.transaction() as uow:
        uow.numbers.replace(subject_id, NEW_NUMBER, keep_former=True)
        uow.numbers.replace(subject_id, NUMBER, keep_former=True)
    with store.reading() as view:
        citizen = view.subjects.get(subject_id)
    assert citizen is not None
    assert (citizen.citizen_number, citizen.former_numbers) == (NUMBER, (NEW_NUMBER,))
    for number in (NUMBER, NEW_NUMBER, THIRD_NUMBER):
        with pytest.raises(DomainError) as refused, store.transaction() as uow:
            uow.numbers.replace(other, number, keep_former=True)
        assert refused.value.reason is Reason.REFERENCE_EXISTS
    with pytest.raises(DomainError) as refused, store.transaction() as uow:
        uow.numbers.replace("nobody", "079190009999", keep_former=True)
    assert refused.value.reason is Reason.SUBJECT_NOT_FOUND


def test_they_go_with_the_citizen(store: Store, intruder: Intruder) -> None:
    subject_id = enrol(store)
    with store.transaction() as uow:
        uow.changes.add(subject_id, change(2, AS_ENROLLED))
        uow.numbers.replace(subject_id, NEW_NUMBER, keep_former=True)
    with store.transaction() as uow:
        uow.subjects.delete(subject_id)
    with store.reading() as view:
        assert view.subjects.id_of(NUMBER) is None
    for table in ("citizen_changes", "former_numbers"):
        assert intruder.ask(f"SELECT * FROM {table}") == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM citizen_changes WHERE version = 3",
        "DELETE FROM former_numbers",
        "UPDATE citizen_changes SET version = 4 WHERE version = 3",
    ],
)
def test_what_was_taken_out_past_the_service_shows(store: SqlStore, intruder: Intruder, statement: str) -> None:
    subject_id = enrol(store)
    with store.transaction() as uow:
        uow.changes.add(subject_id, change(2, AS_ENROLLED))
        uow.changes.add(subject_id, change(3, replace(AS_ENROLLED, state=CitizenState.DECEASED)))
        uow.numbers.replace(subject_id, NEW_NUMBER, keep_former=True)
        uow.audit.append(store_entry())
    intruder.run(statement)
    with store.reading() as view:
        assert view.audit.compare_rows(NoDeadline(), add_up=True) != []


def test_a_change_moved_to_another_place_does_not_open(store: Store, intruder: Intruder) -> None:
    subject_id = enrol(store)
    with store.transaction() as uow:
        uow.changes.add(subject_id, change(2, replace(AS_ENROLLED, state=CitizenState.DECEASED)))
        uow.changes.add(subject_id, change(3, AS_ENROLLED))
    intruder.run(
        "UPDATE citizen_changes SET content_sealed = (SELECT content_sealed FROM citizen_changes WHERE version = 2)"
    )
    with store.reading() as view, pytest.raises(StoredDataError):
        view.changes.state_of(subject_id)


def test_a_former_number_of_another_does_not_open(store: Store, intruder: Intruder) -> None:
    subject_id, other = enrol(store), enrol(store, THIRD_NUMBER)
    with store.transaction() as uow:
        uow.numbers.replace(subject_id, NEW_NUMBER, keep_former=True)
    intruder.run(f"UPDATE former_numbers SET subject_id = '{other}'")
    with store.reading() as view, pytest.raises(StoredDataError):
        view.subjects.id_of(NUMBER)


def test_nothing_of_it_lies_open(store: Store, intruder: Intruder) -> None:
    subject_id = enrol(store)
    with store.transaction() as uow:
        uow.changes.add(subject_id, change(2, replace(AS_ENROLLED, personal_data=PersonalData("Trần Bí Mật"))))
        uow.numbers.replace(subject_id, NEW_NUMBER, keep_former=True)
    for table in ("citizen_changes", "former_numbers"):
        ((*values,),) = intruder.ask(f"SELECT * FROM {table}")
        text = b"\0".join(v if isinstance(v, bytes) else str(v).encode() for v in values)
        for secret in (NUMBER, NEW_NUMBER, "Bí Mật", "QĐ 12/2026", "cb-07"):
            assert secret.encode() not in text


def test_an_encounter_moves_whole_and_is_counted(store: SqlStore, intruder: Intruder) -> None:
    giver, taker = enrol(store), enrol(store, THIRD_NUMBER)
    with store.transaction() as uow:
        met, before = uow.subjects.add_encounter(
            giver, "going", NOW, [feature(template=b"one"), feature(FingerPosition.LEFT_THUMB, b"two")]
        )
    ((sealed,), *_) = intruder.ask(f"SELECT template_sealed FROM templates WHERE template_id = {before[0].template_id}")
    with store.transaction() as uow:
        moved = uow.subjects.move_encounter("going", taker)
        uow.audit.append(store_entry())
    assert list(moved.removed) == before
    assert [(t.subject_id, t.position, t.template) for t in moved.added] == [
        (taker, old.position, old.template) for old in before
    ]
    assert min(t.template_id for t in moved.added) > max(t.template_id for t in before), "ids are never given twice"
    with store.reading() as view:
        assert view.subjects.templates(taker)[1:] == view.subjects.templates_of_encounters(["going"])
        assert view.subjects.templates_of_encounters(["going"]) == list(moved.added)
        assert len(view.subjects.templates(giver)) == 1
        one, other = view.subjects.page(0, 10)
        assert view.audit.compare_rows(NoDeadline(), add_up=True) == []
    assert ([e.encounter_id for e in other.encounters][1:], len(one.encounters)) == (["going"], 1)
    assert other.encounters[1] == met
    assert (sealed,) not in intruder.ask("SELECT template_sealed FROM templates")


def test_an_encounter_that_is_not_there_and_a_taker_who_is_not_there(store: Store) -> None:
    giver = enrol(store)
    with store.transaction() as uow:
        uow.subjects.add_encounter(giver, "going", NOW, [feature()])
    for encounter, taker, reason in (
        ("gone", giver, Reason.ENCOUNTER_NOT_FOUND),
        ("going", "nobody", Reason.SUBJECT_NOT_FOUND),
    ):
        with pytest.raises(DomainError) as refused, store.transaction() as uow:
            uow.subjects.move_encounter(encounter, taker)
        assert refused.value.reason is reason
    with store.reading() as view:
        assert len(view.subjects.templates(giver)) == 2


def test_who_was_merged_leads_to_the_other_over_any_number_of_merges(store: Store) -> None:
    first, second, third = enrol(store), enrol(store, NEW_NUMBER), enrol(store, THIRD_NUMBER)
    with store.transaction() as uow:
        for one, other in ((first, second), (second, third)):
            uow.changes.add(one, change(2, replace(AS_ENROLLED, state=CitizenState.MERGED, merged_into=other)))
        uow.changes.add(third, change(2, replace(AS_ENROLLED, absorbed=(second,))))
    with store.reading() as view:
        assert {view.subjects.id_of(number) for number in (NUMBER, NEW_NUMBER, THIRD_NUMBER)} == {third}
        assert view.subjects.own_id_of(NUMBER) == first
        assert view.subjects.number_of(second) == NEW_NUMBER
        assert view.subjects.number_of("nobody") is None
        citizen = view.subjects.get(third)
    assert citizen is not None
    assert (citizen.absorbed, citizen.former_numbers) == ((second,), (NEW_NUMBER,))
