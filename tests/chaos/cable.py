"""What lies between a server and all others: ``python -m tests.chaos.cable NEAR=FAR...``, places of this machine.

A place is a port, or the path of a socket of Unix, by which a byte takes a processor a quarter of the time. A process
of its own, so that it can be stopped: then nothing gets through either way, and nobody is told of it. What was sent
meanwhile arrives when it goes on, as what TCP sends again does when a network is mended. It forwards by itself and not
by asyncio, which takes four times as long, nor by :mod:`selectors`: a server asks its database ten times a call.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import sys
import threading
from contextlib import suppress

_AT_ONCE = 1 << 15
_BACKLOG = 512
_READ, _WRITE = select.EPOLLIN, select.EPOLLOUT
_RESET = struct.pack("ii", 1, 0)
"""Of SO_LINGER: what is closed so is reset."""


class _Ends:
    """Those of all connections, and what is waited for of each."""

    def __init__(self) -> None:
        self.poll = select.epoll()
        self.by_number: dict[int, _End] = {}

    def watch(self, end: _End, before: int, wanted: int) -> None:
        """Wait for other events of an end than before."""
        number = end.own.fileno()
        if not before:
            self.by_number[number] = end
            self.poll.register(number, wanted)
        elif wanted:
            self.poll.modify(number, wanted)
        else:
            self.poll.unregister(number)
            del self.by_number[number]


class _End:
    """One end of a connection; what it gets the other sends.

    Args:
        own: its socket.
        among: what is waited for.
        reached: whether it is connected, and not only to be.
    """

    def __init__(self, own: socket.socket, among: _Ends, *, reached: bool) -> None:
        own.settimeout(0.0)
        if own.family == socket.AF_INET:
            own.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.own = own
        self.other: _End = self
        self._receive, self._send_now = own.recv, own.send
        self._waiting = bytearray()  # to be sent
        self._among = among
        self._reached = reached
        self._ending = False
        self._watched = 0

    def happened(self, events: int) -> None:
        """Go on with writing, and read; what breaks breaks both ends."""
        try:
            if events & ~_READ and self._watched & _WRITE:
                self._write()
            if events & ~_WRITE and self._watched & _READ and self._read():
                return  # all went on, as it nearly always does: what is waited for is as it was
        except BlockingIOError:  # the event was that of a connection whose number this one has got
            pass
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
        wanted = (_READ if reads else 0) | (_WRITE if writes else 0)
        if wanted != self._watched:
            self._among.watch(self, self._watched, wanted)
            self._watched = wanted

    def _read(self) -> bool:
        """Send on what came; tell whether all of it went."""
        data = self._receive(_AT_ONCE)
        if not data:
            self._close()
            self.other._end()
            return False
        return self.other._send(data)

    def _send(self, data: bytes) -> bool:
        sent = 0
        with suppress(BlockingIOError):
            sent = self._send_now(data)
        if sent == len(data):
            return True
        self._waiting += data[sent:]
        return False

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
            del self._waiting[: self._send_now(self._waiting)]
        if self._ending and not self._waiting:
            self._close()

    def _close(self, *, reset: bool = False) -> None:
        if self.own.fileno() < 0:
            return
        if self._watched:
            self._among.watch(self, self._watched, 0)
            self._watched = 0
        if reset and self.own.family == socket.AF_INET:
            self.own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.own.close()


def _joined(near: socket.socket, far: str, among: _Ends) -> None:
    """Make a connection that came, and one to a place, one: it is read once the other is there."""
    one, other = _End(near, among, reached=True), _End(socket.socket(_family(far)), among, reached=False)
    one.other, other.other = other, one
    other.own.connect_ex(_address(far))
    other.wait()


def _family(place: str) -> socket.AddressFamily:
    return socket.AF_INET if place.isdecimal() else socket.AF_UNIX


def _address(place: str) -> tuple[str, int] | str:
    return ("127.0.0.1", int(place)) if place.isdecimal() else place


def _lay(pairs: list[tuple[str, str]]) -> None:
    among = _Ends()
    listening: dict[int, tuple[socket.socket, str]] = {}
    for near, far in pairs:
        own = socket.create_server(_address(near), family=_family(near), backlog=_BACKLOG)
        own.settimeout(0.0)
        among.poll.register(own, _READ)
        listening[own.fileno()] = own, far
    print("ready", flush=True)
    while True:
        for number, events in among.poll.poll():
            if end := among.by_number.get(number):
                end.happened(events)
            elif number in listening:
                own, far = listening[number]
                with suppress(OSError):  # it has gone again
                    _joined(own.accept()[0], far, among)


def _end_with_who_started_it() -> None:
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_who_started_it, daemon=True).start()
    with suppress(KeyboardInterrupt):
        _lay([(near, far) for near, _, far in (pair.partition("=") for pair in sys.argv[1:])])
