"""Streams: many requests in one call, each answered or refused on its own, none of them held back by another."""

from __future__ import annotations

import asyncio
from functools import partial

from idverify.access.permissions import role_for
from idverify.dispatch.admission import Admission
from idverify.dispatch.call_log import CallLine
from idverify.dispatch.call_workers import CallWorkers
from idverify.dispatch.deadline import within
from idverify.dispatch.door import StreamArrival
from idverify.dispatch.fair_queue import Errand, Priority
from idverify.dispatch.intake import Intake, require_size
from idverify.dispatch.method import Item, StreamMethod
from idverify.dispatch.open_calls import OpenCalls
from idverify.dispatch.performing import Performer
from idverify.dispatch.refusal import FailedError
from idverify.domain.errors import DomainError
from idverify.domain.model import Caller
from idverify.ports import UNWATCHED, Watch

_LOOK_SECONDS = 0.1
"""Between two looks whether a caller who may not have the stream any more still has it."""


class StreamDispatcher:
    """Carries the requests of streams to the use cases and back.

    Args:
        admission: lets callers in.
        intake: where the memory is accounted that requests take.
        performer: does what is asked.
        workers: where it does.
        opened: what is open.
        longest: seconds that a request may take from when it is begun.
        concurrency: requests of all streams that are worked on at the same time; each stream is read so far ahead.
        watch: told what happens to them.
    """

    def __init__(
        self,
        admission: Admission,
        intake: Intake,
        performer: Performer,
        workers: CallWorkers,
        opened: OpenCalls,
        longest: float,
        concurrency: int,
        watch: Watch = UNWATCHED,
    ) -> None:
        self._watch = watch
        self._admission = admission
        self._intake = intake
        self._performer = performer
        self._workers = workers
        self._open = opened
        self._longest = longest
        self._concurrency = concurrency
        self._places = asyncio.Semaphore(concurrency)

    async def stream(self, method: StreamMethod, arrival: StreamArrival) -> None:
        """Answer the requests of one stream. However it and each of them ends, that is in the log by then.

        Raises:
            DomainError: the caller may not open it, or there are too many.
            FailedError: the service failed.
        """
        line = CallLine(method.full_name, watch=self._watch)
        with line.told():
            caller = await self._admission.caller(method, arrival, line)
            with self._open.one_more(caller.limited_as, arrival.connection, stream=True):
                arrival.admitted()
                try:
                    await self._admission.up_to_date(method, arrival, line)
                except DomainError:
                    self._admission.spend(caller)  # as a call would; a stream that is opened counts by its requests
                    raise
                await self._while_admitted(method, arrival, line)

    async def _while_admitted(self, method: StreamMethod, arrival: StreamArrival, line: CallLine) -> None:
        """Answer until the client has no more to ask, or may ask no more; what is being worked on is left then."""
        look = asyncio.Event()
        refused = asyncio.create_task(self._admission.until_refused(method, arrival, line, look))
        answering = asyncio.create_task(self._each(method, arrival, look))
        try:
            await asyncio.wait({refused, answering}, return_when=asyncio.FIRST_COMPLETED)
            await (refused if refused.done() else answering)
        finally:
            refused.cancel()
            answering.cancel()
            await asyncio.gather(refused, answering, return_exceptions=True)

    async def _each(self, method: StreamMethod, arrival: StreamArrival, look: asyncio.Event) -> None:
        """Read no further ahead than answers have been taken: a slow client slows the reading, nothing piles up."""
        ahead = asyncio.Semaphore(self._concurrency)
        writing = asyncio.Lock()

        async def answered(body: bytes, place: int) -> None:
            while (caller := self._admission.still(method, arrival)) is None:
                # Waits for its end with the stream: a stream that ended in good order would have answered it.
                look.set()
                await asyncio.sleep(_LOOK_SECONDS)
            answer = await self._answer(method, body, place, caller, arrival)
            async with writing:
                await arrival.write(answer)
            ahead.release()

        # If the caller goes away, this task is cancelled, and with it those of the group.
        async with asyncio.TaskGroup() as group:
            place = 0
            while await ahead.acquire() and (body := await arrival.read()) is not None:
                group.create_task(answered(body, place))
                place += 1

    async def _answer(
        self, method: StreamMethod, body: bytes, place: int, caller: Caller, arrival: StreamArrival
    ) -> bytes:
        line = CallLine(method.full_name, caller.name, self._watch, role_for(caller, method.full_name))
        item = Item("", b"")
        try:
            with line.told():
                self._admission.spend(caller)
                require_size(body, method.each.most_bytes)
                async with self._intake.held(body, caller.limited_as):
                    item = method.item(body)
                    answer = await self._worked_on(method, item, caller, arrival, line)
        except (DomainError, FailedError) as refusal:
            return method.refused(item, place, refusal, arrival.language)
        return method.answered(item, place, answer)

    async def _worked_on(
        self, method: StreamMethod, item: Item, caller: Caller, arrival: StreamArrival, line: CallLine
    ) -> bytes:
        async with self._places:
            stated = arrival.seconds_left()
            async with within(self._longest if stated is None else min(self._longest, stated)) as deadline:
                work = partial(self._performer.perform, method.each, item.body, caller, deadline, line)
                errand = Errand(method.full_name, Priority.BATCH, caller.limited_as, deadline.ends)
                with self._workers.place(errand, patient=True) as place:
                    return await self._workers.run(place, work)
