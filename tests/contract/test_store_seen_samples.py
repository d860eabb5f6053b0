"""Samples that were presented, on every database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from idverify.storage.failures import ReadOnlyViewError
from idverify.storage.store import SqlStore
from tests.contract.store_kit import NOW

ONE, TWO, THREE = (bytes([n]) * 32 for n in (1, 2, 3))
LATER = NOW + timedelta(hours=5)


def test_what_was_presented_is_known_until_it_is_forgotten(store: SqlStore) -> None:
    with store.transaction() as uow:
        uow.seen_samples.add([ONE, TWO, TWO], NOW)
        uow.seen_samples.add([TWO], LATER)
        uow.seen_samples.add([], LATER)
    with store.reading() as view:
        assert view.seen_samples.known([ONE, TWO, THREE], NOW) == {ONE, TWO}
        assert view.seen_samples.known([ONE, TWO, THREE], LATER) == {TWO}
    with store.transaction() as uow:
        uow.seen_samples.forget(LATER)
        assert uow.seen_samples.known([ONE, TWO], NOW) == {TWO}


def test_what_is_new_is_noted_and_what_was_presented_stays_as_it_was(store: SqlStore) -> None:
    with store.transaction() as uow:
        uow.seen_samples.add([ONE], NOW)
        uow.seen_samples.add([TWO], LATER)
        assert uow.seen_samples.add_new([ONE, TWO, THREE, THREE], LATER, since=LATER) == {TWO}
        assert uow.seen_samples.add_new([], LATER, since=LATER) == set()
    with store.reading() as view:
        assert view.seen_samples.known([ONE, TWO, THREE], LATER) == {ONE, TWO, THREE}
    with store.transaction() as uow:
        assert uow.seen_samples.add_new([ONE, THREE], LATER + timedelta(hours=1), since=NOW) == {ONE, THREE}
        assert uow.seen_samples.known([ONE, THREE], LATER + timedelta(minutes=1)) == set()


def test_a_view_refuses_to_write(store: SqlStore) -> None:
    with store.reading() as view:
        with pytest.raises(ReadOnlyViewError):
            view.seen_samples.add([ONE], NOW)
        with pytest.raises(ReadOnlyViewError):
            view.seen_samples.add_new([ONE], NOW, NOW)
        with pytest.raises(ReadOnlyViewError):
            view.seen_samples.forget(NOW)
