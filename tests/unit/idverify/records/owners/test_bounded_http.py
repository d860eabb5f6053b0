"""What the other side sends without an end, against real sockets."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from idverify.domain.model.owners import Fault, RecordQuery, SourceError
from idverify.records.owners.http_owner import HttpOwner
from idverify.records.owners.platform_access import PlatformAccess
from idverify.trust.source_signatures import MOST_BYTES, SourceKeys
from tests import platform_kit as kit
from tests.e2e.certificates import Authority
from tests.source_kit import KEY, KIND, KNOWN
from tests.waiting import PATIENCE

KEYS = SourceKeys(json.dumps({"keys": [KEY.as_dict(private=False)]}))
QUERY = RecordQuery("q-1", KIND, KNOWN, "Nguyễn Thị Thử", "1999-05-01", "1.001776", "H05.12", "an")
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
TOKEN = b'{"access_token": "t", "token_type": "Bearer", "expires_in": 3600}'

Send = Callable[[socket.socket, threading.Event], object]
"""What a server sends to a question, until somebody has had enough of it."""


def whole(body: bytes, more: bytes = b"") -> Send:
    return lambda connection, _: connection.sendall(OK + more + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def again_and_again(first: bytes, then: bytes, pause: float = 0.0) -> Send:
    """Send something, and then something else for ever."""

    def send(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(first)
        while not over.wait(pause) if pause else not over.is_set():
            connection.sendall(then)

    return send


class Odd:
    """A server that answers ``/token`` and ``/records`` as it is told to."""

    def __init__(self, token: Send, records: Send, tls: ssl.SSLContext | None = None) -> None:
        self.tls = tls
        self.sends = {b"/token": token, b"/records": records}
        self.asked: list[bytes] = []
        self.over = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http{'s' if tls else ''}://127.0.0.1:{self._listening.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    def close(self) -> None:
        self.over.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()

    def _serve(self) -> None:
        try:
            while True:
                connection, _ = self._listening.accept()
                self._threads.append(threading.Thread(target=self._answer, args=(connection,)))
                self._threads[-1].start()
        except OSError:
            return

    def _answer(self, connection: socket.socket) -> None:
        connection.settimeout(PATIENCE)
        try:
            with self.tls.wrap_socket(connection, server_side=True) if self.tls else connection as served:
                while not self.over.is_set() and (head := self._request(served)):
                    self.asked.append(head)
                    self.sends[head.split()[1]](served, self.over)
        except OSError:
            connection.close()

    @staticmethod
    def _request(connection: socket.socket) -> bytes:
        given = b""
        while b"\r\n\r\n" not in given:
            piece = connection.recv(65536)
            if not piece:
                return b""
            given += piece
        head, _, body = given.partition(b"\r\n\r\n")
        (length,) = (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        while len(body) < length:
            body += connection.recv(65536)
        return head


def access(address: str, tls: ssl.SSLContext) -> PlatformAccess:
    return PlatformAccess(
        f"{address}/records",
        f"{address}/token",
        kit.CLIENT,
        kit.SECRET,
        kit.SIGNING,
        "idverify-1",
        {KIND: kit.SERVICE},
        tls,
    )


@contextmanager
def asked(token: Send, records: Send) -> Iterator[tuple[HttpOwner, Odd]]:
    server = Odd(token, records)
    owner = HttpOwner(access(server.address, ssl.create_default_context()), KEYS)
    try:
        yield owner, server
    finally:
        owner.close()
        server.close()


def fault_of(owner: HttpOwner, seconds: float = PATIENCE) -> Fault:
    with pytest.raises(SourceError) as caught:
        owner.ask(QUERY, seconds)
    return caught.value.fault


CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
ENDLESS = [
    again_and_again(CHUNKED, b"10000\r\n" + b" " * 65536 + b"\r\n"),
    again_and_again(OK, b"X-More: " + b"y" * 1000 + b"\r\n"),
    again_and_again(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100),
]
DRIPPING = [
    again_and_again(CHUNKED, b"1\r\n \r\n", 0.05),
    again_and_again(CHUNKED, b"0", 0.05),
    again_and_again(OK, b"X", 0.05),
    again_and_again(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.05),
]


@pytest.mark.parametrize("send", ENDLESS)
def test_what_comes_without_an_end_is_refused(send: Send) -> None:
    for token, records in ((send, whole(b"{}")), (whole(TOKEN), send)):
        with asked(token, records) as (owner, _):
            assert fault_of(owner) in {Fault.MALFORMED, Fault.UNREACHABLE}


@pytest.mark.parametrize("send", DRIPPING)
def test_what_comes_drop_by_drop_is_given_up_in_time(send: Send) -> None:
    for token, records in ((send, whole(b"{}")), (whole(TOKEN), send)):
        with asked(token, records) as (owner, _):
            assert fault_of(owner, 0.2) is Fault.SLOW


def test_who_waits_for_another_s_token_waits_no_longer_than_for_the_answer() -> None:
    with asked(again_and_again(OK, b"X", 0.05), whole(b"{}")) as (owner, server):
        first = threading.Thread(target=fault_of, args=(owner,))
        first.start()
        while not server.asked:
            assert first.is_alive()
        assert fault_of(owner, 0.1) is Fault.SLOW
        assert first.is_alive()
        server.over.set()
        first.join(PATIENCE)


def test_what_is_packed_is_not_unpacked() -> None:
    packed = whole(gzip.compress(b" " * (64 << 20)), b"Content-Encoding: gzip\r\n")
    for token, records in ((packed, whole(b"{}")), (whole(TOKEN), packed)):
        with asked(token, records) as (owner, server):
            assert fault_of(owner) is Fault.MALFORMED
            assert b"accept-encoding: identity" in server.asked[-1].lower()


def test_an_answer_is_as_long_as_it_may_be_and_no_longer() -> None:
    for longer, fault in ((0, Fault.SIGNATURE), (1, Fault.MALFORMED)):
        body = json.dumps({"signed_record": "x"}).encode()
        with asked(whole(TOKEN), whole(body + b" " * (MOST_BYTES - len(body) + longer))) as (owner, _):
            assert fault_of(owner) is fault


def test_cookies_are_not_kept() -> None:
    jar = b"Set-Cookie: a=b; Path=/\r\n"
    with asked(whole(TOKEN, jar), whole(b"{}", jar)) as (owner, server):
        for _ in range(2):
            assert fault_of(owner) is Fault.MALFORMED
        assert len(server.asked) == 3
        assert not any(b"\r\ncookie:" in head.lower() for head in server.asked)


@pytest.mark.parametrize("token", ["t\r\nX-Another: y", "", "a b", "ấ", "t" * 20_000])
def test_a_token_that_cannot_stand_in_a_header_is_none(token: str) -> None:
    given = json.dumps({"access_token": token, "token_type": "Bearer", "expires_in": 3600}).encode()
    with asked(whole(given), whole(b"{}")) as (owner, server):
        for _ in range(2):
            assert fault_of(owner) is Fault.MALFORMED
        # Asked for anew each time, and never shown to anybody.
        assert [head.split()[1] for head in server.asked] == [b"/token", b"/token"]


def test_nobody_is_sent_elsewhere() -> None:
    away = b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /records\r\nContent-Length: 0\r\n\r\n"
    with asked(lambda connection, _: connection.sendall(away), whole(b"{}")) as (owner, server):
        assert fault_of(owner) in {Fault.MALFORMED, Fault.UNREACHABLE}
        assert [head.split()[1] for head in server.asked] == [b"/token"]


def test_whoever_cannot_show_a_certificate_that_counts_is_told_nothing(tmp_path: Path) -> None:
    ours, another = Authority(tmp_path), Authority(tmp_path, "another")
    ours.issue("server")
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(tmp_path / "server.crt", tmp_path / "server.key")
    for trusted, host, fault in (
        (ours, "127.0.0.1", Fault.MALFORMED),
        (another, "127.0.0.1", Fault.UNREACHABLE),
        (ours, "localhost", Fault.UNREACHABLE),
    ):
        server = Odd(whole(TOKEN), whole(b"{}"), served)
        tls = ssl.create_default_context(cafile=str(trusted.path))
        owner = HttpOwner(access(server.address.replace("127.0.0.1", host), tls), KEYS)
        assert fault_of(owner) is fault
        assert bool(server.asked) is (fault is Fault.MALFORMED)
        owner.close()
        server.close()
