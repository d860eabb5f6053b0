"""PostgreSQL that is lost while it commits: what it did is in memory before anybody is answered from that."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from idverify.domain.errors import DomainError
from idverify.matching.keeper import fill_gallery
from idverify.records.catalogue import LiveCatalogue
from idverify.services.registry.directory import ClientDirectory
from idverify.start.several.doubt import AfterDoubt
from idverify.start.several.followed import Followed
from idverify.storage.answering import AnsweringConnection
from idverify.storage.postgresql import ServerLimits
from idverify.storage.store import SqlStore, open_store
from tests.contract.store_kit import KEYS, NOW, PERSON, Intruder, enrol, feature
from tests.contract.test_store_catalogue import FIRST, ITEMS
from tests.contract.test_store_clients import CLIENT
from tests.fakes import FakeGallery, NoDeadline
from tests.waiting import PATIENCE

pytestmark = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)


@pytest.fixture
def alone(store: SqlStore, store_url: str) -> Iterator[SqlStore]:
    """The store of a server that works alone; ``store`` has made the tables."""
    del store
    opened = open_store(store_url, KEYS, patience=PATIENCE, limits=ServerLimits(4, 1.0, 60.0))
    opened.claim()
    yield opened
    opened.close()


@pytest.fixture
def gallery() -> FakeGallery:
    return FakeGallery()


@pytest.fixture
def clients() -> ClientDirectory:
    return ClientDirectory()


@pytest.fixture
def doubt(alone: SqlStore, gallery: FakeGallery, clients: ClientDirectory) -> AfterDoubt:
    def compare() -> None:
        gallery.templates.clear()
        fill_gallery(gallery, alone)

    made = AfterDoubt(alone)
    made.begin(Followed(gallery, LiveCatalogue(NOW.date), clients, compare))
    return made


def lose(monkeypatch: pytest.MonkeyPatch, *, committed: bool) -> None:
    """Have the connection break at the next commit: after PostgreSQL has done it, or before."""
    commit = AnsweringConnection.commit

    def broken(connection: AnsweringConnection) -> None:
        monkeypatch.setattr(AnsweringConnection, "commit", commit)
        if committed:
            commit(connection)
        connection.close()
        raise psycopg.OperationalError("the connection is closed")

    monkeypatch.setattr(AnsweringConnection, "commit", broken)


def write(store: SqlStore) -> None:
    with store.transaction() as uow:
        uow.clients.add(CLIENT)
        uow.catalogue.add(FIRST, ITEMS)
        uow.subjects.add("s", "079203000001", PERSON, NOW)
        uow.subjects.add_encounter("s", "e", NOW, [feature()])


@pytest.mark.parametrize("committed", [True, False])
def test_what_was_committed_all_the_same_is_known_to_the_next_call(
    alone: SqlStore,
    doubt: AfterDoubt,
    gallery: FakeGallery,
    clients: ClientDirectory,
    monkeypatch: pytest.MonkeyPatch,
    committed: bool,
) -> None:
    lose(monkeypatch, committed=committed)
    with pytest.raises(DomainError, match="STORE_UNAVAILABLE"):
        write(alone)
    assert doubt.behind
    doubt.catch_up(NoDeadline())
    assert not doubt.behind
    assert len(gallery.templates) == committed
    assert (clients.get(CLIENT.name) == CLIENT) is committed


def test_it_waits_for_the_transaction_in_doubt(
    alone: SqlStore, doubt: AfterDoubt, gallery: FakeGallery, intruder: Intruder, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(monkeypatch, committed=True)
    with pytest.raises(DomainError, match="STORE_UNAVAILABLE"):
        enrol(alone, "079203000001", feature())
    with intruder.engine.begin() as connection:
        connection.exec_driver_sql("SELECT * FROM audit_head FOR UPDATE")
        with pytest.raises(DomainError, match="STORE_UNAVAILABLE"):
            doubt.catch_up(NoDeadline())
        assert doubt.behind
    doubt.catch_up(NoDeadline())
    assert len(gallery.templates) == 1


def test_a_refusal_leaves_no_doubt(alone: SqlStore, doubt: AfterDoubt) -> None:
    enrol(alone, "079203000001", feature())
    with pytest.raises(DomainError, match="REFERENCE_EXISTS"):
        enrol(alone, "079203000001", feature())
    assert not doubt.behind
