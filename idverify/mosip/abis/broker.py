"""The queue: requests are taken from it in order, some at a time, and acknowledged when the broker has their answers.

So none is lost. Killed before, this service finds a request that was not acknowledged again, and gives it the answer
that is kept; the broker, killed, finds both queues in its store. What may happen is that an answer comes twice.
"""

from __future__ import annotations

import logging
import ssl
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

import stomp
from stomp.exception import ConnectFailedException, NotConnectedException, StompException

from idverify.mosip.abis.messages import read_request
from idverify.mosip.abis.ordering import InOrder
from idverify.mosip.abis.serving import Abis, LaterError
from idverify.start.housekeeping import UntilClosed
from idverify.telemetry.troubles import Rarely

_LOG = logging.getLogger(__name__)
_PREFETCH = 100
"""Requests that the broker hands over before the first is acknowledged; what pendingJobs counts at most."""

_RECEIPT_SECONDS = 30.0
_LATER_SECONDS = 2.0
_LONGEST_PAUSE = 30.0
_HEARTBEATS = 10_000
"""Milliseconds."""

_LOOK_SECONDS = 0.002
_IDLE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Address:
    """Where the broker is, and by which queues MOSIP and this service speak.

    Attributes:
        host, port: of its STOMP connector.
        tls: speak TLS; ``ca``: whose certificates are trusted, PEM; None: the system's.
        user, password: for it; empty: none.
        requests, answers: names of the queues.
    """

    host: str
    port: int
    tls: bool = False
    ca: Path | None = None
    user: str = ""
    password: str = field(default="", repr=False)
    requests: str = "mosip-to-abis"
    answers: str = "abis-to-mosip"


class _Link(stomp.ConnectionListener):  # type: ignore[misc]
    """One connection, from when it is made until it is lost."""

    def __init__(self, address: Address, taken: Callable[[_Link, Any], None], closed: Event) -> None:
        self.lost = Event()
        self._taken = taken
        self._greeted = Event()
        self._receipts: dict[str, Event] = {}
        where = [(address.host, address.port)]
        self._connection = stomp.StompConnection12(
            where,
            reconnect_attempts_max=1,
            heartbeats=(_HEARTBEATS, _HEARTBEATS),
            auto_decode=False,
            auto_content_length=False,
            timeout=_RECEIPT_SECONDS,
        )
        if address.tls:
            self._connection.set_ssl(
                where, ca_certs=address.ca and str(address.ca), ssl_version=ssl.PROTOCOL_TLS_CLIENT
            )
        self._connection.set_listener("", self)
        login = {"username": address.user, "passcode": address.password} if address.user else {}
        self._connection.connect(wait=False, **login)
        # Its own wait has no end where a broker takes a connection and says nothing.
        if not _within(_RECEIPT_SECONDS, self._greeted.is_set, lambda: self.lost.is_set() or closed.is_set()):
            self.close()
            raise ConnectFailedException
        self._connection.subscribe(
            f"/queue/{address.requests}",
            "requests",
            ack="client-individual",
            # Of several servers one is given requests, until it goes: their order is kept by it alone.
            headers={"activemq.prefetchSize": str(_PREFETCH), "activemq.exclusive": "true"},
        )

    def on_connected(self, _: Any) -> None:
        """Note that the broker lets this service in."""
        self._greeted.set()

    def on_message(self, frame: Any) -> None:
        """Take a request."""
        self._taken(self, frame)

    def on_receipt(self, frame: Any) -> None:
        """Note that the broker has done something."""
        if (waiting := self._receipts.pop(frame.headers["receipt-id"], None)) is not None:
            waiting.set()

    def on_error(self, _: Any) -> None:
        """End: the broker closes the connection after an error."""
        self.lost.set()

    def on_disconnected(self) -> None:
        """Note that it is lost."""
        self.lost.set()

    def on_heartbeat_timeout(self) -> None:
        """Note that nothing is heard."""
        self.lost.set()

    def send(self, queue: str, body: bytes, *, as_bytes: bool) -> bool:
        """Send an answer that the broker keeps; tell whether it has it.

        ``as_bytes``: as a message of bytes rather than of text (JMS), which is what its length tells a broker.
        """
        receipt, has_it = str(uuid.uuid4()), Event()
        self._receipts[receipt] = has_it
        length = {"content-length": str(len(body))} if as_bytes else {}
        headers = {"persistent": "true", "receipt": receipt, **length}
        with _gone_is_lost():
            self._connection.send(f"/queue/{queue}", body.decode(), "application/json", headers)
        return _within(_RECEIPT_SECONDS, has_it.is_set, self.lost.is_set)

    def acknowledge(self, frame: Any) -> None:
        """Tell the broker that a request has its answer."""
        with _gone_is_lost():
            self._connection.ack(frame.headers["ack"])

    def close(self) -> None:
        """Close the connection."""
        with suppress(StompException, OSError):
            self._connection.disconnect()


_Came = tuple[_Link, Any]
"""A request, and the connection by which it came."""


class Broker:
    """Takes requests and sends answers until it is closed.

    Args:
        abis: answers.
        address: of the broker.
        workers: how many requests of work are worked on at the same time, at most.
    """

    def __init__(self, abis: Abis, address: Address, workers: int = 1) -> None:
        self._abis = abis
        self._address = address
        self._life = UntilClosed()
        self._work: InOrder[_Came] = InOrder()
        self._questions: InOrder[_Came] = InOrder()
        self._trouble = Rarely()
        self._threads = [
            Thread(target=self._connected, name="mosip-queue", daemon=True),
            Thread(target=self._answering, args=(self._questions,), name="mosip-questions", daemon=True),
            *(
                Thread(target=self._answering, args=(self._work,), name=f"mosip-work-{number}", daemon=True)
                for number in range(workers)
            ),
        ]

    def start(self) -> None:
        """Begin; a broker that is not there is waited for."""
        logging.getLogger("stomp.py").setLevel(logging.CRITICAL)  # it says of every try what is said here once
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """End: the request at hand is done, those behind it stay with the broker."""
        self._life.closed.set()
        for thread in self._threads:
            thread.join()

    def _connected(self) -> None:
        pause = 1.0
        while not self._life.closed.is_set():
            try:
                link = _Link(self._address, self._take, self._life.closed)
            except (StompException, OSError) as error:
                if self._trouble.due(type(error).__name__):
                    _LOG.warning("no connection to the broker", extra={"cause": type(error).__name__})
                self._life.closed.wait(pause)
                pause = min(2.0 * pause, _LONGEST_PAUSE)
                continue
            self._trouble.over()
            pause = 1.0
            _LOG.info("taking requests from the broker")
            while not (self._life.closed.is_set() or link.lost.wait(0.2)):
                pass
            for thread in self._threads[1:]:
                if self._life.closed.is_set():
                    thread.join()
            link.close()

    def _take(self, link: _Link, frame: Any) -> None:
        asked = read_request(_body(frame))
        (self._work if self._abis.is_work(asked) else self._questions).put(asked, (link, frame))

    def _answering(self, queue: InOrder[_Came]) -> None:
        while not self._life.closed.is_set():
            with queue.next(_IDLE_SECONDS) as came:
                if came is not None:
                    self._try(*came)

    def _try(self, link: _Link, frame: Any) -> None:
        try:
            self._answer(link, frame)
        except (StompException, OSError):  # lost on the way: the broker hands it over again
            link.lost.set()

    def _answer(self, link: _Link, frame: Any) -> None:
        while not (link.lost.is_set() or self._life.closed.is_set()):
            try:
                body = self._abis.answer(_body(frame), len(self._work), self._life)
            except LaterError as error:
                if self._trouble.due(str(error)):
                    _LOG.warning("requests of the broker wait", extra={"cause": str(error)})
                self._life.closed.wait(_LATER_SECONDS)
                continue
            if link.lost.is_set():
                return  # it is handed over again, and has this answer then
            if link.send(self._address.answers, body, as_bytes="content-length" in frame.headers):
                link.acknowledge(frame)
            else:
                link.lost.set()
            return


@contextmanager
def _gone_is_lost() -> Iterator[None]:
    """Turn what stomp.py raises where its queue to TLS goes as the connection does, between its look and its use."""
    try:
        yield
    except AttributeError:
        raise NotConnectedException from None


def _within(seconds: float, come: Callable[[], bool], ended: Callable[[], bool]) -> bool:
    """Wait until something has come; tell whether it has, or the time is over, or it will not."""
    end = time.monotonic() + seconds
    while not come():
        if ended() or time.monotonic() >= end:
            return False
        time.sleep(_LOOK_SECONDS)
    return True


def _body(frame: Any) -> bytes:
    body = frame.body or b""
    return body if isinstance(body, bytes) else str(body).encode()
