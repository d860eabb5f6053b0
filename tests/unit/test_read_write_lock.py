"""Readers together, writers alone, nobody left behind."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread

import pytest

from matcher.read_write_lock import ReadWriteLock

PATIENCE = 10.0


def test_readers_are_in_it_together() -> None:
    lock, together = ReadWriteLock(), Barrier(3)

    def read() -> None:
        with lock.reading():
            together.wait(PATIENCE)  # breaks if one has to wait outside

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(read) for _ in range(3)]:
            done.result()


def test_a_writer_is_alone() -> None:
    lock, inside = ReadWriteLock(), {"readers": 0, "writers": 0}
    worst: list[tuple[int, int]] = []

    def write() -> None:
        for _ in range(200):
            with lock.writing():
                inside["writers"] += 1
                time.sleep(0)
                worst.append((inside["writers"], inside["readers"]))
                inside["writers"] -= 1

    def read() -> None:
        for _ in range(200):
            with lock.reading():
                assert inside["writers"] == 0
                time.sleep(0)
                assert inside["writers"] == 0

    with ThreadPoolExecutor(5) as pool:
        for done in [pool.submit(job) for job in (write, read, write, read, read)]:
            done.result()
    assert set(worst) == {(1, 0)}
    assert len(worst) == 400


def test_a_waiting_writer_holds_new_readers_back() -> None:
    lock, order, first_in, let_go = ReadWriteLock(), list[str](), Event(), Event()

    def first_reader() -> None:
        with lock.reading():
            first_in.set()
            let_go.wait(PATIENCE)
        order.append("first reader out")

    def writer() -> None:
        with lock.writing():
            order.append("writer")

    def second_reader() -> None:
        with lock.reading():
            order.append("second reader")

    threads = [Thread(target=first_reader), Thread(target=writer), Thread(target=second_reader)]
    threads[0].start()
    assert first_in.wait(PATIENCE)
    threads[1].start()
    until = time.monotonic() + PATIENCE
    while not lock._waiting_writers and time.monotonic() < until:
        time.sleep(0.001)
    threads[2].start()
    time.sleep(0.05)
    assert order == [], "the second reader must not pass the writer, nor the writer the first reader"
    let_go.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert order.index("writer") < order.index("second reader")


@pytest.mark.parametrize("kind", ["reading", "writing"])
def test_an_exception_inside_lets_go(kind: str) -> None:
    lock = ReadWriteLock()
    with pytest.raises(RuntimeError), getattr(lock, kind)():
        raise RuntimeError
    done = Event()

    def write() -> None:
        with lock.writing():
            done.set()

    Thread(target=write, daemon=True).start()
    assert done.wait(PATIENCE)
