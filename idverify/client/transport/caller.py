"""What every client has: a channel, who calls, and how long a call may take."""

from __future__ import annotations

import copy
import uuid
from typing import Any, Self

from idverify.client.channel.servers import are_several
from idverify.client.connection import DEFAULT_SERVER, Desk, Tls
from idverify.client.transport.watermark import Watermark
from idverify.v1.types_pb2 import Purpose, RequestContext


class Caller:
    """A connection to one server, or to several of which any will do."""

    def __init__(
        self, server: str = DEFAULT_SERVER, *, tls: Tls | None = None, desk: Desk | None = None, timeout: float = 30.0
    ) -> None:
        """Prepare a channel; nothing is sent yet.

        Args:
            server: ``host:port``; of several servers on one database ``ip:port,ip:port``, or ``dns:///host:port``
                where the name has the addresses of all.
            tls: needed for every server that is not on this machine.
            desk: who calls.
            timeout: seconds until a call is given up, repetitions included; for one call, see :meth:`within`.

        Raises:
            ValueError: no TLS although a server is not on this machine, half a client certificate, or several servers
                that are no addresses, or have no name for TLS.
        """
        self._desk = desk or Desk()
        self._timeout = timeout
        self._tls = tls
        self._several = are_several(server)
        self._watermark = Watermark()
        self._channel = self._opened(server, tls)

    def within(self, seconds: float) -> Self:
        """Return this client with another time for each call; both are one connection.

        ``client.within(5).verify(...)`` is given up after five seconds.
        """
        other = copy.copy(self)
        other._timeout = seconds  # noqa: SLF001 - of the same kind
        return other

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

    def _opened(self, server: str, tls: Tls | None) -> Any:
        """Return the channel, of whichever kind."""
        raise NotImplementedError

    def _metadata(self) -> tuple[tuple[str, str], ...]:
        language = (("accept-language", self._desk.language),) if self._desk.language else ()
        return (*language, *self._watermark.metadata())
