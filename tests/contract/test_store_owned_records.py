"""The store's contract: records that owners allow to be kept for a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Provenance, RecordSource
from idverify.domain.model.owners import OwnedRecord
from idverify.ports import Store
from tests.contract.store_kit import NOW, enrol, record


def owned(version: int = 1, minutes: int = 10) -> OwnedRecord:
    provenance = Provenance("register", "k1", "ab" * 32, NOW)
    said = replace(record(version), source=RecordSource.OWNER, provenance=provenance)
    return OwnedRecord(said, NOW + timedelta(minutes=minutes))


def test_the_last_that_was_kept_is_read_as_it_was(store: Store) -> None:
    subject_id = enrol(store)
    with store.transaction() as uow:
        uow.owned_records.keep(subject_id, owned(1))
        uow.owned_records.keep(subject_id, owned(2, 20))
    with store.reading() as view:
        assert view.owned_records.get(subject_id, "residence") == owned(2, 20)
        assert view.owned_records.get(subject_id, "land") is None
        assert view.owned_records.get("nobody", "residence") is None


def test_it_goes_with_its_time_and_with_the_citizen(store: Store) -> None:
    subject_id = enrol(store)
    with store.transaction() as uow:
        uow.owned_records.keep(subject_id, owned())
        uow.owned_records.drop(NOW + timedelta(minutes=9))
        assert uow.owned_records.get(subject_id, "residence") == owned()
        uow.owned_records.drop(NOW + timedelta(minutes=10))
        assert uow.owned_records.get(subject_id, "residence") is None
        uow.owned_records.keep(subject_id, owned())
        uow.subjects.delete(subject_id)
        assert uow.owned_records.get(subject_id, "residence") is None


def test_it_needs_a_citizen_and_a_transaction_that_writes(store: Store) -> None:
    with pytest.raises(DomainError) as refused, store.transaction() as uow:
        uow.owned_records.keep("nobody", owned())
    assert refused.value.reason is Reason.SUBJECT_NOT_FOUND
    with store.reading() as view:
        with pytest.raises(RuntimeError):
            view.owned_records.keep("nobody", owned())
        with pytest.raises(RuntimeError):
            view.owned_records.drop(NOW)
