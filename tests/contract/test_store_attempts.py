"""Failures that are counted, on every database."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from idverify.domain.attempts import Scope, Standing
from idverify.ports.attempts import Counted
from idverify.storage.failures import ReadOnlyViewError
from idverify.storage.store import SqlStore
from tests.contract.store_kit import NOW, enrol

CLIENT, CITIZEN = Counted(Scope.CLIENT, "counter-7"), Counted(Scope.CITIZEN, subject_id="s1")
BOTH = Counted(Scope.CLIENT_AND_CITIZEN, "counter-7", "s1")
WAITING = Standing(5.25, NOW, NOW + timedelta(seconds=30))
LOCKED = Standing(150.0, NOW, None, locked=True)


def test_what_is_put_is_found_and_replaced(store: SqlStore) -> None:
    with store.transaction() as uow:
        uow.attempts.put({CLIENT: LOCKED, BOTH: WAITING})
        uow.attempts.put({BOTH: replace(WAITING, failures=6.5)})
    with store.reading() as view:
        assert view.attempts.find([CLIENT, CITIZEN, BOTH]) == {CLIENT: LOCKED, BOTH: replace(WAITING, failures=6.5)}
        assert view.attempts.of_subject("s1") == [BOTH]
    with store.transaction() as uow:
        assert uow.attempts.find([CLIENT]) == {CLIENT: LOCKED}
        assert uow.attempts.clear([CLIENT, CITIZEN]) == 1
        assert uow.attempts.clear([]) == 0
    with store.reading() as view:
        assert list(view.attempts.find([CLIENT, CITIZEN, BOTH])) == [BOTH]


def test_only_what_is_closed_is_listed(store: SqlStore) -> None:
    with store.transaction() as uow:
        uow.attempts.put({CLIENT: LOCKED, BOTH: WAITING, CITIZEN: Standing(1.0, NOW)})
    with store.reading() as view:
        assert view.attempts.closed(NOW) == [(CLIENT, LOCKED), (BOTH, WAITING)]
        assert view.attempts.closed(NOW + timedelta(seconds=30)) == [(CLIENT, LOCKED)]


def test_what_is_rolled_back_was_not_counted(store: SqlStore) -> None:
    with suppress(RuntimeError), store.transaction() as uow:
        uow.attempts.put({CLIENT: LOCKED})
        raise RuntimeError
    with store.reading() as view:
        assert view.attempts.find([CLIENT]) == {}


def test_a_view_refuses_to_write(store: SqlStore) -> None:
    with store.reading() as view:
        with pytest.raises(ReadOnlyViewError):
            view.attempts.put({CLIENT: LOCKED})
        with pytest.raises(ReadOnlyViewError):
            view.attempts.clear([CLIENT])


def test_a_deleted_citizen_takes_them_along(store: SqlStore) -> None:
    subject_id = enrol(store)
    counted = Counted(Scope.CITIZEN, subject_id=subject_id)
    with store.transaction() as uow:
        uow.attempts.put({counted: WAITING, CLIENT: WAITING})
        uow.subjects.delete(subject_id)
    with store.reading() as view:
        assert list(view.attempts.find([counted, CLIENT])) == [CLIENT]
