"""Several servers on one PostgreSQL database: one trail, one order, and nobody who works on it alone beside them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier

import pytest

from idverify.domain.catalogue.content import Origin
from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import Caller, ClientEntry, Role
from idverify.records.catalogue import LiveCatalogue
from idverify.records.files import load_files
from idverify.services.catalogue.opening import Files, open_catalogue
from idverify.services.registry.bootstrap import take_in
from idverify.services.registry.directory import ClientDirectory
from idverify.storage import postgresql
from idverify.storage.server_lock import lock_database, opening_alone
from idverify.storage.store import SqlStore, open_store
from tests.contract.store_kit import KEYS, NOW, NUMBER, PERSON, Intruder, enrol, entry
from tests.fakes import FakeClock
from tests.waiting import PATIENCE

pytestmark = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)


@pytest.fixture
def two(store: SqlStore, store_url: str) -> Iterator[tuple[SqlStore, SqlStore]]:
    """The stores of two servers; ``store`` has made the tables."""
    del store
    with ExitStack() as undo:
        first, second = (open_store(store_url, KEYS, patience=PATIENCE, several=True) for _ in range(2))
        undo.callback(first.close)
        undo.callback(second.close)
        first.claim()
        second.claim()
        yield first, second


def test_those_that_share_a_lock_shut_out_who_wants_the_database_alone(store_url: str) -> None:
    first, second = (lock_database(store_url, name=name) for name in "ab")
    first.keep()
    with pytest.raises(DomainError, match="another server of this server_name"):
        lock_database(store_url, name="b")
    with pytest.raises(DomainError) as refused:
        lock_database(store_url)
    assert (refused.value.reason, refused.value.metadata) == (Reason.STORE_UNAVAILABLE, {"cause": "DATABASE_IN_USE"})
    first.close()
    second.close()
    alone = lock_database(store_url)
    with pytest.raises(DomainError, match="give each server of several a server_name"):
        lock_database(store_url, name="a")
    alone.close()


def test_servers_open_the_database_one_after_the_other(store_url: str) -> None:
    with (
        opening_alone(store_url),
        pytest.raises(DomainError) as refused,
        opening_alone(store_url, patience=1.0),
    ):
        pass
    assert refused.value.reason is Reason.STORE_UNAVAILABLE
    with opening_alone(store_url):
        pass


def test_who_waits_for_another_to_open_it_is_not_given_up_sooner(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "_LOCK_SECONDS", 0.1)
    monkeypatch.setattr(postgresql, "_SLACK_SECONDS", 0.1)

    def open_too() -> None:
        with opening_alone(store_url, patience=PATIENCE):
            pass

    with ThreadPoolExecutor(1) as pool:
        with opening_alone(store_url, patience=PATIENCE):
            waiting = pool.submit(open_too)
            with pytest.raises(TimeoutError):
                waiting.result(1.0)
        waiting.result()


def test_what_two_servers_append_at_once_is_one_chain(two: tuple[SqlStore, SqlStore]) -> None:
    def append(turn: int) -> None:
        with two[turn % 2].transaction() as uow:
            before = uow.audit.head()
            event = uow.audit.append(entry(outcome=f"{turn}"))
            assert event.sequence == before.sequence + 1  # nobody came between what was read and what was written

    begin = two[0].last_head().sequence
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(append, range(120)))
    with two[0].reading() as view:
        events = view.audit.page(begin, 1000)
        assert view.audit.check().first_broken == 0
        assert view.log.head().size == events[-1].sequence
    assert [event.sequence for event in events] == list(range(begin + 1, begin + 121))
    assert {event.entry.outcome for event in events} == {str(turn) for turn in range(120)}


def test_a_write_begins_when_that_of_another_server_is_committed(two: tuple[SqlStore, SqlStore]) -> None:
    def count() -> int:
        with two[1].transaction() as uow:
            return uow.subjects.count()

    with ThreadPoolExecutor(1) as pool:
        with two[0].transaction() as uow:
            waiting = pool.submit(count)
            uow.subjects.add("s", NUMBER, PERSON, NOW)
            assert not waiting.done()
        assert waiting.result() == 1


def test_who_forks_the_trail_past_a_server_is_noticed_by_both(
    two: tuple[SqlStore, SqlStore], intruder: Intruder
) -> None:
    """A second history with a genuine end: the first server goes back to it, and appends something else."""
    first, second = two
    intruder.drop_guards()
    [old] = intruder.ask("SELECT sequence, hash, mac, state_sealed FROM audit_head")
    with first.transaction() as uow:
        uow.audit.append(entry(outcome="FIRST"))
    first.require_writable()
    second.require_writable()
    values = dict(zip(("sequence", "hash", "mac", "state"), old, strict=True))
    intruder.run("UPDATE audit_head SET sequence = :sequence, hash = :hash, mac = :mac, state_sealed = :state", values)
    for table, column in (("audit", "sequence"), ("log_hashes", "position")):
        intruder.run(
            f"DELETE FROM {table} WHERE {column} > :sequence", {"sequence": values["sequence"] - (table != "audit")}
        )
    for store in two:
        with pytest.raises(StoredDataError, match="taken back"), store.transaction() as uow:
            uow.audit.append(entry(outcome="OTHER"))
        with pytest.raises(StoredDataError, match="taken back"):
            store.require_writable()


def test_servers_join_a_claim_and_lose_it_to_who_works_alone(two: tuple[SqlStore, SqlStore], store_url: str) -> None:
    first, second = two
    enrol(first, "079203000001")
    enrol(second, "079203000002")
    alone = open_store(store_url, KEYS, patience=PATIENCE)
    alone.claim()
    enrol(alone, "079203000003")
    for store in two:
        with pytest.raises(StoredDataError, match="another server has opened this database"):
            enrol(store, "079203000004")
    third = open_store(store_url, KEYS, patience=PATIENCE, several=True)
    third.claim()
    enrol(third, "079203000005")
    with pytest.raises(StoredDataError, match="another server has opened this database"):
        enrol(alone, "079203000006")
    alone.close()
    third.close()


def test_servers_that_start_at_once_take_the_same_files_in_once(two: tuple[SqlStore, SqlStore]) -> None:
    entries = [ClientEntry(Caller("counter-1", frozenset({Role.COUNTER})), "name:urn:counter-1")]
    begin = Barrier(2)

    def started(store: SqlStore) -> tuple[int, list[str]]:
        catalogue, clients = LiveCatalogue(NOW.date), ClientDirectory()
        begin.wait()
        open_catalogue(store, catalogue, FakeClock(), Files(Origin.FILES, load_files))
        take_in(store, FakeClock(), clients, entries)
        return len(catalogue.procedures()), [client.name for client in clients.all()]

    with ThreadPoolExecutor(2) as pool:
        known = list(pool.map(started, two))
    assert known[0] == known[1] != (0, [])
    with two[0].reading() as view:
        assert view.catalogue.content().newest == 1
        actions = [event.entry.action for event in view.audit.page(0, 100)]
    assert actions == ["ImportCatalogue", "RegisterClient"]
