"""The worker pool and deadlines."""

from __future__ import annotations

import asyncio
import threading

import pytest

from idverify.dispatch.deadline import CallDeadline
from idverify.dispatch.workers import WorkerPool
from idverify.domain.errors import DomainError, Reason
from tests.waiting import until


def test_a_deadline_passes_with_time_or_with_its_caller() -> None:
    deadline = CallDeadline(60.0)
    deadline.check()
    deadline.give_up()
    for late in (deadline, CallDeadline(0.0)):
        with pytest.raises(DomainError) as caught:
            late.check()
        assert caught.value.reason is Reason.DEADLINE_EXCEEDED


def _fail() -> None:
    raise KeyError("x")


def test_work_that_fails_gives_its_place_back() -> None:
    async def scenario() -> None:
        pool = WorkerPool("t", 1, 0)
        for _ in range(3):
            with pytest.raises(KeyError):
                await pool.run(_fail)
            await until(lambda: not pool._admitted)
        assert await pool.run(lambda: 7) == 7
        pool.close()

    asyncio.run(scenario())


def test_work_that_outlives_the_event_loop_ends_quietly() -> None:
    pool, gate, ended = WorkerPool("t", 1, 0), threading.Event(), threading.Event()

    def work() -> None:
        gate.wait(20)
        ended.set()

    async def leave() -> None:
        task = asyncio.create_task(pool.run(work))
        await until(lambda: pool._admitted == 1)
        task.cancel()

    asyncio.run(leave())
    gate.set()
    pool.close()
    assert ended.is_set()


def test_what_is_cancelled_while_it_waits_is_never_begun() -> None:
    begun: list[int] = []

    async def scenario() -> None:
        pool, gate = WorkerPool("t", 1, 1), threading.Event()
        working = asyncio.create_task(pool.run(gate.wait))
        waiting = asyncio.create_task(pool.run(lambda: begun.append(1)))
        await until(lambda: pool._admitted == 2)
        with pytest.raises(DomainError) as caught:
            await pool.run(lambda: begun.append(2))
        assert caught.value.reason is Reason.SERVER_BUSY
        waiting.cancel()
        await until(lambda: pool._admitted == 1)
        last = asyncio.create_task(pool.run(lambda: begun.append(3)))  # the cancelled one has given its place back
        gate.set()
        await asyncio.gather(working, last)
        pool.close()

    asyncio.run(scenario())
    assert begun == [3]


def test_what_is_cancelled_while_it_works_keeps_its_place_until_it_ends() -> None:
    async def scenario() -> None:
        pool, begun, gate = WorkerPool("t", 1, 0), threading.Event(), threading.Event()

        def work() -> None:
            begun.set()
            gate.wait()

        working = asyncio.create_task(pool.run(work))
        await until(begun.is_set)
        working.cancel()
        await until(working.done)
        with pytest.raises(DomainError):
            await pool.run(lambda: 1)
        gate.set()
        await until(lambda: not pool._admitted)
        assert await pool.run(lambda: 1) == 1
        pool.close()

    asyncio.run(scenario())
