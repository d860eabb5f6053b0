"""What the calls of all services share: the connection, who calls, and how a failed call is told."""

from __future__ import annotations

import uuid
from typing import Any, Self, TypeVar

import grpc
from google.protobuf.message import Message

from idverify.client.connection import DEFAULT_SERVER, Desk, Tls, open_channel
from idverify.client.errors import translated
from idverify.client.health import wait_until_serving
from idverify.v1.types_pb2 import Purpose, RequestContext

Response = TypeVar("Response", bound=Message)


class Calls:
    """A connection to one server. Thread-safe."""

    def __init__(
        self, server: str = DEFAULT_SERVER, *, tls: Tls | None = None, desk: Desk | None = None, timeout: float = 30.0
    ) -> None:
        """Prepare a channel; nothing is sent yet.

        Args:
            server: ``host:port``.
            tls: needed for every server that is not on this machine.
            desk: who calls.
            timeout: seconds until a call is given up, repetitions included.
        """
        self._desk = desk or Desk()
        self._timeout = timeout
        self._channel = open_channel(server, tls)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._channel.close()

    def new_context(
        self,
        *,
        procedure: str = "",
        dossier: str = "",
        transaction: str = "",
        request_id: str = "",
        purpose: Purpose = Purpose.PURPOSE_UNSPECIFIED,
        nonce: str = "",
        consent_ref: str = "",
    ) -> RequestContext:
        """Return a context from the desk, with a new request_id unless one is given."""
        return RequestContext(
            request_id=request_id or str(uuid.uuid4()),
            transaction_id=transaction,
            procedure_code=procedure,
            dossier_code=dossier,
            agency_code=self._desk.agency_code,
            officer_id=self._desk.officer_id,
            counter_id=self._desk.counter_id,
            purpose=purpose,
            nonce=nonce,
            consent_ref=consent_ref,
        )

    def wait_until_serving(self, seconds: float) -> bool:
        """Wait until the server says that it serves; False if it does not within the time."""
        return wait_until_serving(self._channel, seconds)

    def _metadata(self) -> tuple[tuple[str, str], ...]:
        return (("accept-language", self._desk.language),) if self._desk.language else ()

    def _call(self, expected: type[Response], method: Any, request: Message) -> Response:
        """Call a method of a generated stub, which is untyped."""
        try:
            answer = method(request, timeout=self._timeout, metadata=self._metadata())
        except grpc.RpcError as error:
            raise translated(error) from None
        assert isinstance(answer, expected)
        return answer
