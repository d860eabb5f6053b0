"""Health and reflection, which gRPC brings along, behind the same limits as what is our own.

They answer whoever TLS lets in, known or not, so what they read is bounded closely: they ask for names only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import grpc
import grpc.aio
from google.protobuf.message import DecodeError

from idverify.dispatch.deadline import within
from idverify.dispatch.intake import Intake, require_size
from idverify.domain.errors import DomainError, Reason
from idverify.rpc.convert.fields import invalid
from idverify.rpc.door import GrpcArrival, refuse

Context = Any  # none of the stubs knows what asynchronous servicers give and take
Handler = Any

_MOST_BYTES = 4096
_SECONDS = 5.0
"""That a request may take to come in: a name is there with the call that asks for it."""
_MOST_STREAMS_OF_ONE = 8
"""That are open at the same time, of one address; beyond, each connection has one: so many clients of several servers
watch the health of each (gRFC A17), and perhaps from behind one address."""


class BoundedServices:
    """Stands in for a server where generated code registers its servicers, and keeps their handlers, bounded.

    Args:
        largest: bytes of the largest request that gRPC hands over.
    """

    def __init__(self, largest: int) -> None:
        self.handlers: list[grpc.GenericRpcHandler] = []
        self._intake = Intake(2 * largest, largest)
        self._streams: Counter[str] = Counter()
        self._of_connections: Counter[str] = Counter()

    def add_generic_rpc_handlers(self, handlers: object) -> None:
        """Do nothing: the same come by the other method, with their names."""

    def add_registered_method_handlers(self, service: str, handlers: Mapping[str, Handler]) -> None:
        """Take the handlers of a service."""
        bounded = {name: self._bounded(handler) for name, handler in handlers.items()}
        self.handlers.append(grpc.method_handlers_generic_handler(service, bounded))

    def _bounded(self, handler: Handler) -> Handler:
        written = handler.response_serializer
        if handler.request_streaming:
            return grpc.stream_stream_rpc_method_handler(self._stream(handler), response_serializer=written)
        if handler.response_streaming:
            return grpc.stream_stream_rpc_method_handler(self._watched(handler), response_serializer=written)
        return grpc.stream_unary_rpc_method_handler(
            self._one(handler, handler.unary_unary), response_serializer=written
        )

    def _one(self, handler: Handler, answer: Any) -> Callable[[object, Context], Any]:
        async def answered(_: object, context: Context) -> Any:
            arrival = GrpcArrival(context)
            try:
                async with within(_SECONDS), self._intake.body(arrival, arrival.peer, _MOST_BYTES) as body:
                    request = _request(handler, body)
            except DomainError as refusal:
                await refuse(context, refusal)
                return None
            try:
                return await answer(request, context)
            except NotImplementedError:  # generated code: it has given the status before
                return None

        return answered

    def _stream(self, handler: Handler) -> Callable[[object, Context], AsyncIterator[Any]]:
        async def requests(context: Context) -> AsyncIterator[Any]:
            while (body := await GrpcArrival(context).read()) is not None:
                require_size(body, _MOST_BYTES)
                yield _request(handler, body)

        async def answered(_: object, context: Context) -> AsyncIterator[Any]:
            try:
                with self._one_more_stream(GrpcArrival(context)):
                    async for answer in handler.stream_stream(requests(context), context):
                        yield answer
            except DomainError as refusal:
                await refuse(context, refusal)

        return answered

    def _watched(self, handler: Handler) -> Callable[[object, Context], Any]:
        answer = self._one(handler, handler.unary_stream)

        async def answered(requests: object, context: Context) -> None:
            try:
                with self._one_more_stream(GrpcArrival(context)):
                    await answer(requests, context)
            except DomainError as refusal:
                await refuse(context, refusal)

        return answered

    @contextmanager
    def _one_more_stream(self, arrival: GrpcArrival) -> Iterator[None]:
        address, connection = arrival.peer, arrival.connection
        if self._streams[address] >= _MOST_STREAMS_OF_ONE and self._of_connections[connection]:
            raise DomainError(Reason.SERVER_BUSY, "too many streams are open; try again shortly")
        self._streams[address] += 1
        self._of_connections[connection] += 1
        try:
            yield
        finally:
            for counts, whose in ((self._streams, address), (self._of_connections, connection)):
                counts[whose] -= 1
                if not counts[whose]:
                    del counts[whose]


def _request(handler: Handler, body: bytes) -> Any:
    try:
        return handler.request_deserializer(body)
    except DecodeError:
        raise invalid("request", "must be the message of this method in protobuf encoding") from None
