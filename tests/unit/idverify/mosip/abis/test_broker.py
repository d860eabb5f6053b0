"""A broker that takes a connection and says nothing keeps nobody from ending."""

from __future__ import annotations

import socket
from unittest.mock import MagicMock

from idverify.mosip.abis.broker import Address, Broker
from tests.waiting import wait_until


def test_a_silent_broker_is_left_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.listen()
        broker = Broker(MagicMock(), Address("127.0.0.1", silent.getsockname()[1], user="me", password="x"))
        broker.start()
        connection, _ = silent.accept()
        wait_until(lambda: b"passcode:x" in connection.recv(1000, socket.MSG_PEEK))
        broker.close()
        connection.close()


def test_one_that_is_not_there_is_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    broker = Broker(MagicMock(), Address("127.0.0.1", port))
    broker.start()
    broker.close()
