"""Threads that write at the same time are committed together, and what becomes of one is its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Event

import pytest
from sqlalchemy import event, insert, select

from idverify.domain.errors import DomainError, Reason
from idverify.storage.engine import Engines, make_engines
from idverify.storage.failures import not_writable
from idverify.storage.store import SqlStore, open_store
from idverify.storage.tables import reads
from idverify.storage.writing import MOST_TOGETHER, Writers
from tests.contract.store_kit import KEYS, entry
from tests.fakes import NoDeadline
from tests.waiting import PATIENCE, wait_until


class RefusedError(Exception):
    """What somebody's work ends with."""


@dataclass
class Desk:
    """Writers, and what becomes of their work."""

    engines: Engines
    pool: ThreadPoolExecutor
    now: float = 0.0
    lost: bool = False
    commits: int = 0
    ended: list[str] = field(default_factory=list)
    undone: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        done = partial(self.ended.append, "committed")
        self.writers = Writers(self.engines.writer, PATIENCE, self.before, done, clock=lambda: self.now)
        event.listen(self.engines.writer, "commit", self.committed)

    def before(self) -> None:
        if self.lost:
            raise not_writable("FILE_REPLACED")

    def committed(self, _: object) -> None:
        self.commits += 1

    def write(self, name: str, *, alone: bool = False, meanwhile: Callable[[], object] = int) -> None:
        with self.writers.write(alone=alone) as (connection, undo):
            undo.callback(self.undone.append, name)
            connection.execute(insert(reads).values(client=name, day="2026-01-01", people=1))
            meanwhile()
            if name.startswith("bad"):
                raise RefusedError(name)
        self.ended.append(name)

    def together(self, names: list[str], alone: str = "") -> dict[str, Future[None]]:
        """Have the first begin, all others wait for it in this order, and the first go on."""
        go, begun = Event(), Event()

        def until_all_wait() -> None:
            begun.set()
            assert go.wait(PATIENCE)

        first, *others = names
        futures = {first: self.pool.submit(self.write, first, meanwhile=until_all_wait)}
        assert begun.wait(PATIENCE)
        for count, name in enumerate(others, 1):
            futures[name] = self.pool.submit(self.write, name, alone=name == alone)
            wait_until(lambda count=count: self.writers.waiting == count)  # type: ignore[misc]
        go.set()
        for future in futures.values():
            future.exception(PATIENCE)
        return futures

    def stored(self) -> list[str]:
        with self.engines.reader.begin() as connection:
            return sorted(connection.execute(select(reads.c.client)).scalars())


@pytest.fixture
def desk(store_url: str) -> Iterator[Desk]:
    open_store(store_url, KEYS).close()
    engines = make_engines(store_url, PATIENCE)
    with ThreadPoolExecutor(MOST_TOGETHER + 4) as pool:
        yield Desk(engines, pool)
    engines.close()


def test_those_who_wait_are_committed_together_and_nobody_is_done_before(desk: Desk) -> None:
    desk.together(["a", "b", "c", "d"])
    assert desk.stored() == ["a", "b", "c", "d"]
    assert desk.commits == 1
    assert desk.ended[0] == "committed"
    assert sorted(desk.ended[1:]) == ["a", "b", "c", "d"]
    assert desk.undone == []


def test_what_one_refuses_is_rolled_back_alone(desk: Desk) -> None:
    futures = desk.together(["a", "bad b", "c", "bad d"])
    assert desk.stored() == ["a", "c"]
    assert desk.commits == 1
    assert [isinstance(future.exception(), RefusedError) for future in futures.values()] == [False, True, False, True]
    assert desk.undone == ["bad b", "bad d"]


def test_where_the_first_is_refused_the_next_begins_anew(desk: Desk) -> None:
    futures = desk.together(["bad a", "b", "c"])
    assert isinstance(futures["bad a"].exception(), RefusedError)
    assert desk.stored() == ["b", "c"]
    assert desk.undone == ["bad a"]


def test_a_commit_that_fails_fails_for_all_and_the_last_is_undone_first(desk: Desk) -> None:
    desk.lost = True
    futures = desk.together(["a", "bad b", "c"])
    refusals = [future.exception() for future in futures.values()]
    for refusal in refusals:
        assert isinstance(refusal, DomainError)
        assert (refusal.reason, refusal.metadata) == (Reason.STORE_NOT_WRITABLE, {"cause": "FILE_REPLACED"})
    assert len({id(refusal) for refusal in refusals}) == 3
    assert desk.stored() == desk.ended == []
    assert desk.undone == ["bad b", "c", "a"]
    desk.lost = False
    desk.write("d")
    assert desk.stored() == ["d"]


def test_where_one_cannot_be_rolled_back_alone_all_is_lost(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where SQLite takes the whole transaction back by itself: there is no savepoint any more."""

    def gone() -> None:
        with desk.writers.write(alone=False) as (connection, _):
            connection.exec_driver_sql("RELEASE SAVEPOINT one_of_several")
            raise RefusedError("c")

    go, begun = Event(), Event()

    def until_all_wait() -> None:
        begun.set()
        assert go.wait(PATIENCE)

    first = desk.pool.submit(desk.write, "a", meanwhile=until_all_wait)
    assert begun.wait(PATIENCE)
    second = desk.pool.submit(gone)
    wait_until(lambda: desk.writers.waiting == 1)
    go.set()
    for future in (first, second):
        assert isinstance(future.exception(PATIENCE), DomainError)
    assert desk.stored() == []
    assert desk.undone == ["a"]


def test_where_a_sync_is_quicker_than_the_work_nobody_waits_for_another(desk: Desk) -> None:
    def work() -> None:
        desk.now += 0.001

    desk.write("a", meanwhile=work)
    desk.together(["b", "c", "d"])
    assert desk.stored() == ["a", "b", "c", "d"]
    assert desk.commits == 4


def test_who_writes_alone_is_committed_alone(desk: Desk) -> None:
    desk.together(["a", "b", "c", "d"], alone="c")
    assert desk.stored() == ["a", "b", "c", "d"]
    assert desk.commits == 3


def test_there_is_an_end_to_how_many_wait_for_each_other(desk: Desk) -> None:
    desk.together([f"{number:02}" for number in range(MOST_TOGETHER + 3)])
    assert len(desk.stored()) == MOST_TOGETHER + 3
    assert desk.commits >= 2


def test_who_waits_too_long_is_told_so_and_nobody_waits_for_them(desk: Desk) -> None:
    impatient = Writers(desk.engines.writer, 0.05, int, int)
    with impatient.turn():
        with pytest.raises(DomainError) as refusal, impatient.turn():
            pass
        assert refusal.value.reason is Reason.STORE_UNAVAILABLE
    with impatient.turn():
        assert impatient.waiting == 0


def test_the_trail_and_its_log_are_whole_whoever_wrote_together(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("idverify.storage.writing._smoothed", lambda *_: 0.0)  # a sync is never too quick

    def append() -> None:
        for _ in range(10):
            with store.transaction() as uow:
                uow.audit.append(entry())

    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(append) for _ in range(8)]:
            future.result(PATIENCE)
    with store.reading() as view:
        assert view.audit.head() == store.last_head()
        check = view.audit.check()
        assert (check.events, check.first_broken) == (80, 0)
        assert view.log.findings(NoDeadline()) == []
