"""The store's contract: PINs of citizens."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import CitizenPin
from idverify.ports import Store
from idverify.storage.store import SqlStore
from tests.contract.store_kit import Intruder, enrol, entry
from tests.fakes import NoDeadline


def test_a_pin_gives_way_to_the_next(store: Store) -> None:
    first = CitizenPin(enrol(store), "hash of one")
    second = replace(first, hashed="hash of another", version=2)
    with store.transaction() as uow:
        uow.pins.put(first)
    with store.transaction() as uow:
        assert uow.pins.of(first.subject_id) == first
        uow.pins.put(second)
    with store.reading() as view:
        assert (view.pins.of(first.subject_id), view.pins.of("nobody")) == (second, None)
        assert view.audit.compare_rows(NoDeadline(), add_up=True) == []
    assert "hash" not in repr(first)


@pytest.mark.parametrize("version", [2, 4])
def test_a_version_that_does_not_follow_is_refused(store: Store, version: int) -> None:
    first = CitizenPin(enrol(store), "hash")
    with store.transaction() as uow:
        uow.pins.put(first)
        uow.pins.put(replace(first, version=2))
    with pytest.raises(DomainError) as refused, store.transaction() as uow:
        uow.pins.put(replace(first, version=version))
    assert refused.value.reason is Reason.VERSION_MISMATCH


def test_a_pin_is_sealed_needs_its_citizen_and_goes_with_them(store: Store, intruder: Intruder) -> None:
    with pytest.raises(DomainError) as refused, store.transaction() as uow:
        uow.pins.put(CitizenPin("nobody", "hash"))
    assert refused.value.reason is Reason.SUBJECT_NOT_FOUND
    subject_id = enrol(store)
    with store.transaction() as uow:
        uow.pins.put(CitizenPin(subject_id, "hash of a PIN"))
    ((_, _, sealed),) = intruder.ask("SELECT * FROM citizen_pins")
    assert b"hash of" not in sealed
    with store.transaction() as uow:
        uow.subjects.delete(subject_id)
    assert intruder.ask("SELECT * FROM citizen_pins") == []


def test_a_pin_that_is_put_back_or_given_to_another_shows(store: SqlStore, intruder: Intruder) -> None:
    first = CitizenPin(enrol(store), "hash")
    other = enrol(store, "079203009999")
    with store.transaction() as uow:
        uow.pins.put(first)
        uow.audit.append(entry())
    ((version, sealed),) = intruder.ask("SELECT version, pin_sealed FROM citizen_pins")
    with store.transaction() as uow:
        uow.pins.put(replace(first, version=2))
        uow.audit.append(entry())
    intruder.run(
        "UPDATE citizen_pins SET version = :version, pin_sealed = :sealed", {"version": version, "sealed": sealed}
    )
    with store.reading() as view:
        (found,) = view.audit.compare_rows(NoDeadline(), add_up=True)
    assert "PINs" in found
    intruder.run(f"UPDATE citizen_pins SET subject_id = '{other}'")
    with store.reading() as view, pytest.raises(StoredDataError):
        view.pins.of(other)
