"""Who makes room for a connection that comes when there are as many as may be."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from idverify.rest.listening import Room, listeners


@dataclass
class Connection:
    """One that is open, of which TLS may be done."""

    here: socket.socket
    busy: bool
    certified: bool

    def cut(self) -> None:
        self.here.close()


@pytest.fixture
def undo() -> Iterator[ExitStack]:
    with ExitStack() as made:
        yield made


def pair(undo: ExitStack) -> socket.socket:
    here, there = socket.socketpair()
    undo.enter_context(here)
    undo.enter_context(there)
    return here


def comes(room: Room, undo: ExitStack, state: str) -> socket.socket:
    """A connection: ``new``, or with TLS ``stranger``, ``client`` or ``busy``."""
    here = pair(undo)
    room.came(here)
    if state != "new":
        room.served(here.fileno(), Connection(here, busy=state == "busy", certified=state == "client"))
    return here


def ended(connection: socket.socket) -> bool:
    return connection.fileno() == -1 or connection.recv(1, socket.MSG_DONTWAIT) == b""


@pytest.mark.parametrize(
    ("states", "goes"),
    [
        (["client", "stranger", "new", "new"], 2),
        (["client", "busy", "stranger", "stranger"], 2),
        (["busy", "client", "client"], 1),
    ],
)
def test_who_asks_nothing_goes_and_strangers_before_clients(undo: ExitStack, states: list[str], goes: int) -> None:
    room = Room(len(states))
    there = [comes(room, undo, state) for state in states]
    comes(room, undo, "busy")
    assert ended(there.pop(goes))
    for connection in there:
        with pytest.raises(BlockingIOError):
            ended(connection)


def test_where_all_have_requests_in_work_who_comes_is_closed(undo: ExitStack) -> None:
    room = Room(2)
    first, _ = (comes(room, undo, "busy") for _ in range(2))
    late = pair(undo)
    with pytest.raises(ConnectionAbortedError):
        room.came(late)
    assert late.fileno() == -1
    first.close()
    comes(room, undo, "new")


def test_a_number_that_is_given_again_is_another_connection_s(undo: ExitStack) -> None:
    room = Room(1)
    former = comes(room, undo, "busy")
    number = former.fileno()
    former.close()
    again = pair(undo)
    assert again.fileno() == number
    room.came(again)
    comes(room, undo, "busy")  # the other was not busy: TLS is not done with it
    assert ended(again)


def test_all_addresses_of_a_name_are_listened_on_or_none(undo: ExitStack) -> None:
    room = Room(4)
    opened = listeners("127.0.0.1", 0, 8, room)
    for one in opened:
        undo.enter_context(one)
    port = opened[0].getsockname()[1]
    undo.enter_context(socket.create_connection(("127.0.0.1", port)))
    opened[0].settimeout(30)
    connection, _ = opened[0].accept()
    undo.enter_context(connection)
    assert room._open == [connection]
    with pytest.raises(OSError, match="in use"):
        listeners("127.0.0.1", port, 8, room)
