"""The store's contract where PostgreSQL is killed and comes back, or another takes its place."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from threading import Event

import psycopg
import pytest

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.storage.store import SqlStore, open_store
from tests.contract.store_kit import KEYS, NOW, PERSON, Intruder, entry
from tests.databases import make_tables
from tests.postgres_kit import PostgresServer, place_for_servers
from tests.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.slow

_CONNECTIONS = 20
_NUMBERS = itertools.count()


class Pair:
    """A primary, and a standby without whose word nothing is committed."""

    def __init__(self, primary: PostgresServer, standby: PostgresServer) -> None:
        self.primary, self.standby = primary, standby
        self.url = (
            f"postgresql://idverify@/postgres?host=127.0.0.1:{standby.port}&host=127.0.0.1:{primary.port}"
            "&target_session_attrs=read-write"
        )


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """The same for all tests, each of which leaves the primary the primary."""
    with _pair() as pair:
        make_tables(pair.primary.url)
        yield pair


@pytest.fixture
def pair_for_once() -> Iterator[Pair]:
    with _pair() as pair:
        yield pair


@contextmanager
def _pair() -> Iterator[Pair]:
    with place_for_servers("what a promoted standby knows") as place:
        pair = Pair(PostgresServer(place, "one"), PostgresServer(place, "two"))
        pair.primary.make()
        pair.primary.start("synchronous_standby_names=two", f"max_connections={_CONNECTIONS}")
        pair.standby.follow(pair.primary)
        pair.standby.start(f"max_connections={_CONNECTIONS}")
        yield pair
        for server in (pair.standby, pair.primary):
            if (server.data / "postmaster.pid").exists():
                server.kill()


def _enrol(store: SqlStore) -> str:
    """Enrol somebody; return their number."""
    number = f"027199{next(_NUMBERS):06}"
    with store.transaction() as uow:
        uow.subjects.add(f"s{number}", number, PERSON, NOW)
        uow.audit.append(entry(f"s{number}", "EnrolCitizen", "ENROLLED"))
    return number


@contextmanager
def _clerks(store: SqlStore) -> Iterator[list[str]]:
    """Have two clerks enrol while a block runs; give it whom they were told to be enrolled."""
    told, over = list[str](), Event()

    def work() -> None:
        while not over.is_set():
            try:
                told.append(_enrol(store))
            except DomainError as error:
                if error.reason not in {Reason.STORE_UNAVAILABLE, Reason.STORE_NOT_WRITABLE}:
                    raise
                over.wait(0.05)

    with ThreadPoolExecutor(2) as pool:
        clerks = [pool.submit(work) for _ in range(2)]
        try:
            yield told
        finally:
            over.set()
        for clerk in clerks:
            clerk.result()


def _more(told: list[str]) -> None:
    """Wait until they were told of some more."""
    before = len(told)
    wait_until(lambda: len(told) > before + 5)


def _require_all(store: SqlStore, told: list[str]) -> None:
    with store.reading() as view:
        assert [number for number in told if view.subjects.id_of(number) is None] == []
        assert view.audit.check().first_broken == 0
        # Who was told nothing may be there, but not by half.
        assert view.subjects.count() == view.audit.check().events


def test_a_server_is_killed_and_comes_back_on_the_same_data(pair: Pair) -> None:
    with closing(open_store(pair.url, KEYS, patience=PATIENCE)) as store:
        with _clerks(store) as told:
            _more(told)
            pair.primary.kill()
            pair.primary.again()
            _more(told)
        _require_all(store, told)
        store.require_writable()


def test_a_standby_is_promoted_and_nothing_that_was_answered_is_lost(pair_for_once: Pair) -> None:
    pair = pair_for_once
    with closing(open_store(pair.url, KEYS, patience=PATIENCE)) as store:
        with _clerks(store) as told:
            _more(told)
            pair.primary.kill()
            pair.standby.promote()
            _more(told)
        _require_all(store, told)
        store.require_writable()


@pytest.mark.long
def test_what_a_standby_never_heard_of_is_missed_once_it_is_promoted(pair_for_once: Pair) -> None:
    """As of asynchronous replication: what was answered is lost, and the service knows, and does not go on."""
    pair = pair_for_once
    with closing(open_store(pair.url, KEYS, patience=PATIENCE)) as store:
        _enrol(store)
        pair.standby.stop()
        intruder = Intruder(pair.primary.url)
        intruder.run("SET synchronous_commit = local; ALTER ROLE idverify SET synchronous_commit = local")
        intruder.close()
    with closing(open_store(pair.url, KEYS, patience=PATIENCE)) as store:
        _enrol(store)
        pair.primary.kill()
        pair.standby.again()
        pair.standby.promote()
        with pytest.raises(StoredDataError, match="taken back"):
            store.require_writable()
        with pytest.raises(StoredDataError, match="taken back"):
            _enrol(store)


def test_a_standby_takes_no_writes(pair: Pair) -> None:
    with closing(open_store(pair.url, KEYS, patience=PATIENCE)) as store:
        number = _enrol(store)
    with closing(open_store(pair.standby.url, KEYS, patience=PATIENCE)) as store:
        with store.reading() as view:
            assert view.subjects.id_of(number)
        with pytest.raises(DomainError) as refused:
            _enrol(store)
        assert (refused.value.reason, refused.value.metadata) == (Reason.STORE_NOT_WRITABLE, {"cause": "READ_ONLY"})
        with pytest.raises(DomainError):
            store.require_writable()


def test_where_there_are_too_many_connections_calls_wait_for_no_more(pair: Pair) -> None:
    with closing(open_store(pair.url, KEYS, patience=PATIENCE)) as store:
        _enrol(store)
    with closing(open_store(pair.url, KEYS, patience=PATIENCE)) as store, ExitStack() as others:
        with suppress(psycopg.OperationalError):
            for _ in range(_CONNECTIONS):
                others.enter_context(psycopg.connect(pair.primary.url))
        with pytest.raises(DomainError) as refused, store.reading(), store.reading():
            pass
        assert refused.value.reason is Reason.STORE_UNAVAILABLE
        others.close()
        wait_until(lambda: _enrol(store))
