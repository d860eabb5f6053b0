"""The store's contract: the catalogue comes back whole and in order, and changed past the service it does not open."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from idverify.domain.catalogue.content import CatalogueContent, Item, Origin, Revision
from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.ports import Store
from idverify.records.catalogue import LiveCatalogue
from idverify.records.files import load_files
from idverify.services.catalogue.opening import Files, open_catalogue
from idverify.storage.store import SqlStore
from idverify.storage.survey import survey
from tests.catalogue_kit import BIRTH, LAND, LATER, WHOLE
from tests.contract.store_kit import KEYS, NOW, Intruder
from tests.fakes import FakeClock

FIRST = Revision(1, NOW, "operator", Origin.PACKAGE, "ab12", 3)
SECOND = Revision(2, NOW + timedelta(days=1), "chief", Origin.IMPORT, "cd34", 0, 1, 1)
ITEMS: list[Item] = [BIRTH, WHOLE, LAND]
CHANGED: list[Item] = [replace(BIRTH, title="Đăng ký khai sinh", version=2), replace(WHOLE, version=2, withdrawn=True)]


def add(store: Store, revision: Revision, items: list[Item]) -> None:
    with store.transaction() as uow:
        uow.catalogue.add(revision, items)


def content(store: Store) -> CatalogueContent:
    with store.reading() as view:
        return view.catalogue.content()


def test_every_version_comes_back(store: SqlStore) -> None:
    assert content(store) == CatalogueContent()
    add(store, FIRST, ITEMS)
    add(store, SECOND, CHANGED)
    assert content(store) == CatalogueContent().with_revision(FIRST, ITEMS).with_revision(SECOND, CHANGED)


def test_the_packages_catalogue_comes_back(store: SqlStore) -> None:
    items = list(load_files().items)
    add(store, FIRST, items)
    assert [entry.item for entry in content(store).entries] == items


@pytest.mark.parametrize(
    ("revision", "items"), [(FIRST, [LATER]), (SECOND, [LATER, BIRTH]), (SECOND, [replace(LAND, title="x")])]
)
def test_a_revision_and_a_version_are_given_once(store: SqlStore, revision: Revision, items: list[Item]) -> None:
    add(store, FIRST, ITEMS)
    before = content(store)
    with pytest.raises(DomainError) as caught:
        add(store, revision, items)
    assert caught.value.reason is Reason.VERSION_MISMATCH
    assert content(store) == before


def test_reading_writes_nothing(store: SqlStore) -> None:
    with store.reading() as view, pytest.raises(RuntimeError):
        view.catalogue.add(FIRST, ITEMS)


@pytest.mark.parametrize("change", ["code = '9.999999'", "version = 9", "kind = 'record_type'"])
def test_a_version_moved_does_not_open(store: SqlStore, intruder: Intruder, change: str) -> None:
    add(store, FIRST, [BIRTH])
    intruder.run(f"UPDATE catalogue SET {change} WHERE kind = 'procedure'")
    with pytest.raises(StoredDataError):
        content(store)


def test_a_loss_of_rows_that_was_accepted_does_not_keep_it_from_starting(store: SqlStore, intruder: Intruder) -> None:
    catalogue = LiveCatalogue(NOW.date)
    package = Files(Origin.PACKAGE, load_files)
    open_catalogue(store, catalogue, FakeClock(NOW), package)
    before = catalogue.procedures()
    intruder.run("DELETE FROM catalogue WHERE kind = 'revision' OR code = '1.001193'")
    again = LiveCatalogue(NOW.date)
    open_catalogue(store, again, FakeClock(NOW), package)
    assert again.procedures() == before
    assert content(store).newest == 2


def test_a_version_taken_out_shows(store: SqlStore, store_url: str, intruder: Intruder) -> None:
    add(store, FIRST, ITEMS)
    add(store, SECOND, CHANGED)
    assert survey(store_url, KEYS, None).findings == ()
    intruder.run("DELETE FROM catalogue WHERE version = 2 AND kind = 'procedure'")
    (found,) = survey(store_url, KEYS, None).findings
    assert found.code == "ROWS_DIFFER"
    assert "5 versions of the catalogue instead of 7" in found.text
