"""What a view or transaction knows of a citizen is asked once, and what it changes itself is never told as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import CitizenState
from idverify.ports import Store
from idverify.storage.statement import _Compiled
from tests.contract.store_kit import NUMBER, TEMPLATE, enrol
from tests.contract.test_store_citizens import AS_ENROLLED, NEW_NUMBER, change

_TABLES = ("subjects", "citizen_changes", "former_numbers", "encounters")
_BY_NUMBER = {"subjects": 1, "citizen_changes": 1, "former_numbers": 1}


@contextmanager
def _asked() -> Iterator[Counter[str]]:
    """Count what reads a citizen's row, changes, former numbers or encounters."""
    found: Counter[str] = Counter()
    execute = _Compiled.read

    def read(self: _Compiled, *given: object) -> list[object]:
        found.update(table for table in _TABLES if f"FROM {table}" in self.text)
        return execute(self, *given)  # type: ignore[arg-type]

    with patch.object(_Compiled, "read", read):
        yield found


def test_whoever_is_found_by_number_is_not_looked_for_again(store: Store) -> None:
    subject_id = enrol(store)
    with _asked() as asked, store.reading() as view:
        assert view.subjects.id_of(NUMBER) == subject_id
        assert view.changes.state_of(subject_id) is CitizenState.ACTIVE
        view.subjects.templates(subject_id)
    assert asked == _BY_NUMBER, "of changes and former numbers only whether there are any"
    with _asked() as asked, store.transaction() as uow:
        assert uow.subjects.id_of(NUMBER) == subject_id
        assert uow.changes.state_of(subject_id) is CitizenState.ACTIVE
        assert uow.changes.fingers_of(subject_id) == ()
        assert uow.subjects.number_of(subject_id) == NUMBER
        uow.recent_probes.add(subject_id, [TEMPLATE], 5)
    assert asked == _BY_NUMBER


def test_whoever_was_found_by_number_is_read_without_asking_again(store: Store) -> None:
    subject_id = enrol(store)
    with store.reading() as view:
        whole = view.subjects.get(subject_id)
    assert whole is not None
    assert whole.encounters
    with _asked() as asked, store.reading() as view:
        assert view.subjects.id_of(NUMBER) == subject_id
        assert view.subjects.get(subject_id, encounters=False) == replace(whole, encounters=())
    assert asked == _BY_NUMBER
    with _asked() as asked, store.transaction() as uow:
        assert uow.subjects.id_of(NUMBER) == subject_id
        assert uow.subjects.get(subject_id, encounters=False) == replace(whole, encounters=())
        assert uow.subjects.get(subject_id) == whole
    assert asked == _BY_NUMBER | {"encounters": 1}


def test_what_a_transaction_changes_is_told_as_it_is_by_then(store: Store) -> None:
    subject_id = enrol(store)
    locked = change(2, replace(AS_ENROLLED, state=CitizenState.LOCKED))
    with store.transaction() as uow:
        assert uow.subjects.id_of(NUMBER) == subject_id
        uow.changes.add(subject_id, locked)
        assert uow.changes.state_of(subject_id) is CitizenState.LOCKED
        assert uow.subjects.id_of(NUMBER) == subject_id
        uow.numbers.replace(subject_id, NEW_NUMBER, keep_former=True)
        assert uow.subjects.number_of(subject_id) == NEW_NUMBER
        changed = uow.subjects.get(subject_id)
        assert uow.subjects.id_of(NUMBER) == uow.subjects.id_of(NEW_NUMBER) == subject_id
        assert uow.subjects.get(subject_id) == changed
    assert changed is not None
    assert (changed.citizen_number, changed.former_numbers) == (NEW_NUMBER, (NUMBER,))
    assert (changed.state, changed.version) == (CitizenState.LOCKED, 2)
    with store.reading() as view:
        assert view.subjects.id_of(NEW_NUMBER) == subject_id
        assert view.subjects.get(subject_id) == changed


def test_whoever_is_deleted_is_held_no_more(store: Store) -> None:
    subject_id = enrol(store)
    with store.transaction() as uow:
        assert uow.subjects.id_of(NUMBER) == subject_id
        uow.subjects.delete(subject_id)
        assert uow.subjects.id_of(NUMBER) is None
        assert uow.subjects.number_of(subject_id) is None
        assert uow.subjects.get(subject_id) is None
        with pytest.raises(DomainError) as refused:
            uow.recent_probes.add(subject_id, [TEMPLATE], 5)
    assert refused.value.reason is Reason.SUBJECT_NOT_FOUND
