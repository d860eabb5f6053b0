"""Who gets a worker, who waits, and who is told at once that it would be in vain; on a clock that is set."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from idverify.dispatch.call_workers import CallWorkers
from idverify.dispatch.fair_queue import Errand, FairQueue, Priority
from idverify.dispatch.service_times import Load, ServiceTimes
from idverify.domain.errors import DomainError, Reason
from idverify.ports import Shown
from idverify.services.foreground import Foreground
from tests.waiting import PATIENCE, until

COUNTER, CHECK, BATCH = Priority


@dataclass
class Office:
    """One worker, ten places, a clock; calls take a second of it each."""

    now: float = 0.0
    done: list[str] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.workers = CallWorkers(1, 10, Foreground(), lambda: self.now)

    async def call(self, client: str, priority: Priority = COUNTER, ends: float = 1000.0, method: str = "m") -> None:
        with self.workers.place(Errand(method, priority, client, ends)) as place:
            await self.workers.run(place, lambda: self._work(client))

    def begin(self, *calls: Awaitable[None]) -> list[asyncio.Task[None]]:
        return [asyncio.ensure_future(call) for call in calls]

    async def busy(self) -> asyncio.Task[None]:
        """Measure how long calls take, then occupy the worker."""
        self.gate.set()
        await self.call("first")
        self.gate.clear()
        task = asyncio.create_task(self.call("holder"))
        await until(lambda: self.workers._running)
        return task

    def _work(self, client: str) -> None:
        assert self.gate.wait(PATIENCE)
        self.now += 1.0
        self.done.append(client)


def day(scenario: Callable[[Office], Awaitable[None]]) -> Office:
    async def whole() -> Office:
        office = Office()
        await scenario(office)
        office.workers.close()
        return office

    return asyncio.run(whole())


async def _turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_what_cannot_be_answered_in_its_time_is_told_so_at_once_and_when_it_could() -> None:
    async def scenario(office: Office) -> None:
        held = await office.busy()
        waiting = office.begin(office.call("a"), office.call("b"), office.call("c"))
        await _turns()
        with pytest.raises(DomainError) as caught:  # four are before it: 6 s with caution, 2 s of its own, 2.5 are left
            await office.call("late", ends=office.now + 2.5)
        assert (caught.value.reason, caught.value.metadata) == (Reason.SERVER_BUSY, {"retry_seconds": "6"})
        patient = office.begin(office.call("late", ends=office.now + 8.5))
        office.gate.set()
        await asyncio.gather(held, *waiting, *patient)
        assert office.done == ["first", "holder", "a", "b", "c", "late"]

    day(scenario)


def test_an_idle_worker_takes_what_may_be_too_long() -> None:
    async def scenario(office: Office) -> None:
        office.gate.set()
        await office.call("a")
        await office.call("a", ends=office.now + 0.5)

    assert day(scenario).done == ["a", "a"]


def test_what_cannot_be_finished_any_more_is_not_begun() -> None:
    async def scenario(office: Office) -> None:
        held = await office.busy()
        tasks = office.begin(office.call("a", ends=office.now + 6.0), office.call("b"))
        await _turns()
        office.now += 5.5  # the one before took longer than it ever had
        office.gate.set()
        with pytest.raises(DomainError, match="SERVER_BUSY"):
            await tasks[0]
        await asyncio.gather(held, tasks[1])
        assert office.done == ["first", "holder", "b"]

    day(scenario)


def test_counters_go_before_checks_and_these_before_batches() -> None:
    async def scenario(office: Office) -> None:
        held = await office.busy()
        order = (("batch", BATCH), ("check", CHECK), ("counter", COUNTER), ("batch", BATCH), ("counter", COUNTER))
        tasks = office.begin(*(office.call(name, priority) for name, priority in order))
        await _turns()
        office.gate.set()
        await asyncio.gather(held, *tasks)
        assert office.done[2:] == ["counter", "counter", "check", "batch", "batch"]

    day(scenario)


def test_who_sends_many_waits_for_itself() -> None:
    async def scenario(office: Office) -> None:
        held = await office.busy()
        tasks = office.begin(*(office.call("many") for _ in range(5)), office.call("one"), office.call("two"))
        await _turns()
        office.gate.set()
        await asyncio.gather(held, *tasks)
        assert office.done[2:5] == ["many", "one", "two"]

    day(scenario)


def test_in_a_full_queue_who_waits_with_most_makes_room() -> None:
    async def scenario(office: Office) -> None:
        held = await office.busy()
        tasks = office.begin(*(office.call("many") for _ in range(10)))
        await _turns()
        with pytest.raises(DomainError, match="SERVER_BUSY"):
            await office.call("many")
        one = office.begin(office.call("one"))
        with pytest.raises(DomainError, match="room for other"):
            await tasks[-1]
        office.gate.set()
        await asyncio.gather(held, *tasks[:-1], *one)
        assert office.done.count("many") == 9

    day(scenario)


def test_a_batch_waits_where_a_call_is_refused() -> None:
    async def scenario(office: Office) -> None:
        held = await office.busy()
        with office.workers.place(Errand("m", BATCH, "a", office.now + 0.5), patient=True):
            pass
        office.gate.set()
        await held

    day(scenario)


def test_what_is_cancelled_while_it_waits_is_never_begun_and_what_works_keeps_its_worker() -> None:
    async def scenario(office: Office) -> None:
        held = await office.busy()
        tasks = office.begin(office.call("a"), office.call("b"))
        await _turns()
        tasks[0].cancel()
        held.cancel()
        await until(held.done)
        assert len(office.workers._running) == 1
        office.gate.set()
        await tasks[1]
        assert office.done == ["first", "holder", "b"]

    day(scenario)


def test_what_waits_is_dropped_at_the_end() -> None:
    async def scenario(office: Office) -> None:
        held = await office.busy()
        (task,) = office.begin(office.call("a"))
        await _turns()
        office.workers.drop()
        with pytest.raises(asyncio.CancelledError):
            await task
        office.gate.set()
        await held

    day(scenario)


def test_work_that_fails_gives_its_worker_back() -> None:
    def fail() -> None:
        raise KeyError("x")

    async def scenario(office: Office) -> None:
        for _ in range(3):
            with pytest.raises(KeyError), office.workers.place(Errand("m", COUNTER, "a", 1000.0)) as place:
                await office.workers.run(place, fail)
        assert not office.workers._running

    day(scenario)


def test_a_call_that_waited_for_what_is_not_there_says_nothing_of_how_long_it_takes() -> None:
    def out(office: Office) -> None:
        office.now += 5.0
        raise DomainError(Reason.STORE_UNAVAILABLE, "the database is away")

    async def scenario(office: Office) -> None:
        office.gate.set()
        await office.call("first")
        for _ in range(5):
            with (
                pytest.raises(DomainError),
                office.workers.place(Errand("m", COUNTER, "a", office.now + 1000.0)) as place,
            ):
                await office.workers.run(place, lambda: out(office))
        assert office.workers._times.expected("m") == pytest.approx(1.0)

    day(scenario)


def test_times_are_smoothed_and_unknown_methods_take_none() -> None:
    times = ServiceTimes()
    assert (times.expected("m"), times.at_most("m")) == (0.0, 0.0)
    for _ in range(100):
        times.took("m", 2.0)
    assert times.expected("m") == pytest.approx(2.0)
    assert times.at_most("m") == pytest.approx(2.0, abs=0.01)
    times.took("m", 1.0)
    assert times.expected("m") == pytest.approx(1.875)


def measured() -> ServiceTimes:
    times = ServiceTimes()
    for each in [0.01, 0.02] * 50:
        times.took("m", each)
    return times


def test_a_few_calls_that_waited_for_the_database_are_soon_forgotten() -> None:
    times = measured()
    for _ in range(4):
        times.took("m", 5.0)
    assert times.at_most("m") < 0.2
    assert times.expected("m") < 0.05


def test_what_takes_longer_from_now_on_is_learnt_within_two_dozen_calls() -> None:
    times = measured()
    for _ in range(24):
        times.took("m", 2.0)
    assert times.expected("m") > 1.5


def test_the_load_of_the_more_urgent_fades() -> None:
    load = Load(2)
    load.worked(COUNTER, 10.0, 100.0)
    assert load.above(COUNTER, 100.0) == 0.0
    assert load.above(CHECK, 100.0) == pytest.approx(0.5)
    assert load.above(BATCH, 110.0) == pytest.approx(0.5 / 2.718281828, rel=1e-6)


def test_a_dear_call_costs_its_client_more_turns() -> None:
    queue = FairQueue()
    for client, cost in (("dear", 4.0), ("dear", 4.0), ("cheap", 1.0), ("cheap", 1.0), ("cheap", 1.0)):
        queue.enter(Errand("m", COUNTER, client, 1000.0), cost).work = lambda: None
    order = [queue.pop() for _ in range(5)]
    assert [ticket and ticket.errand.client for ticket in order] == ["dear", "cheap", "cheap", "cheap", "dear"]
    assert queue.pop() is None


def test_whoever_watches_sees_who_waits_and_who_is_worked_on() -> None:
    async def scenario(office: Office) -> None:
        holder = await office.busy()
        waiting = office.begin(office.call("a", COUNTER), office.call("b", BATCH), office.call("c", BATCH))
        await until(lambda: len(list(office.workers._queue)) == 3)
        seen = {(figure.of, figure.label): figure.value for figure in office.workers.figures()}
        assert seen == {
            (Shown.QUEUE_WAITING, "counter"): 1,
            (Shown.QUEUE_WAITING, "check"): 0,
            (Shown.QUEUE_WAITING, "batch"): 2,
            (Shown.WORKERS, ""): 1,
            (Shown.WORKERS_BUSY, ""): 1,
        }
        office.gate.set()
        await asyncio.gather(holder, *waiting)

    day(scenario)


def test_who_makes_room_while_its_request_is_read_is_told_when_it_comes() -> None:
    async def scenario() -> None:
        workers = CallWorkers(1, 1, Foreground(), lambda: 0.0)
        with ExitStack() as places:
            mine = [places.enter_context(workers.place(Errand("m", COUNTER, "a", 9.0))) for _ in range(2)]
            places.enter_context(workers.place(Errand("m", COUNTER, "b", 9.0)))
            with pytest.raises(DomainError) as caught:
                await workers.run(mine[1], lambda: None)
            assert caught.value.reason is Reason.SERVER_BUSY
        workers.close()

    asyncio.run(scenario())


def test_what_is_still_read_at_the_end_is_dropped_too() -> None:
    async def scenario() -> None:
        workers = CallWorkers(1, 1, Foreground(), lambda: 0.0)
        with workers.place(Errand("m", COUNTER, "a", 9.0)) as place:
            workers.drop()
            with pytest.raises(DomainError):
                await workers.run(place, lambda: None)
        workers.close()

    asyncio.run(scenario())


def test_nobody_waits_with_most_where_nobody_waits() -> None:
    assert FairQueue().last_of_greediest(COUNTER, "a") is None
