"""The store's contract: linked records and first answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.ports import Store, StoredReply
from tests.contract.store_kit import enrol, record

REPLY = StoredReply("Verify", b"\x00digest", b"\x00body")


def test_the_newest_version_is_read(store: Store) -> None:
    subject_id = enrol(store)
    with store.transaction() as uow:
        uow.records.put(subject_id, record(1, '{"address": "old"}'))
        uow.records.put(subject_id, record(2, '{"address": "mới"}'))
    with store.reading() as view:
        assert view.records.get(subject_id, "residence") == record(2, '{"address": "mới"}')
        assert view.records.get(subject_id, "land") is None
        assert view.records.get("nobody", "residence") is None


def test_the_newest_versions_of_several_types_are_read_at_once(store: Store) -> None:
    subject_id, another = enrol(store), enrol(store, "027184000777")
    land = replace(record(1, '{"parcel": "12"}'), record_type="land")
    with store.transaction() as uow:
        uow.records.put(subject_id, record(1, '{"address": "old"}'))
        uow.records.put(subject_id, land)
        uow.records.put(subject_id, record(2, '{"address": "mới"}'))
        uow.records.put(another, replace(record(1), record_type="tax"))
    with store.reading() as view:
        newest = view.records.newest(subject_id, ["land", "residence", "tax"])
        assert newest == {"land": land, "residence": record(2, '{"address": "mới"}')}
        assert view.records.newest(subject_id, ["land"]) == {"land": land}
        assert view.records.newest(subject_id, []) == view.records.newest("nobody", ["land"]) == {}


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_version_that_does_not_follow_is_refused(store: Store, version: int) -> None:
    subject_id = enrol(store)
    with store.transaction() as uow:
        uow.records.put(subject_id, record(1))
    with pytest.raises(DomainError) as refused, store.transaction() as uow:
        uow.records.put(subject_id, record(version, "{}"))
    assert refused.value.reason is Reason.VERSION_MISMATCH
    with store.reading() as view:
        assert view.records.get(subject_id, "residence") == record(1)


def test_a_record_needs_a_citizen(store: Store) -> None:
    with pytest.raises(DomainError) as refused, store.transaction() as uow:
        uow.records.put("nobody", record())
    assert refused.value.reason is Reason.SUBJECT_NOT_FOUND


@pytest.mark.parametrize("about", ["citizen", "nobody"])
def test_the_first_answer_comes_back(store: Store, about: str) -> None:
    subject_id = enrol(store) if about == "citizen" else None
    with store.transaction() as uow:
        uow.replies.put("caller", "r1", REPLY, subject_id)
    with store.reading() as view:
        assert view.replies.find("caller", "r1") == REPLY
        assert view.replies.find("caller", "r2") is None
        assert view.replies.find("another", "r1") is None


def test_the_second_answer_is_refused_and_the_first_stays(store: Store) -> None:
    with store.transaction() as uow:
        uow.replies.put("caller", "r1", REPLY, None)
        uow.replies.put("another", "r1", REPLY, None)
    with store.transaction() as uow, pytest.raises(DomainError) as refused:
        uow.replies.put("caller", "r1", StoredReply("Verify", b"other", b"other"), None)
    assert refused.value.reason is Reason.REQUEST_REPLAYED
    with store.reading() as view:
        assert view.replies.find("caller", "r1") == REPLY


def test_an_answer_about_somebody_needs_that_somebody(store: Store) -> None:
    with pytest.raises(DomainError) as refused, store.transaction() as uow:
        uow.replies.put("caller", "r1", REPLY, "nobody")
    assert refused.value.reason is Reason.SUBJECT_NOT_FOUND
