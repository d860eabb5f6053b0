"""The store's contract: numbers that stand for a citizen's for a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import VirtualNumber
from idverify.ports import Store
from idverify.storage.store import SqlStore
from tests.contract.store_kit import NOW, NUMBER, Intruder, enrol, entry
from tests.fakes import NoDeadline

ONE, OTHER = "0123456789012345", "9999999999999999"


def made(subject_id: str, number: str = ONE) -> VirtualNumber:
    return VirtualNumber(number, subject_id, NOW, NOW + timedelta(days=30), one_time=True)


def test_a_number_comes_back_with_what_became_of_it(store: Store) -> None:
    subject_id = enrol(store)
    first, second = made(subject_id), replace(made(subject_id, OTHER), created=NOW + timedelta(1), one_time=False)
    with store.transaction() as uow:
        uow.virtual_numbers.add(second)
        uow.virtual_numbers.add(first)
    used = replace(first, version=2, used=NOW, revoked=NOW + timedelta(seconds=1))
    with store.transaction() as uow:
        uow.virtual_numbers.put(used)
    with store.reading() as view:
        assert view.virtual_numbers.get(ONE) == used
        assert view.virtual_numbers.of(subject_id) == [used, second]
        assert (view.virtual_numbers.get("1" * 16), view.virtual_numbers.of("nobody")) == (None, [])
    assert ONE not in repr(used)


@pytest.mark.parametrize("version", [1, 3])
def test_a_version_that_does_not_follow_is_refused(store: Store, version: int) -> None:
    subject_id = enrol(store)
    with store.transaction() as uow:
        uow.virtual_numbers.add(made(subject_id))
    with pytest.raises(DomainError) as refused, store.transaction() as uow:
        uow.virtual_numbers.put(replace(made(subject_id), version=version))
    assert refused.value.reason is Reason.VERSION_MISMATCH


def test_a_number_needs_its_citizen_and_goes_with_them(store: Store, intruder: Intruder) -> None:
    with pytest.raises(DomainError) as refused, store.transaction() as uow:
        uow.virtual_numbers.add(made("nobody"))
    assert refused.value.reason is Reason.SUBJECT_NOT_FOUND
    subject_id = enrol(store)
    with store.transaction() as uow:
        uow.virtual_numbers.add(made(subject_id))
    with store.transaction() as uow:
        uow.subjects.delete(subject_id)
    assert intruder.ask("SELECT * FROM virtual_numbers") == []


def test_a_used_number_made_fresh_again_past_the_service_shows(store: SqlStore, intruder: Intruder) -> None:
    subject_id = enrol(store)
    with store.transaction() as uow:
        uow.virtual_numbers.add(made(subject_id))
    ((version, sealed),) = intruder.ask("SELECT version, content_sealed FROM virtual_numbers")
    with store.transaction() as uow:
        uow.virtual_numbers.put(replace(made(subject_id), version=2, used=NOW))
        uow.audit.append(entry())
    values = {"version": version, "sealed": sealed}
    intruder.run("UPDATE virtual_numbers SET version = :version, content_sealed = :sealed", values)
    with store.reading() as view:
        assert view.audit.compare_rows(NoDeadline(), add_up=True) != []
    intruder.run("UPDATE virtual_numbers SET version = 2")
    with store.reading() as view, pytest.raises(StoredDataError):
        view.virtual_numbers.get(ONE)


def test_a_number_given_to_another_does_not_open_and_none_lies_open(store: Store, intruder: Intruder) -> None:
    subject_id, other = enrol(store), enrol(store, "079203009999")
    with store.transaction() as uow:
        uow.virtual_numbers.add(made(subject_id))
    ((*values,),) = intruder.ask("SELECT * FROM virtual_numbers")
    text = b"\0".join(v if isinstance(v, bytes) else str(v).encode() for v in values)
    assert not any(secret.encode() in text for secret in (ONE, NUMBER))
    intruder.run(f"UPDATE virtual_numbers SET subject_id = '{other}'")
    with store.reading() as view, pytest.raises(StoredDataError):
        view.virtual_numbers.get(ONE)
