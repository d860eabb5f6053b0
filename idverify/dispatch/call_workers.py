"""The threads that work on calls, and who gets one: what cannot be answered in its time is told so at once."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from typing import Any, TypeVar

from idverify.dispatch.fair_queue import Errand, FairQueue, Priority, Ticket
from idverify.dispatch.service_times import Load, ServiceTimes
from idverify.domain.errors import DomainError, Kind, Reason
from idverify.ports import UNWATCHED, Figure, Shown, Stage, Watch
from idverify.services.foreground import Foreground

Result = TypeVar("Result")
_CAUTION = 1.5
"""By which a wait is thought longer than the means add up to: clients that come later may go first, and times vary."""


class CallWorkers:
    """A pool of threads with a queue that knows how long calls take.

    The threads compute at the same time because ONNX Runtime, Numba and SQLite release the interpreter lock. All
    methods but :meth:`close` are called on the event loop, so that nothing needs a lock.

    Args:
        workers: threads.
        queue_length: calls of each priority that may wait while all threads are busy.
        foreground: told what is being worked on.
        clock: seconds; that of the deadlines.
        watch: told how long calls waited and were worked on.
    """

    def __init__(
        self,
        workers: int,
        queue_length: int,
        foreground: Foreground,
        clock: Callable[[], float] = time.monotonic,
        watch: Watch = UNWATCHED,
    ) -> None:
        self._watch = watch
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="call")
        self._workers = workers
        self._queue_length = queue_length
        self._foreground = foreground
        self._clock = clock
        self._times = ServiceTimes()
        self._load = Load(workers)
        self._queue = FairQueue()
        self._running: set[Ticket] = set()

    def figures(self) -> Sequence[Figure]:
        """Return how many calls wait and are worked on; from any thread, as it is in passing."""
        waiting = [ticket.errand.priority for ticket in list(self._queue)]
        return [
            *(Figure(Shown.QUEUE_WAITING, waiting.count(each), each.name.lower()) for each in Priority),
            Figure(Shown.WORKERS, self._workers),
            Figure(Shown.WORKERS_BUSY, len(self._running)),
        ]

    @contextmanager
    def place(self, errand: Errand, *, patient: bool = False) -> Iterator[Ticket]:
        """Hold a place in the queue for a block, in which the request is read and :meth:`run`.

        Args:
            errand: the call.
            patient: it waits however long the queue is.

        Raises:
            DomainError: SERVER_BUSY if it could not be answered in its time, with the seconds after which it could.
        """
        if not patient:
            wait = self._wait(errand)
            self._require_time(errand, wait)
            self._require_room(errand, wait)
        ticket = self._queue.enter(errand, self._times.expected(errand.method))
        try:
            yield ticket
        finally:
            if self._queue.leave(ticket):
                ticket.work = ticket.answer = None

    async def run(self, ticket: Ticket, work: Callable[[], Result]) -> Result:
        """Do ``work`` in a thread. If cancelled, work that waits is never begun, work begun runs to its end.

        Raises:
            DomainError: SERVER_BUSY if so little time is left when its turn comes that it would be in vain, or if it
                had to make room for other clients.
        """
        result: Result = await self._entered(ticket, work)
        return result

    def drop(self) -> None:
        """Drop what waits."""
        for ticket in list(self._queue):
            self._queue.leave(ticket)
            if ticket.answer is not None:
                ticket.answer.cancel()

    def close(self) -> None:
        """Wait for what runs."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _entered(self, ticket: Ticket, work: Callable[[], Any]) -> asyncio.Future[Any]:
        """Return the answer to come. No frame that waits for it has it: see :meth:`_ended`."""
        answer = asyncio.get_running_loop().create_future()
        if ticket in self._queue:
            # The work belongs to this call, whoever's end it is that begins it.
            ticket.work, ticket.answer = partial(copy_context().run, self._begun, work, self._clock()), answer
            self._serve()
        else:  # it was sent away while its request was read
            answer.set_exception(_busy("it had to make room for other clients", 1.0))
        return answer

    def _require_time(self, errand: Errand, wait: float) -> None:
        if not wait:
            return  # nothing is in its way: try, and measure anew
        excess = _CAUTION * wait + self._times.at_most(errand.method) - (errand.ends - self._clock())
        if excess > 0:
            raise _busy("it could not be answered in its time", excess)

    def _require_room(self, errand: Errand, wait: float) -> None:
        free = self._workers - len(self._running)
        if self._queue.waiting(errand.priority) < self._queue_length + free:
            return
        ticket = self._queue.last_of_greediest(errand.priority, errand.client)
        if ticket is None:
            raise _busy("the queue is full", wait)
        self._queue.leave(ticket)
        if ticket.answer is not None:
            self._refuse(ticket, "it had to make room for other clients")

    def _wait(self, errand: Errand) -> float:
        """Return the seconds until a worker would come to a new call: what is begun, what goes first, what will."""
        now = self._clock()
        begun = sum(max(0.0, one.expected - (now - one.started)) for one in self._running)
        if len(self._running) < self._workers:
            begun = 0.0
        work = begun + self._queue.ahead(errand.priority, errand.client)
        return work / self._workers / (1.0 - self._load.above(errand.priority, now))

    def _serve(self) -> None:
        while len(self._running) < self._workers and (ticket := self._queue.pop()) is not None:
            if ticket.answer is None or ticket.answer.done():
                continue  # its caller has gone in this moment
            left = ticket.errand.ends - self._clock()
            if left < self._times.expected(ticket.errand.method) and any(True for _ in self._queue):
                self._refuse(ticket, "its time would not have sufficed any more")
            else:
                self._begin(ticket)

    def _refuse(self, ticket: Ticket, why: str) -> None:
        answer, ticket.work, ticket.answer = ticket.answer, None, None
        if answer is not None and not answer.done():
            answer.set_exception(_busy(why, self._wait(ticket.errand)))

    def _begin(self, ticket: Ticket) -> None:
        loop = asyncio.get_running_loop()
        ticket.started = self._clock()
        self._running.add(ticket)
        work, ticket.work = ticket.work, None
        assert work is not None
        self._executor.submit(self._timed, ticket, work).add_done_callback(
            lambda done: None if loop.is_closed() else loop.call_soon_threadsafe(self._ended, ticket, done)
        )

    def _begun(self, work: Callable[[], Result], entered: float) -> Result:
        self._watch.took(Stage.QUEUE, self._clock() - entered)
        with self._watch.stage(Stage.WORK):
            return work()

    def _timed(self, ticket: Ticket, work: Callable[[], Result]) -> Result:
        began = self._clock()
        try:
            with self._foreground.working():
                return work()
        finally:
            ticket.took = self._clock() - began

    def _ended(self, ticket: Ticket, done: Future[Any]) -> None:
        """Give the thread to the next, which may be long after the caller has gone, and the answer to who waits.

        The ticket lets go of the answer: an exception in it has a traceback, this has the frames, and these the ticket;
        in that cycle the request would stay in memory until a collection finds it.
        """
        answer, ticket.answer = ticket.answer, None
        self._running.discard(ticket)
        error = None if done.cancelled() else done.exception()
        method, now = ticket.errand.method, self._clock()
        self._load.worked(ticket.errand.priority, ticket.took, now)
        if error is None or (ticket.took > self._times.expected(method) and not _out_of_reach(error)):
            self._times.took(method, ticket.took)  # one that was refused early says little
        if answer is not None and not answer.done():
            if error is None:
                answer.set_result(done.result())
            else:
                answer.set_exception(error)
        self._serve()


def _out_of_reach(error: BaseException) -> bool:
    """Tell whether a call waited for what is not there, and so says nothing of how long it takes."""
    return isinstance(error, DomainError) and error.reason.kind is Kind.UNAVAILABLE


def _busy(why: str, seconds: float) -> DomainError:
    retry = str(max(1, math.ceil(seconds)))
    return DomainError(Reason.SERVER_BUSY, f"too many calls are waiting: {why}", {"retry_seconds": retry})
