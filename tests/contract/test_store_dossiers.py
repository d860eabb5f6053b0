"""The store's contract: by which version of its procedure a dossier began."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from idverify.domain.errors import StoredDataError
from idverify.domain.model import Dossier
from idverify.ports import Store
from tests.contract.store_kit import Intruder

DAY = date(2026, 1, 5)
ONE = Dossier("H05.12", "1.001193", "HS-1")


def test_the_first_version_stays_whatever_is_noted_later(store: Store) -> None:
    with store.transaction() as uow:
        assert uow.dossiers.version(ONE) is None
        uow.dossiers.note(ONE, 3, DAY)
        uow.dossiers.note(ONE, 4, DAY + timedelta(days=1))
    with store.reading() as view:
        assert view.dossiers.version(ONE) == 3
        for other in (Dossier("H06", "1.001193", "HS-1"), Dossier("H05.12", "1.000894", "HS-1")):
            assert view.dossiers.version(other) is None


def test_it_goes_once_it_was_not_named_for_long(store: Store) -> None:
    with store.transaction() as uow:
        uow.dossiers.note(ONE, 3, DAY)
        uow.dossiers.note(ONE, 3, DAY + timedelta(days=5))
        uow.dossiers.forget(DAY + timedelta(days=5))
        assert uow.dossiers.version(ONE) == 3
        uow.dossiers.forget(DAY + timedelta(days=6))
        assert uow.dossiers.version(ONE) is None


def test_the_version_of_another_dossier_is_not_taken(store: Store, intruder: Intruder) -> None:
    with store.transaction() as uow:
        uow.dossiers.note(ONE, 3, DAY)
    intruder.run("UPDATE dossiers SET dossier_code = 'HS-2'")
    with store.reading() as view, pytest.raises(StoredDataError):
        view.dossiers.version(Dossier("H05.12", "1.001193", "HS-2"))


def test_a_view_writes_nothing(store: Store) -> None:
    with store.reading() as view:
        with pytest.raises(RuntimeError):
            view.dossiers.note(ONE, 3, DAY)
        with pytest.raises(RuntimeError):
            view.dossiers.forget(DAY)
