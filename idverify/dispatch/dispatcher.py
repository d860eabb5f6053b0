"""What happens to every call, in this order: until when, who, may they, a look at the request, a worker, the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from idverify.dispatch.admission import Admission
from idverify.dispatch.call_log import CallLine
from idverify.dispatch.call_workers import CallWorkers
from idverify.dispatch.deadline import CallDeadline, within
from idverify.dispatch.door import Arrival, StreamArrival
from idverify.dispatch.fair_queue import Errand
from idverify.dispatch.intake import Intake
from idverify.dispatch.keeping_up import KeepingUp
from idverify.dispatch.method import Method, StreamMethod
from idverify.dispatch.open_calls import OpenCalls, OpenLimits
from idverify.dispatch.performing import Performer
from idverify.dispatch.streams import StreamDispatcher
from idverify.dispatch.workers import WorkerPool
from idverify.domain.model import Caller
from idverify.ports import ALONE, UNWATCHED, Figure, Following, Shown, Stage, Watch
from idverify.services.application import CallerOf
from idverify.services.calls.auditing import AuditService
from idverify.services.foreground import Foreground

_HOUSEKEEPING_QUEUE = 256
_APART_QUEUE = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is worked on at the same time, and for how long.

    Attributes:
        workers: calls that are worked on at the same time.
        queue_length: calls of each priority that may wait for a worker; one more is refused.
        default_deadline: seconds, for a client that states none, and at most for a request of a stream.
        stream_concurrency: requests of streams that are worked on at the same time.
        request_memory: bytes of requests that are held at the same time.
        largest_request: bytes of the largest request that any door hands over.
        strangers_per_minute: what is for anybody, asked from one address; ten times as much from all.
        open: what may be open at the same time.
    """

    workers: int
    queue_length: int
    default_deadline: float
    stream_concurrency: int
    request_memory: int
    largest_request: int
    strangers_per_minute: int
    open: OpenLimits


class Dispatcher:
    """Carries calls from the doors to the use cases and back. Made and used on the event loop.

    Args:
        caller_of: tells the caller.
        audit: where denials are recorded.
        performer: does what is asked.
        limits: of all doors together.
        foreground: told what is being worked on.
        watch: told what happens to calls.
        following: what other servers write.

    Attributes:
        housekeeping: a worker for what must not wait behind fingerprints.
    """

    def __init__(
        self,
        caller_of: CallerOf,
        audit: AuditService,
        performer: Performer,
        limits: Limits,
        foreground: Foreground,
        watch: Watch = UNWATCHED,
        following: Following = ALONE,
    ) -> None:
        self._watch = watch
        self._keeping_up = KeepingUp(following)
        self.housekeeping = WorkerPool("housekeeping", 1, _HOUSEKEEPING_QUEUE)
        self._workers = CallWorkers(limits.workers, limits.queue_length, foreground, watch=watch)
        self._apart = WorkerPool("apart", 1, _APART_QUEUE)
        self._limits = limits
        self._intake = Intake(limits.request_memory, limits.largest_request, watch)
        self._admission = Admission(caller_of, audit, self.housekeeping, limits.strangers_per_minute, self._keeping_up)
        self._performer = performer
        self._open = OpenCalls(limits.open)
        self._streams = StreamDispatcher(
            self._admission,
            self._intake,
            self._performer,
            self._workers,
            self._open,
            limits.default_deadline,
            limits.stream_concurrency,
            watch,
        )

    @property
    def watermark(self) -> str:
        """How new an answer is that is given now, as clients say it to the next server; empty: there is one server."""
        return self._keeping_up.watermark

    @property
    def large_requests(self) -> int:
        """How many requests of more than a mebibyte were answered or refused so far."""
        return self._intake.large_answered

    def figures(self) -> Sequence[Figure]:
        """Return what is open, waits and is being worked on; from any thread, as it is in passing."""
        return [
            *self._workers.figures(),
            Figure(Shown.OPEN_CALLS, self._open.calls),
            Figure(Shown.REQUEST_BYTES, self._intake.held_bytes),
        ]

    def spend_stranger(self, peer: str) -> None:
        """Count what an address asks for that is for anybody, before it gets it.

        Raises:
            DomainError: CALL_BUDGET_EXCEEDED.
        """
        self._admission.spend_stranger(peer)

    async def call(self, method: Method[Any], arrival: Arrival, *, anonymous: bool = False) -> bytes:
        """Answer one call, whose request is read once its caller may call. However it ends, that is in the log by then.

        Args:
            method: what is called.
            arrival: the call.
            anonymous: it came by a way that is open to anybody, whoever they are, and leads to what is public only.

        Raises:
            DomainError: it is refused.
            FailedError: the service failed.
        """
        line = CallLine(method.full_name, watch=self._watch)
        stated = arrival.seconds_left()
        with line.told():
            async with within(self._limits.default_deadline if stated is None else stated) as deadline:
                with self._watch.stage(Stage.ADMISSION):
                    caller = await self._admission.caller(method, arrival, line, anonymous=anonymous)
                # Whoever they are, they take no share from those at another address.
                client = f"{caller.name} {arrival.peer}" if anonymous else caller.limited_as
                with self._open.one_more(client, arrival.connection):
                    self._admission.spend(caller)
                    if not anonymous:
                        arrival.admitted()
                    await self._admission.up_to_date(method, arrival, line, anonymous=anonymous)
                    return await self._answered(method, arrival, caller, client, deadline, line)

    async def _answered(
        self,
        method: Method[Any],
        arrival: Arrival,
        caller: Caller,
        client: str,
        deadline: CallDeadline,
        line: CallLine,
    ) -> bytes:
        """Answer a call that is let in; ``client``: who pays for what it takes up."""
        if method.at_once or method.apart:
            async with self._intake.body(arrival, client, method.most_bytes) as body:
                work = partial(self._performer.perform, method, body, caller, deadline, line)
                return work() if method.at_once else await self._apart.run(work)
        errand = Errand(method.full_name, method.priority, client, deadline.ends)
        with self._workers.place(errand) as place:  # before anything of the request is read
            async with self._intake.body(arrival, client, method.most_bytes) as body:
                work = partial(self._performer.perform, method, body, caller, deadline, line)
                return await self._workers.run(place, work)

    async def stream(self, method: StreamMethod, arrival: StreamArrival) -> None:
        """Answer the requests of one stream; raises as :meth:`call`."""
        await self._streams.stream(method, arrival)

    async def close(self) -> None:
        """Drop what waits, and wait for what runs."""
        self._workers.drop()
        await asyncio.to_thread(self._workers.close)
        await asyncio.to_thread(self._apart.close)
        await asyncio.to_thread(self.housekeeping.close)
        await self._keeping_up.close()
