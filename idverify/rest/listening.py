"""Listening, with no more connections open than may be: who comes takes the place of who only waits.

A connection takes a file descriptor as it comes, before TLS has told whose it is, and the files of the service share
these. So whoever opens connections and says nothing, before TLS or after it, makes room for others.
"""

from __future__ import annotations

import socket
from typing import Any, Protocol


class Served(Protocol):
    """A connection of which TLS is done."""

    @property
    def busy(self) -> bool:
        """Whether a request is in work."""

    @property
    def certified(self) -> bool:
        """Whether the client has shown a certificate."""

    def cut(self) -> None:
        """End it at once."""


class Room:
    """Counts what is open. For the event loop only.

    Args:
        most: connections.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: list[socket.socket] = []
        self._served: dict[int, Served] = {}

    def came(self, connection: socket.socket) -> None:
        """Count a connection; end another for it, or refuse it where all others have requests in work.

        Raises:
            ConnectionAbortedError: there is no room; it is closed.
        """
        # One that is closed has no number; its number may be that of this one by now.
        self._open = [one for one in self._open if one.fileno() != -1]
        self._served.pop(connection.fileno(), None)
        if len(self._open) >= self._most and not self._made():
            connection.close()
            raise ConnectionAbortedError
        self._open.append(connection)

    def served(self, number: int, by: Served) -> None:
        """Note that TLS is done with the connection that has this file descriptor."""
        self._served[number] = by

    def _made(self) -> bool:
        """Make room: end the oldest that is in TLS, or else asks nothing without a certificate, or with one."""
        known = [(one, self._served.get(one.fileno())) for one in self._open]
        for one, served in known:
            if served is None:
                self._open.remove(one)  # and is closed when asyncio reads its end
                one.shutdown(socket.SHUT_RDWR)
                return True
        waiting = [(served.certified, one, served) for one, served in known if served and not served.busy]
        for _, one, served in sorted(waiting, key=lambda each: each[0]):
            self._open.remove(one)
            served.cut()
            return True
        return False


class _Listener(socket.socket):
    room: Room

    def accept(self) -> tuple[socket.socket, Any]:
        connection, address = super().accept()
        self.room.came(connection)
        return connection, address


def listeners(host: str, port: int, backlog: int, room: Room) -> list[socket.socket]:
    """Listen on all addresses of a name.

    Raises:
        OSError: on one of them that cannot be done.
    """
    opened: list[_Listener] = []
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            listener = _Listener(family, kind, protocol)
            opened.append(listener)
            listener.room = room
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family is socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind(address)
            listener.listen(backlog)
            listener.setblocking(False)  # noqa: FBT003 - the library's
    except OSError:
        for listener in opened:
            listener.close()
        raise
    return list[socket.socket](opened)
