"""gRPC as a door to the dispatch: its handlers, its calls as arrivals, refusals as statuses.

Handlers take and give bytes: requests are parsed in the worker thread, not on the event loop, and a stored first answer
goes out as it was stored. Every handler is one of a stream, for gRPC reads the request of any other before it calls
it, a stranger's too. What nobody asks for stays with the client, but for the 64 KiB that HTTP/2 lets it send ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any
from urllib.parse import unquote

import grpc
import grpc.aio
from grpc_status import rpc_status

from idverify.dispatch.dispatcher import Dispatcher
from idverify.dispatch.keeping_up import WATERMARK
from idverify.dispatch.method import Method, Methods, StreamMethod
from idverify.dispatch.refusal import FailedError, Refusal
from idverify.domain.errors import DomainError, Kind, Reason
from idverify.domain.guidance.language import language_asked
from idverify.domain.model import Credentials, Language
from idverify.rpc.errors import status_of

Context = grpc.aio.ServicerContext[bytes, bytes]

_MOST_STATUSES = 256
_LONGEST_STATED = 366 * 86_400.0
"""Seconds. gRPC states the absence of a deadline as None or as a time beyond every clock."""


@dataclass(frozen=True, slots=True)
class GrpcArrival:
    """Implements :class:`idverify.dispatch.door.StreamArrival`."""

    context: Context

    @property
    def credentials(self) -> Credentials:
        """The client certificate."""
        return Credentials(next(iter(self.context.auth_context().get("x509_pem_cert", ())), None))

    @property
    def peer(self) -> str:
        """The address of the client."""
        return address_of(self.context.peer())

    @property
    def connection(self) -> str:
        """Address and port of the client; of a Unix socket the same for all."""
        return self.context.peer()

    @property
    def watermark(self) -> str:
        """Which watermark the client states; of several the last."""
        return next(reversed(self._stated(WATERMARK)), "")

    @property
    def language(self) -> Language:
        """The language that the client asks for, by the metadata ``accept-language``."""
        return language_asked(",".join(self._stated("accept-language")))

    def admitted(self) -> None:
        """Do nothing: nobody comes in here who is not known, and an answer that is no refusal is theirs."""

    def seconds_left(self) -> float | None:
        """Return how long the client still waits; None if it does not say."""
        return stated_seconds(self.context.time_remaining())

    async def read(self) -> bytes | None:
        """Return the next request; None after the last."""
        body = await self.context.read()
        return body if isinstance(body, bytes) else None  # grpc.aio.EOF

    async def write(self, answer: bytes) -> None:
        """Send an answer."""
        await self.context.write(answer)

    def _stated(self, name: str) -> list[str]:
        metadata = self.context.invocation_metadata() or ()
        return [value for key, value in metadata if key == name and isinstance(value, str)]


def address_of(peer: str) -> str:
    """Return the address in what gRPC calls a peer: ``ipv4:10.0.0.1:5000``, ``ipv6:%5B::1%5D:5000``, ``unix:``."""
    family, _, rest = peer.partition(":")
    return unquote(rest).rpartition(":")[0].strip("[]") if family in {"ipv4", "ipv6"} else ""


def stated_seconds(time_remaining: float | None) -> float | None:
    """Return the seconds that gRPC says are left, at least 0; None if the client states no deadline."""
    if time_remaining is None or time_remaining >= _LONGEST_STATED:
        return None
    return max(0.0, time_remaining)


def generic_handlers(
    dispatcher: Dispatcher, methods: Methods, streams: Sequence[StreamMethod]
) -> list[grpc.GenericRpcHandler]:
    """Return the handlers to give to a gRPC server."""
    by_service: dict[str, dict[str, grpc.RpcMethodHandler[bytes, bytes]]] = {}
    for method in methods:
        # One request as a stream of one: the same on the wire, but gRPC hands it over when it is asked for.
        handler: grpc.RpcMethodHandler[bytes, bytes] = grpc.stream_unary_rpc_method_handler(
            partial(_call, dispatcher, method)
        )
        by_service.setdefault(method.service, {})[method.name] = handler
    for stream in streams:
        handler = grpc.stream_stream_rpc_method_handler(partial(_stream, dispatcher, stream))
        by_service.setdefault(stream.service, {})[stream.name] = handler
    return [grpc.method_handlers_generic_handler(service, handlers) for service, handlers in by_service.items()]


async def _call(dispatcher: Dispatcher, method: Method[Any], _: object, context: Context) -> bytes:
    try:
        answer = await dispatcher.call(method, GrpcArrival(context))
    except (DomainError, FailedError) as refusal:
        await refuse(context, refusal, method.name)
        return b""  # nobody looks at it
    _tell_watermark(context, dispatcher.watermark)
    return answer


async def _stream(dispatcher: Dispatcher, method: StreamMethod, _: object, context: Context) -> None:
    try:
        await dispatcher.stream(method, GrpcArrival(context))
        _tell_watermark(context, dispatcher.watermark)
    except (DomainError, FailedError) as refusal:
        await refuse(context, refusal, method.name)


def _tell_watermark(context: Context, watermark: str) -> None:
    if watermark:
        context.set_trailing_metadata(((WATERMARK, watermark),))


async def refuse(context: Context, refusal: Refusal, action: str = "") -> None:
    """End a call with a status, told in the language of its caller; ``action``: the method's name, if it is ours.

    The status goes out alone (Trailers-Only), as ``abort`` sends it. Before a status that is set gRPC sends an empty
    answer, after which no client makes a call again by itself (gRFC A6).
    """
    status = _status(refusal, action, GrpcArrival(context).language)
    try:
        await context.abort(status.code, status.details or "", status.trailing_metadata or ())
    except grpc.aio.AbortError as sent:
        # The context keeps it, the traceback has the frames, and these have the context: in that cycle what the frames
        # hold would stay in memory until a collection finds it.
        sent.__traceback__ = None


def _status(refusal: Refusal, action: str, language: Language) -> grpc.Status:
    if isinstance(refusal, DomainError) and refusal.reason.kind is Kind.EXHAUSTED:
        return _status_of_load(refusal.reason, refusal.message, tuple(refusal.metadata.items()), action, language)
    return rpc_status.to_status(status_of(refusal, action, language))


@lru_cache(_MOST_STATUSES)
def _status_of_load(
    reason: Reason, message: str, metadata: tuple[tuple[str, str], ...], action: str, language: Language
) -> grpc.Status:
    """Made once for all who are told the same: these come by the hundred, when there is the least time for them."""
    return rpc_status.to_status(status_of(DomainError(reason, message, dict(metadata)), action, language))
