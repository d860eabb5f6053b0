"""What the law on personal data asks for, on every kind of store: requests, holds, what has been kept for its time."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from idverify.domain.law.holds import LegalHold
from idverify.domain.law.requests import SubjectRequest, SubjectRequestKind, SubjectRequestState
from idverify.domain.law.schedule import DataKind
from idverify.domain.model import Record
from idverify.storage.store import SqlStore
from tests.contract.store_kit import NOW, NUMBER, Intruder, enrol
from tests.contract.test_store_images import enrol_with, image
from tests.fakes import NoDeadline

LATER = NOW + timedelta(days=1)
GROUNDS = "Luật Lưu trữ, điều không ai được đọc"


def request_of(subject_id: str) -> SubjectRequest:
    kind = SubjectRequestKind.ERASURE
    return SubjectRequest(str(uuid.uuid4()), subject_id, kind, NOW, None, LATER, "counter-7", "H05.12")


def sound(store: SqlStore) -> bool:
    with store.reading() as view:
        return view.audit.compare_rows(NoDeadline(), add_up=True) == []


def test_requests_come_back_as_they_are_and_outlive_their_citizen(store: SqlStore, intruder: Intruder) -> None:
    subject_id = enrol(store)
    first, second = request_of(subject_id), request_of("somebody else")
    refusal = first.decided_as(SubjectRequestState.REFUSED, GROUNDS, LATER)
    with store.transaction() as uow:
        uow.subject_requests.add(first)
        uow.subject_requests.add(second)
        uow.subject_requests.put(refusal)
    with store.transaction() as uow:
        uow.subjects.delete(subject_id)
    with store.reading() as view:
        assert view.subject_requests.get(first.subject_request_id) == refusal
        assert view.subject_requests.of(subject_id) == [refusal]
        found = view.subject_requests.page(0, 9)
        assert [request for _, request in found] == [refusal, second]
        assert view.subject_requests.page(found[0][0], 1) == found[1:]
    assert sound(store)
    (body,) = intruder.ask("SELECT body_sealed FROM subject_requests WHERE version = 2")
    assert GROUNDS.encode() not in bytes(body[0])


@pytest.mark.parametrize("change", ["DELETE FROM legal_holds", "UPDATE legal_holds SET version = 2"])
def test_a_hold_that_is_taken_off_past_the_service_shows(store: SqlStore, intruder: Intruder, change: str) -> None:
    hold = LegalHold(str(uuid.uuid4()), enrol(store), GROUNDS, "admin", "CB-9", NOW)
    with store.transaction() as uow:
        uow.legal_holds.add(hold)
    with store.reading() as view:
        assert view.legal_holds.held() == {hold.subject_id}
        assert view.legal_holds.of(hold.subject_id) == [hold]
        assert [each for _, each in view.legal_holds.page(0, 9)] == [hold]
    assert sound(store)
    intruder.run(change)
    assert not sound(store)


def test_what_has_been_kept_for_its_time_goes_alone(store: SqlStore) -> None:
    subject_id, _ = enrol_with(store, NUMBER, image(), None, image())
    with store.transaction() as uow:
        for version in (1, 2, 3):
            uow.records.put(subject_id, Record("residence", "A", "{}", "ab" * 32, version, NOW))
    for kind, count in ((DataKind.IMAGES, 2), (DataKind.RECORD_VERSIONS, 2)):
        with store.transaction() as uow:
            assert uow.retention.due(kind, NOW) == []
            assert uow.retention.due(kind, LATER, held=frozenset({subject_id})) == []
            assert uow.retention.due(kind, LATER, among=["somebody else"]) == []
            assert len(uow.retention.due(kind, LATER, limit=1)) == 1
            found = uow.retention.due(kind, LATER, among=[subject_id])
            assert len(found) == count
            uow.retention.remove(kind, found)
            assert uow.retention.due(kind, LATER) == []
    with store.reading() as view:
        record = view.records.get(subject_id, "residence")
        assert record is not None
        assert record.version == 3
        assert view.images.count() == 0
    assert sound(store)
