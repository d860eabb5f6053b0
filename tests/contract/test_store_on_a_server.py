"""The store's contract: what can happen to a database that is a server, and to no file."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.exc import DBAPIError

from idverify.domain.errors import DomainError, Reason
from idverify.storage.store import SqlStore, open_store
from tests.contract.store_kit import KEYS, NOW, NUMBER, PERSON, Intruder, enrol, entry

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
    with pytest.raises(DomainError) as caught:
        work()
    return caught.value.reason


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
