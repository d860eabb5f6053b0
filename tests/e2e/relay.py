"""A relay between client and server that can lose answers and outlives the server behind it."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Self

from tests.waiting import PATIENCE


class Relay:
    """Listens at ``address``; sends what it is sent on to ``upstream``.

    Attributes:
        upstream: ``host:port`` for connections from now on.
        losing: answers get lost, and a server that goes is not noticed.
    """

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream
        self.losing = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._clients: list[socket.socket] = []
        self._servers: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, name="relay")]
        self._threads[0].start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # One that waits in accept() is woken by this; closing alone would leave it there.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(PATIENCE)

    def leave_server(self) -> None:
        """Close every connection to the server; while answers get lost, no client notices."""
        _close(self._servers)

    def cut(self) -> None:
        """Close every connection."""
        _close(self._clients)
        _close(self._servers)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
                host, _, port = self.upstream.rpartition(":")
                far = socket.create_connection((host, int(port)))
            except OSError:
                return
            self._clients.append(near)
            self._servers.append(far)
            for source, target, answers in ((near, far, False), (far, near, True)):
                thread = threading.Thread(target=self._forward, args=(source, target, answers), name="relay")
                self._threads.append(thread)
                thread.start()

    def _forward(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        with suppress(OSError):  # the other end is gone
            while data := source.recv(1 << 16):
                if not (answers and self.losing):
                    target.sendall(data)
        if not (answers and self.losing):
            with suppress(OSError):
                target.shutdown(socket.SHUT_WR)


def _close(connections: list[socket.socket]) -> None:
    for connection in connections:
        with suppress(OSError):  # closed already
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()
    connections.clear()
