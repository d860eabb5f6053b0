"""A server of the figures that nobody can fill who reaches it: so many connections, each for so long.

Who is served is who came last: whoever holds a connection without asking makes room for it. So idle connections, as
many as there may be, keep no Prometheus out.
"""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler

from prometheus_client.exposition import ThreadingWSGIServer

_MOST_CONNECTIONS = 16
"""Each has a thread. Prometheus and whoever else looks need one or two."""
_SECONDS = 10.0
"""From connect to answer: TLS, request and headers, figures. As long as Prometheus waits (``scrape_timeout``)."""
_ROOM_SECONDS = 0.2
"""In which the thread of a connection that was cut is gone."""
_MOST_HEAD_BYTES = 16 << 10


@dataclass(slots=True)
class _Open:
    since: float
    asked: bool = False


class BoundedServer(ThreadingWSGIServer):
    """Serves each in a thread of its own, where its TLS handshake is made too."""

    request_queue_size = 512  # of which the system keeps who has not been let in yet

    def __init__(self, *arguments: Any) -> None:
        self._places = BoundedSemaphore(_MOST_CONNECTIONS)
        self._open: dict[socket.socket, _Open] = {}
        self._lock = Lock()
        super().__init__(*arguments)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve, if there is room or can be made."""
        if not self._has_room():
            self.shutdown_request(request)
            return
        with self._lock:
            self._open[request] = _Open(time.monotonic())
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # this machine gives no thread more
            self._places.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve, in the thread."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def shutdown_request(self, request: Any) -> None:
        """Close a connection; from here on its number may be another's."""
        with self._lock:
            self._open.pop(request, None)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """Cut, now and then, those whose time is over."""
        with self._lock:
            over = [one for one, open_ in self._open.items() if time.monotonic() - open_.since >= _SECONDS]
            for one in over:
                _cut(one)

    def asks(self, request: socket.socket) -> None:
        """Note that a connection has come to its answer."""
        with self._lock:
            if request in self._open:
                self._open[request].asked = True

    def handle_error(self, *_: Any) -> None:
        """Say nothing of who went away, or has no certificate: what is on stderr is the log of the service."""

    def _has_room(self) -> bool:
        if self._places.acquire(blocking=False):
            return True
        with self._lock:  # the oldest that has not asked, or the oldest
            longest = sorted(self._open.items(), key=lambda one: (one[1].asked, one[1].since))
            if longest:
                _cut(longest[0][0])
        return self._places.acquire(timeout=_ROOM_SECONDS)


class BoundedServer6(BoundedServer):
    """The same for IPv6."""

    address_family = socket.AF_INET6


class Asked(WSGIRequestHandler):
    """One who asks."""

    server: BoundedServer
    timeout = _SECONDS

    def setup(self) -> None:
        """Read no more of the head than it may have."""
        super().setup()
        self.rfile: Any = _Head(self.rfile)

    def parse_request(self) -> bool:
        """Read the headers."""
        sound = super().parse_request()
        self.server.asks(self.request)
        return sound

    def log_message(self, *_: Any) -> None:
        """Say nothing: what is on stderr is the log of the service."""


class _Head:
    """The head of a request. Raises ConnectionError where it does not end."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._left = _MOST_HEAD_BYTES
        self.close = file.close

    def readline(self, size: int) -> bytes:
        line: bytes = self._file.readline(min(size, self._left + 1))
        self._left -= len(line)
        if self._left < 0:
            raise ConnectionError
        return line


def _cut(connection: socket.socket) -> None:
    """End a connection that a thread reads from: its reading ends, and the thread closes it."""
    try:
        # That of TLS forgets its session here, which the thread is just using.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
    except OSError:
        return  # it is gone already
