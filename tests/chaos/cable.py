"""What lies between a server and all others: ``python -m tests.chaos.cable NEAR=FAR...``, ports of this machine.

A process of its own, so that it can be stopped: then nothing gets through either way, and nobody is told of it. What
was sent meanwhile arrives when it goes on, as what TCP sends again does when a network is mended. It forwards by
itself and not by asyncio, which takes a processor four times as long: a server asks its database ten times a call.
"""

from __future__ import annotations

import os
import selectors
import socket
import struct
import sys
import threading
from contextlib import suppress

_AT_ONCE = 1 << 16
_RESET = struct.pack("ii", 1, 0)
"""Of SO_LINGER: what is closed so is reset."""


class _End:
    """One end of a connection; what it gets the other sends.

    Args:
        own: its socket.
        among: what is waited for.
        reached: whether it is connected, and not only to be.
    """

    def __init__(self, own: socket.socket, among: selectors.BaseSelector, *, reached: bool) -> None:
        own.settimeout(0.0)
        own.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.own = own
        self.other: _End = self
        self._waiting = bytearray()  # to be sent
        self._among = among
        self._reached = reached
        self._ending = False
        self._watched = 0

    def happened(self, events: int) -> None:
        """Go on with writing, and read; what breaks breaks both ends."""
        try:
            if events & selectors.EVENT_WRITE:
                self._write()
            if events & selectors.EVENT_READ and self._watched & selectors.EVENT_READ:
                self._read()
        except OSError:  # nobody is there, or no longer: whoever calls is to know
            self._close(reset=True)
            self.other._close(reset=True)
        self.wait()
        self.other.wait()

    def wait(self) -> None:
        """Wait for what can be done now: reading where the other has sent all, writing where this has not."""
        if self.own.fileno() < 0:
            return
        other = self.other
        reads = self._reached and other._reached and not other._waiting and not self._ending
        writes = bool(self._waiting) or not self._reached
        wanted = (selectors.EVENT_READ if reads else 0) | (selectors.EVENT_WRITE if writes else 0)
        if wanted == self._watched:
            return
        if not self._watched:
            self._among.register(self.own, wanted, self)
        elif wanted:
            self._among.modify(self.own, wanted, self)
        else:
            self._among.unregister(self.own)
        self._watched = wanted

    def _read(self) -> None:
        data = self.own.recv(_AT_ONCE)
        if not data:
            self._close()
            self.other._end()
            return
        self.other._send(data)

    def _send(self, data: bytes) -> None:
        sent = 0
        with suppress(BlockingIOError):
            sent = self.own.send(data)
        if sent < len(data):
            self._waiting += data[sent:]

    def _end(self) -> None:
        """End it when all is sent."""
        self._ending = True
        if not self._waiting:
            self._close()

    def _write(self) -> None:
        if error := self.own.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(error, os.strerror(error))
        self._reached = True
        if self._waiting:
            del self._waiting[: self.own.send(self._waiting)]
        if self._ending and not self._waiting:
            self._close()

    def _close(self, *, reset: bool = False) -> None:
        if self.own.fileno() < 0:
            return
        if self._watched:
            self._among.unregister(self.own)
            self._watched = 0
        if reset:
            self.own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.own.close()


def _joined(near: socket.socket, far: int, among: selectors.BaseSelector) -> None:
    """Make a connection that came, and one to a port, one: it is read once the other is there."""
    one, other = _End(near, among, reached=True), _End(socket.socket(), among, reached=False)
    one.other, other.other = other, one
    other.own.connect_ex(("127.0.0.1", far))
    other.wait()


def _lay(pairs: list[tuple[int, int]]) -> None:
    among = selectors.DefaultSelector()
    for near, far in pairs:
        listening = socket.create_server(("127.0.0.1", near), backlog=512)
        listening.settimeout(0.0)
        among.register(listening, selectors.EVENT_READ, far)
    print("ready", flush=True)
    while True:
        for key, events in among.select():
            if isinstance(key.data, _End):
                key.data.happened(events)
            elif isinstance(key.fileobj, socket.socket):
                with suppress(OSError):  # it has gone again
                    _joined(key.fileobj.accept()[0], key.data, among)


def _end_with_who_started_it() -> None:
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_who_started_it, daemon=True).start()
    with suppress(KeyboardInterrupt):
        _lay([(int(near), int(far)) for near, far in (pair.split("=") for pair in sys.argv[1:])])
