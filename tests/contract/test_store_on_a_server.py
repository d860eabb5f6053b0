"""The store's contract: what can happen to a database that is a server, and to no file."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import closing

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from idverify.domain.errors import DomainError, Reason
from idverify.storage.engine import make_engines
from idverify.storage.postgresql import ServerLimits, unhurried
from idverify.storage.store import SqlStore, open_store
from tests.contract.store_kit import KEYS, NOW, NUMBER, PERSON, Intruder, enrol, entry
from tests.waiting import PATIENCE

pytestmark = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)

# Those of this test's database only: it names its connections.
CUT = (
    "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
    "WHERE application_name = current_schema() AND datname = current_database() AND pid <> pg_backend_pid()"
)


def cut(intruder: Intruder) -> int:
    """End all connections but the intruder's; return how many."""
    ((ended,),) = intruder.ask(CUT)
    return int(ended)


def refused(work: Callable[[], None]) -> Reason:
    """Do what must fail, and return why."""
    return refusal(work).reason


def refusal(work: Callable[[], None]) -> DomainError:
    with pytest.raises(DomainError) as caught:
        work()
    return caught.value


def test_the_trail_cannot_be_emptied(store: SqlStore, intruder: Intruder) -> None:
    with store.transaction() as uow:
        uow.audit.append(entry())
    for table in ("audit", "audit_head"):
        with pytest.raises(DBAPIError, match="append-only"):
            intruder.run(f"TRUNCATE {table}")
    with store.reading() as view:
        assert view.audit.check().events == 1


def test_a_connection_that_is_cut_takes_its_transaction_back(store: SqlStore, intruder: Intruder) -> None:
    def write() -> None:
        with store.transaction() as uow:
            uow.subjects.add("s1", NUMBER, PERSON, NOW)
            uow.audit.append(entry())
            assert cut(intruder) >= 1
            uow.audit.append(entry())

    assert refused(write) is Reason.STORE_UNAVAILABLE
    subject_id = enrol(store)
    with store.reading() as view:
        assert view.subjects.id_of(NUMBER) == subject_id
        assert view.audit.check().events == 0


def test_a_commit_that_is_cut_is_unavailable(store: SqlStore, intruder: Intruder) -> None:
    def commit() -> None:
        with store.transaction() as uow:
            uow.audit.append(entry())
            assert cut(intruder) >= 1

    assert refused(commit) is Reason.STORE_UNAVAILABLE
    with store.reading() as view:
        assert view.audit.check().events == 0


def test_a_view_whose_connection_is_cut_is_unavailable(store: SqlStore, intruder: Intruder) -> None:
    def read() -> None:
        with store.reading() as view:
            assert view.subjects.count() == 1
            assert cut(intruder) >= 1
            view.subjects.count()

    enrol(store)
    assert refused(read) is Reason.STORE_UNAVAILABLE
    with store.reading() as view:
        assert view.subjects.count() == 1


def test_idle_connections_that_are_cut_are_made_again(store: SqlStore, intruder: Intruder) -> None:
    """As when the server is restarted between two calls."""
    subject_id = enrol(store)
    with store.reading() as one, store.reading() as two:
        assert one.subjects.id_of(NUMBER) == two.subjects.id_of(NUMBER) == subject_id
    assert cut(intruder) >= 3
    with store.reading() as one, store.reading() as two:
        assert one.subjects.id_of(NUMBER) == two.subjects.id_of(NUMBER) == subject_id
    with store.transaction() as uow:
        assert uow.subjects.delete(subject_id) == 1


def test_what_one_process_holds_another_waits_for_and_then_says_so(store: SqlStore, store_url: str) -> None:
    impatient = open_store(store_url, KEYS, patience=0.2)

    def append() -> None:
        with impatient.transaction() as uow:
            uow.audit.append(entry())

    with store.transaction() as uow:
        uow.audit.append(entry())
        assert refused(append) is Reason.STORE_UNAVAILABLE
    append()
    with store.reading() as view:
        assert view.audit.check().events == 2
    impatient.close()


def test_a_statement_that_hangs_is_cancelled(store: SqlStore, store_url: str, intruder: Intruder) -> None:
    intruder.run(
        "CREATE FUNCTION hang() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN NEW; END'"
    )
    intruder.run("CREATE TRIGGER hang BEFORE INSERT ON subjects FOR EACH ROW EXECUTE FUNCTION hang()")
    limited = open_store(store_url, KEYS, patience=PATIENCE, limits=ServerLimits(statement_seconds=0.2))
    with closing(limited):
        told = refusal(lambda: _enrol(limited))
        assert (told.reason, told.metadata) == (Reason.STORE_UNAVAILABLE, {"cause": "STATEMENT_TIMEOUT"})
        intruder.run("DROP TRIGGER hang ON subjects")
        enrol(limited)


def _enrol(store: SqlStore) -> None:
    enrol(store)


def test_whole_tables_are_read_without_a_limit(store_url: str) -> None:
    with closing(make_engines(store_url, PATIENCE, ServerLimits(statement_seconds=0.2))) as engines:
        with engines.reader.begin() as connection:
            unhurried(connection)
            connection.execute(text("SELECT pg_sleep(0.5)"))
        with engines.reader.begin() as connection, pytest.raises(DBAPIError, match="statement timeout"):
            connection.execute(text("SELECT pg_sleep(600)"))


def test_a_transaction_that_stands_still_is_ended(store: SqlStore, store_url: str) -> None:
    """As of a process that is stopped, or cut off: nobody waits for it longer than that."""
    limited = open_store(store_url, KEYS, patience=PATIENCE, limits=ServerLimits(idle_seconds=0.3))

    def stand_still() -> None:
        with limited.transaction() as uow:
            uow.audit.append(entry())
            with store.transaction() as other:  # waits for the end of the first
                other.audit.append(entry())
            uow.audit.append(entry())

    with closing(limited):
        told = refusal(stand_still)
        assert (told.reason, told.metadata) == (Reason.STORE_UNAVAILABLE, {"cause": "IDLE"})
        enrol(limited)
    with store.reading() as view:
        assert view.audit.check().events == 1


def test_no_more_connections_are_made_than_were_allowed(store: SqlStore, store_url: str) -> None:
    few = open_store(store_url, KEYS, patience=0.2, limits=ServerLimits(connections=2))

    def read() -> None:
        with few.reading():
            pass

    with closing(few):
        with few.reading(), few.reading():
            assert refused(read) is Reason.STORE_UNAVAILABLE
        read()


def test_an_end_that_vanished_is_noticed(store_url: str) -> None:
    """By the system, which is told when: to cut a wire takes rights that a test does not have."""
    with closing(make_engines(store_url, 3.0)) as engines:
        for engine in (engines.writer, engines.reader):
            with engine.connect() as connection:
                assert _options(connection) == (1, 3, 1, 3, 3000)
    own = f"{store_url}&keepalives_idle=7"
    with closing(make_engines(own, 3.0)) as engines, engines.reader.connect() as connection:
        assert _options(connection)[1] == 7


def _options(connection: Connection) -> tuple[int, ...]:
    driver = connection.connection.dbapi_connection
    assert driver is not None
    with socket.socket(fileno=driver.fileno()) as wire:
        told = (
            wire.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE),
            wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
            wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL),
            wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT),
            wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT),
        )
        wire.detach()
    return told
