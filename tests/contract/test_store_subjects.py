"""The store's contract: citizens, encounters, templates."""

from __future__ import annotations

import uuid
from datetime import timedelta, timezone

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Encounter, FingerPosition, Impression, PersonalData
from idverify.ports import Store, StoredReply
from tests.contract.store_kit import NOW, NUMBER, PERSON, enrol, feature, record, templates


def test_a_citizen_comes_back_as_enrolled(store: Store) -> None:
    subject_id = enrol(store)
    with store.reading() as view:
        assert view.subjects.id_of(NUMBER) == subject_id
        citizen = view.subjects.get(subject_id)
    assert citizen is not None
    assert (citizen.subject_id, citizen.citizen_number, citizen.personal_data) == (subject_id, NUMBER, PERSON)
    assert (citizen.ordinal, citizen.created) == (1, NOW)
    (encounter,) = citizen.encounters
    wanted = feature()
    assert encounter.impressions == (Impression(FingerPosition.RIGHT_INDEX, wanted.quality, wanted.extractor),)


def test_nobody_is_found_where_nobody_is(store: Store) -> None:
    with store.reading() as view:
        assert view.subjects.id_of(NUMBER) is None
        assert view.subjects.get("nobody") is None
        assert view.subjects.page(0, 10) == []
        assert view.subjects.templates("nobody") == []
    assert templates(store) == []


def test_a_number_is_enrolled_once(store: Store) -> None:
    first = enrol(store)
    with pytest.raises(DomainError) as refused:
        enrol(store, person=PersonalData("Somebody Else"))
    assert refused.value.reason is Reason.REFERENCE_EXISTS
    with store.reading() as view:
        assert [c.subject_id for c in view.subjects.page(0, 10)] == [first]


def test_a_refused_number_leaves_the_transaction_usable(store: Store) -> None:
    subject_id = enrol(store)
    with store.transaction() as uow:
        with pytest.raises(DomainError):
            uow.subjects.add(str(uuid.uuid4()), NUMBER, PERSON, NOW)
        uow.subjects.add_encounter(subject_id, "second", NOW, [feature()])
    assert len(templates(store)) == 2


def test_encounters_and_impressions_keep_their_order(store: Store) -> None:
    subject_id = enrol(store)
    fingers = [FingerPosition.LEFT_LITTLE, FingerPosition.RIGHT_THUMB, FingerPosition.LEFT_LITTLE]
    with store.transaction() as uow:
        met, stored = uow.subjects.add_encounter(
            subject_id, "a-second", NOW - timedelta(days=1), [feature(f, bytes([f])) for f in fingers]
        )
    assert [t.position for t in stored] == fingers
    with store.reading() as view:
        citizen = view.subjects.get(subject_id)
        assert citizen is not None
        assert citizen.encounters[1] == met
        assert [i.position for i in citizen.encounters[1].impressions] == fingers
        assert view.subjects.templates(subject_id)[1:] == stored
    assert templates(store)[1:] == stored


def test_an_encounter_may_be_empty_and_times_keep_their_instant(store: Store) -> None:
    subject_id = enrol(store)
    there = NOW.astimezone(timezone(timedelta(hours=7)))
    with store.transaction() as uow:
        uow.subjects.add_encounter(subject_id, "empty", there, [])
    with store.reading() as view:
        citizen = view.subjects.get(subject_id)
    assert citizen is not None
    assert citizen.encounters[1] == Encounter("empty", NOW, ())


def test_a_template_needs_its_position_and_its_citizen(store: Store) -> None:
    subject_id = enrol(store)
    nowhere = feature()
    object.__setattr__(nowhere, "position", None)
    with pytest.raises(ValueError, match="position"), store.transaction() as uow:
        uow.subjects.add_encounter(subject_id, "second", NOW, [nowhere])
    with pytest.raises(DomainError) as refused, store.transaction() as uow:
        uow.subjects.add_encounter("nobody", "second", NOW, [feature()])
    assert refused.value.reason is Reason.SUBJECT_NOT_FOUND
    assert len(templates(store)) == 1


def test_pages_join_without_gap_or_overlap(store: Store) -> None:
    enrolled = [enrol(store, f"07920300{i:04}") for i in range(7)]
    seen: list[str] = []
    after = 0
    with store.reading() as view:
        while page := view.subjects.page(after, 3):
            assert len(page) <= 3
            assert all(len(c.encounters) == 1 for c in page)
            seen += [c.subject_id for c in page]
            after = page[-1].ordinal
    assert seen == enrolled


def test_all_templates_come_across_batches(store: Store) -> None:
    for i in range(3):
        enrol(store, f"07920300{i:04}", *[feature(template=f"{i}-{j}".encode()) for j in range(400)])
    found = templates(store)
    assert [t.template for t in found] == [f"{i}-{j}".encode() for i in range(3) for j in range(400)]
    assert len({t.template_id for t in found}) == 1200


def test_deletion_takes_everything_and_answers_how_much(store: Store) -> None:
    subject_id, other = enrol(store, NUMBER, feature(), feature()), enrol(store, "079203009999")
    with store.transaction() as uow:
        uow.records.put(subject_id, record())
        uow.replies.put("caller", "r1", StoredReply("Verify", b"d", b"body"), subject_id)
        uow.replies.put("caller", "r2", StoredReply("Verify", b"d", b"other"), other)
    with store.transaction() as uow:
        assert uow.subjects.delete(subject_id) == 2
    with store.reading() as view:
        assert view.subjects.id_of(NUMBER) is None
        assert view.subjects.get(subject_id) is None
        assert view.records.get(subject_id, "residence") is None
        assert view.replies.find("caller", "r1") == StoredReply("Verify", b"d", None)
        assert view.replies.find("caller", "r2") == StoredReply("Verify", b"d", b"other")
    assert [t.subject_id for t in templates(store)] == [other]


def test_deleting_nobody_is_refused(store: Store) -> None:
    with pytest.raises(DomainError) as refused, store.transaction() as uow:
        uow.subjects.delete("nobody")
    assert refused.value.reason is Reason.SUBJECT_NOT_FOUND


def test_ids_are_never_given_twice(store: Store) -> None:
    subject_id = enrol(store)
    (before,) = templates(store)
    with store.transaction() as uow:
        uow.subjects.delete(subject_id)
    again = enrol(store)
    (after,) = templates(store)
    assert after.template_id > before.template_id
    with store.reading() as view:
        citizen = view.subjects.get(again)
    assert citizen is not None
    assert citizen.ordinal == 2


def test_who_is_deleted_is_gone_for_the_rest_of_the_transaction_too(store: Store) -> None:
    subject_id = enrol(store)
    with store.transaction() as uow:
        assert uow.subjects.number_of(subject_id) == NUMBER
        uow.recent_probes.add(subject_id, [b"shown"], 1)
        uow.subjects.delete(subject_id)
        assert uow.recent_probes.of(subject_id) == []
        with pytest.raises(DomainError) as refused:
            uow.recent_probes.add(subject_id, [b"shown"], 1)
        assert refused.value.reason is Reason.SUBJECT_NOT_FOUND


def test_of_more_people_than_keys_are_remembered_each_has_its_own(store: Store) -> None:
    numbers = [f"0012010{number:05}" for number in range(70)]
    for number in numbers:
        enrol(store, number)
    with store.reading() as view:
        ids = [view.subjects.id_of(number) or "" for number in numbers]
        assert [view.subjects.number_of(subject_id) for subject_id in ids] == numbers
        assert all(len(view.subjects.templates(subject_id)) == 1 for subject_id in ids[::-1])
