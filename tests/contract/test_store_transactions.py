"""The store's contract: all or nothing, one view, one winner, and what was committed survives a crash."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import DBAPIError

from idverify.domain.errors import DomainError, Reason
from idverify.ports import Store, StoredReply, UnitOfWork
from idverify.storage.failures import ReadOnlyViewError
from idverify.storage.store import SqlStore, open_store
from tests.contract.store_kit import KEYS, NOW, NUMBER, PERSON, Intruder, enrol, entry, feature, record, templates
from tests.places import REPOSITORY

REPLY = StoredReply("Verify", b"digest", b"body")


def test_an_exception_takes_everything_back(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as uow:
        _ = _everything(uow) / 0
    with store.reading() as view:
        assert view.subjects.page(0, 10) == []
        assert view.replies.find("c", "r") is None
        assert view.audit.check().events == 0
    assert templates(store) == []


def test_a_committed_transaction_survives_reopening(store: SqlStore, store_url: str) -> None:
    with store.transaction() as uow:
        _everything(uow)
    store.close()
    again = open_store(store_url, KEYS)
    with again.reading() as view:
        assert view.subjects.id_of(NUMBER) == "s1"
        assert view.records.get("s1", "residence") == record()
        assert view.replies.find("c", "r") == REPLY
        assert view.audit.check().events == 1
    assert [t.template for t in again.all_templates()] == [feature().template]
    again.close()


def test_a_view_refuses_every_write(store: Store) -> None:
    with store.reading() as view:
        for write in (
            lambda: view.subjects.add("s1", NUMBER, PERSON, NOW),
            lambda: view.subjects.add_encounter("s1", "e1", NOW, [feature()]),
            lambda: view.subjects.delete("s1"),
            lambda: view.records.put("s1", record()),
            lambda: view.audit.append(entry()),
            lambda: view.replies.put("c", "r", REPLY, None),
        ):
            with pytest.raises(ReadOnlyViewError):
                write()


def test_the_database_itself_refuses_a_write_through_a_view(store: SqlStore) -> None:
    enrol(store)
    with pytest.raises((DomainError, DBAPIError)), store.reading() as view:
        view.subjects._connection.exec_driver_sql("DELETE FROM templates")
    assert len(templates(store)) == 1


def test_a_view_does_not_change_while_it_is_open(store: Store) -> None:
    enrol(store)
    with store.reading() as view:
        assert len(view.subjects.page(0, 10)) == 1
        enrol(store, "079203009999")
        assert len(view.subjects.page(0, 10)) == 1
    with store.reading() as view:
        assert len(view.subjects.page(0, 10)) == 2


def test_writers_and_readers_in_many_threads(store: Store) -> None:
    writing = threading.Event()
    writing.set()

    def write(writer: int) -> None:
        for i in range(8):
            subject_id = f"{writer}-{i}"
            with store.transaction() as uow:
                uow.subjects.add(subject_id, f"0792{writer:04}{i:04}", PERSON, NOW)
                uow.audit.append(entry(subject_id))

    def read() -> int:
        looks = 0
        while writing.is_set() or not looks:
            with store.reading() as view:
                assert len(view.subjects.page(0, 100)) == view.audit.check().events
            looks += 1
        return looks

    with ThreadPoolExecutor(6) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        writers = [pool.submit(write, n) for n in range(4)]
        try:
            for done in writers:
                done.result()
        finally:
            writing.clear()
        assert all(reader.result() > 0 for reader in readers)
    with store.reading() as view:
        result = view.audit.check()
    assert (result.events, result.first_broken) == (32, 0)


@pytest.mark.parametrize("stores", [1, 2])
def test_one_of_two_concurrent_answers_wins(store_url: str, stores: int) -> None:
    opened = [open_store(store_url, KEYS) for _ in range(stores)]
    together = threading.Barrier(2)

    def answer(n: int) -> str:
        together.wait()
        try:
            with opened[n % stores].transaction() as uow:
                uow.audit.append(entry(action=f"answer {n}"))
                uow.replies.put("caller", "r1", StoredReply("Verify", b"d", bytes([n])), None)
        except DomainError as error:
            return error.reason.code
        return "won"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(answer, range(2)))
    assert sorted(outcomes) == ["REQUEST_REPLAYED", "won"]
    winner = outcomes.index("won")
    with opened[0].reading() as view:
        reply = view.replies.find("caller", "r1")
        assert reply is not None
        assert reply.body == bytes([winner])
        assert [e.entry.action for e in view.audit.page(0, 10)] == [f"answer {winner}"]
    for each in opened:
        each.close()


def test_two_stores_append_to_one_chain(store_url: str) -> None:
    opened = [open_store(store_url, KEYS) for _ in range(2)]

    def append(each: Store) -> None:
        for _ in range(10):
            with each.transaction() as uow:
                uow.audit.append(entry())

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(append, opened))
    with opened[0].reading() as view:
        result = view.audit.check()
    assert (result.events, result.first_broken) == (20, 0)
    for each in opened:
        each.close()


def test_a_locked_database_is_unavailable_and_recovers(store_url: str, intruder: Intruder) -> None:
    store = open_store(store_url, KEYS, patience=0.2)
    holding = intruder.hold_all()
    with pytest.raises(DomainError) as refused, store.transaction() as uow:
        uow.audit.append(entry())
    assert refused.value.reason is Reason.STORE_UNAVAILABLE
    holding.close()
    with store.transaction() as uow:
        assert uow.audit.append(entry()).sequence == 1
    store.close()


def test_a_writer_does_not_wait_for_ever_for_another(store_url: str) -> None:
    store = open_store(store_url, KEYS, patience=0.2)
    with store.transaction(), ThreadPoolExecutor(1) as pool:
        with pytest.raises(DomainError) as refused:
            pool.submit(enrol, store).result()
        assert refused.value.reason is Reason.STORE_UNAVAILABLE
    enrol(store)
    store.close()


def test_a_killed_process_leaves_what_it_committed_and_nothing_else(store: Store, store_url: str) -> None:
    program = """
import sys
from tests.contract.store_kit import KEYS, NOW, NUMBER, PERSON, enrol, entry, feature
from idverify.storage.store import open_store
store = open_store(sys.argv[1], KEYS)
for i in range(3):
    with store.transaction() as uow:
        uow.audit.append(entry())
    print("committed", flush=True)
with store.transaction() as uow:
    uow.subjects.add("s1", NUMBER, PERSON, NOW)
    uow.subjects.add_encounter("s1", "e1", NOW, [feature()] * 200)
    uow.audit.append(entry())
    print("not committed", flush=True)
    sys.stdin.read()
"""
    child = _child(program, store_url)
    assert child.stdout is not None
    assert [child.stdout.readline() for _ in range(4)] == ["committed\n"] * 3 + ["not committed\n"]
    child.send_signal(signal.SIGKILL)
    child.communicate()
    enrol(store)
    with store.reading() as view:
        assert view.audit.check().events == 3
        assert view.audit.check().first_broken == 0
        assert view.subjects.get("s1") is None
    assert len(templates(store)) == 1


def test_a_process_killed_at_any_moment_leaves_all_it_reported(store: Store, store_url: str) -> None:
    program = """
import sys
from tests.contract.store_kit import KEYS, entry
from idverify.storage.store import open_store
store = open_store(sys.argv[1], KEYS)
while True:
    with store.transaction() as uow:
        event = uow.audit.append(entry())
    print(event.sequence, flush=True)
"""
    child = _child(program, store_url)
    assert child.stdout is not None
    for _ in range(20):
        child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    rest, _ = child.communicate()
    reported = max([20, *map(int, rest.split())])
    with store.reading() as view:
        result = view.audit.check()
    assert result.first_broken == 0
    assert result.events in {reported, reported + 1}


def _everything(uow: UnitOfWork) -> int:
    uow.subjects.add("s1", NUMBER, PERSON, NOW)
    uow.subjects.add_encounter("s1", "e1", NOW, [feature()])
    uow.records.put("s1", record())
    uow.replies.put("c", "r", REPLY, "s1")
    return uow.audit.append(entry("s1")).sequence


def _child(program: str, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, url],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
