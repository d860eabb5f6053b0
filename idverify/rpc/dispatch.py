"""What happens to every call, in this order: who, may they, until when, a worker, the use case, the answer or error."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import count
from typing import Any

import grpc
import grpc.aio
from google.rpc import code_pb2
from grpc_status import rpc_status

from idverify.access.permissions import acting_for, is_permitted, not_permitted
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, RequestContext
from idverify.ports import Pseudonyms
from idverify.rpc.call_log import CallRecord
from idverify.rpc.convert.context import context_of, request_content
from idverify.rpc.convert.fields import parse
from idverify.rpc.deadline import CallDeadline, deadline_exceeded, seconds_left
from idverify.rpc.errors import domain_status, internal_status
from idverify.rpc.method import Item, Method, Methods, StreamMethod
from idverify.rpc.workers import WorkerPool
from idverify.services.auditing import AuditService
from idverify.services.call import begin

Context = grpc.aio.ServicerContext[bytes, bytes]
Identify = Callable[[Mapping[str, Any]], Caller]
"""From the authentication context of a connection to the caller. Raises DomainError CLIENT_UNKNOWN."""

_BUSY_PAUSE = 0.02  # seconds


class Dispatcher:
    """Carries calls from the event loop to the use cases and back.

    Args:
        identify: tells the caller.
        audit: where denials are recorded.
        pseudonyms: for the digests of requests.
        workers: where use cases run.
        housekeeping: where denials are written, so that they never wait behind fingerprints.
        default_deadline: seconds, for a client that states none.
        stream_concurrency: requests of streams that are worked on at the same time; each stream is read so far ahead.
    """

    def __init__(
        self,
        identify: Identify,
        audit: AuditService,
        pseudonyms: Pseudonyms,
        workers: WorkerPool,
        housekeeping: WorkerPool,
        default_deadline: float,
        stream_concurrency: int,
    ) -> None:
        self._identify = identify
        self._audit = audit
        self._pseudonyms = pseudonyms
        self._workers = workers
        self._housekeeping = housekeeping
        self._default_deadline = default_deadline
        self._stream_concurrency = stream_concurrency
        self._stream_places = asyncio.Semaphore(stream_concurrency)

    async def call(self, method: Method[Any], body: bytes, context: Context) -> bytes:
        """Answer one call, or end it with a status."""
        record = CallRecord(method.full_name)
        try:
            answer = await self._answer(method, body, context, record)
        except DomainError as error:
            status = domain_status(error)
            record.ended(code_pb2.Code.Name(status.code), error.reason.code)
        except asyncio.CancelledError:
            record.ended("CANCELLED")
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: gRPC would send the text of whatever gets past here
            status = internal_status(record.failed(error))
        else:
            record.ended("OK")
            return answer
        return await context.abort_with_status(rpc_status.to_status(status))

    async def stream(self, method: StreamMethod, _: object, context: Context) -> None:
        """Answer the requests of one stream, each on its own; end with a status only if the caller may not call it."""
        record = CallRecord(method.full_name)
        try:
            caller = await self._permitted(method, b"", context, record)
            await self._each(method, caller, context)
        except DomainError as error:
            status = domain_status(error)
            record.ended(code_pb2.Code.Name(status.code), error.reason.code)
            await context.abort_with_status(rpc_status.to_status(status))
        except asyncio.CancelledError:
            record.ended("CANCELLED")
            raise
        else:
            record.ended("OK")

    async def _each(self, method: StreamMethod, caller: Caller, context: Context) -> None:
        """Read no further ahead than answers have been taken: a slow client slows the reading, nothing piles up."""
        ahead = asyncio.Semaphore(self._stream_concurrency)
        writing = asyncio.Lock()

        async def answered(body: bytes, place: int) -> None:
            answer = await self._item_answer(method, body, place, caller, context)
            async with writing:
                await context.write(answer)
            ahead.release()

        # If the caller goes away, this task is cancelled, and with it those of the group.
        async with asyncio.TaskGroup() as group:
            for place in count():
                await ahead.acquire()
                body = await context.read()
                if not isinstance(body, bytes):  # grpc.aio.EOF
                    break
                group.create_task(answered(body, place))

    async def _item_answer(
        self, method: StreamMethod, body: bytes, place: int, caller: Caller, context: Context
    ) -> bytes:
        record = CallRecord(method.full_name, caller.name)
        item = Item("", b"")
        try:
            item = method.item(body)
            answer = await self._item_work(method, item, caller, context, record)
        except DomainError as error:
            status = domain_status(error)
            record.ended(code_pb2.Code.Name(status.code), error.reason.code)
        except Exception as error:  # noqa: BLE001 - the boundary, as in call
            status = internal_status(record.failed(error))
        else:
            record.ended("OK")
            return method.answered(item, place, answer)
        return method.refused(item, place, status)

    async def _item_work(
        self, method: StreamMethod, item: Item, caller: Caller, context: Context, record: CallRecord
    ) -> bytes:
        async with self._stream_places:
            seconds = min(self._default_deadline, seconds_left(context.time_remaining(), self._default_deadline))
            deadline = CallDeadline(seconds)
            work = partial(self._work, method.each, item.body, caller, deadline, record)
            try:
                async with asyncio.timeout(seconds):
                    return await self._when_free(work)
            except TimeoutError:
                raise deadline_exceeded() from None
            finally:
                deadline.give_up()

    async def _when_free(self, work: Callable[[], bytes]) -> bytes:
        """Do ``work``; where a single call is refused because the queue is full, a stream waits."""
        while True:
            try:
                return await self._workers.run(work)
            except DomainError as error:
                if error.reason is not Reason.SERVER_BUSY:
                    raise
            await asyncio.sleep(_BUSY_PAUSE)

    async def _answer(self, method: Method[Any], body: bytes, context: Context, record: CallRecord) -> bytes:
        seconds = seconds_left(context.time_remaining(), self._default_deadline)
        deadline = CallDeadline(seconds)
        timer = asyncio.timeout(seconds)
        try:
            async with timer:
                caller = await self._permitted(method, body, context, record)
                work = partial(self._work, method, body, caller, deadline, record)
                return work() if method.at_once else await self._workers.run(work)
        except TimeoutError:
            if not timer.expired():
                raise  # somebody else's: an unexpected error
            raise deadline_exceeded() from None
        finally:
            deadline.give_up()

    async def _permitted(
        self, method: Method[Any] | StreamMethod, body: bytes, context: Context, record: CallRecord
    ) -> Caller:
        """Return the caller if it may call this method; nothing has been looked up yet.

        Raises:
            DomainError: CLIENT_UNKNOWN, CLIENT_NOT_AUTHORIZED, both in the audit trail by then.
        """
        caller = None
        try:
            caller = self._identify(context.auth_context())
            record.caller = caller.name
            if not is_permitted(caller, method.full_name):
                raise not_permitted()
        except DomainError as error:
            denial = partial(self._deny, method, body, caller, error.reason)
            await self._housekeeping.run(denial)
            raise
        return caller

    def _deny(self, method: Method[Any] | StreamMethod, body: bytes, caller: Caller | None, reason: Reason) -> None:
        try:
            context = context_of(parse(method.request_type, body), needs_request_id=False)
        except DomainError:
            context = RequestContext()  # what is not sound does not go into the trail
        self._audit.denied(caller, method.name, reason, context)

    def _work(
        self, method: Method[Any], body: bytes, caller: Caller, deadline: CallDeadline, record: CallRecord
    ) -> bytes:
        """Do the call; runs in a worker thread, or on the event loop for what is at once."""
        deadline.check()
        request = parse(method.request_type, body)
        stated = context_of(request, needs_request_id=method.needs_request_id)
        record.context = stated
        try:
            context = acting_for(caller, stated)
        except DomainError as error:
            self._audit.denied(caller, method.name, error.reason, stated)
            raise
        digest = self._pseudonyms.request_digest(request_content(method.full_name, request))
        call = begin(caller, context, method.name, digest, deadline)
        record.context = call.context
        return method.run(call, request)


def generic_handlers(
    dispatcher: Dispatcher, methods: Methods, streams: Sequence[StreamMethod] = ()
) -> list[grpc.GenericRpcHandler]:
    """Return the handlers to give to a gRPC server.

    They take and give bytes: requests are parsed in the worker thread, not on the event loop, and a stored first answer
    goes out as it was stored.
    """
    by_service: dict[str, dict[str, grpc.RpcMethodHandler[bytes, bytes]]] = {}
    for method in methods:
        handler: grpc.RpcMethodHandler[bytes, bytes] = grpc.unary_unary_rpc_method_handler(
            partial(dispatcher.call, method)
        )
        by_service.setdefault(method.service, {})[method.name] = handler
    for stream in streams:
        handler = grpc.stream_stream_rpc_method_handler(partial(dispatcher.stream, stream))
        by_service.setdefault(stream.service, {})[stream.name] = handler
    return [grpc.method_handlers_generic_handler(service, handlers) for service, handlers in by_service.items()]
