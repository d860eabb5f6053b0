"""The door open: uvicorn on an address of its own, with the same certificates as gRPC."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from idverify.domain.errors import SettingsError
from idverify.rest.listening import Room, listeners
from idverify.settings import Settings

_IDLE_SECONDS = 30.0
"""That a connection may be open without a request in work: none was sent, or one has not come whole to its headers."""
_LOOK_SECONDS = 5.0
_MOST_HEADER_BYTES = 16 << 10
_BACKLOG = 128


class _Protocol(H11Protocol):
    """HTTP/1.1 that tells the application who TLS says the client is, and closes what only waits: uvicorn does neither.

    Its own time for idle connections begins with a first answer, so that whoever asks nothing could hold them all.
    """

    most_age = 3600.0
    """Seconds, as of a connection by gRPC: certificates end, and clients are spread anew."""
    room: Room

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._made = self._idle_since = self.loop.time()
        self.loop.call_later(_LOOK_SECONDS, self._look)
        tls = transport.get_extra_info("ssl_object")
        presented = tls.getpeercert(binary_form=True) if tls is not None else None
        pem = ssl.DER_cert_to_PEM_cert(presented).encode() if presented else None
        self.app_state = {**self.app_state, "certificate": pem}
        self.room.served(transport.get_extra_info("socket").fileno(), self)

    @property
    def busy(self) -> bool:
        """Whether a request is in work."""
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def certified(self) -> bool:
        """Whether the client has shown a certificate."""
        return self.app_state["certificate"] is not None

    def cut(self) -> None:
        """End the connection at once."""
        self.transport.abort()

    def _look(self) -> None:
        if self.transport.is_closing():
            return
        if self.busy:
            self._idle_since = self.loop.time()
        elif self.loop.time() - self._idle_since >= _IDLE_SECONDS or self.loop.time() - self._made >= self.most_age:
            self.transport.close()
            return
        self.loop.call_later(_LOOK_SECONDS, self._look)


class _Server(uvicorn.Server):
    """Leaves signals to the process, which has other doors too."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def opened(app: ASGIApp, settings: Settings) -> AsyncIterator[str]:
    """Serve an application during a block, and let requests in flight end after it.

    Yields:
        the address, with the port that was free if the settings left it open.

    Raises:
        SettingsError: the address cannot be listened on.
    """
    address = settings.http
    room = Room(settings.max_connections)
    protocol = type("_Aged", (_Protocol,), {"most_age": 60.0 * settings.connection_minutes, "room": room})
    host, _, port = address.rpartition(":")
    config = uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        loop="none",
        lifespan="off",
        log_config=None,
        log_level="error",  # who sends what is no HTTP is told so, and fills no log
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        timeout_keep_alive=int(_IDLE_SECONDS),
        timeout_graceful_shutdown=int(settings.shutdown_grace_seconds),
        h11_max_incomplete_event_size=_MOST_HEADER_BYTES,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
        ssl_ca_certs=None if settings.tls_client_ca is None else str(settings.tls_client_ca),
        # Keys, status lists and the log are for anybody; who calls anything else is refused without one.
        ssl_cert_reqs=ssl.CERT_OPTIONAL,
    )
    server = _Server(config)
    config.load()
    try:
        sockets = listeners(host.strip("[]"), int(port), _BACKLOG, room)
    except OSError:
        raise SettingsError(f"cannot listen on {address}: in use, or not an address of this machine") from None
    bound = sockets[0].getsockname()[1]
    serving = asyncio.create_task(server.serve(sockets))
    try:
        while not server.started and not serving.done():
            await asyncio.wait({serving}, timeout=0.01)
        yield f"{host}:{bound}"
    finally:
        server.should_exit = True
        await serving
