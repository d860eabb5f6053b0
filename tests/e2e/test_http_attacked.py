"""The HTTP door and what no client sends: what two readers take apart differently, and what fills or holds it."""

from __future__ import annotations

import os
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.certificates import Authority
from tests.e2e.harness import RunningServer, local_settings, start_server
from tests.waiting import PATIENCE, wait_until

MOST = 8
LIVE = b"GET /livez HTTP/1.1\r\nHost: h\r\n\r\n"
POST = b"POST /v1/verifications HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
LENGTH, CHUNKED = b"Content-Length: 2\r\n", b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"2\r\n{}\r\n0\r\n\r\n"


class Door:
    """A server with TLS, reached without a certificate."""

    def __init__(self, server: RunningServer, authority: Authority) -> None:
        self._host, _, port = server.http.rpartition(":")
        self._port = int(port)
        self._tls = ssl.create_default_context(cafile=str(authority.path))

    def reach(self, undo: ExitStack) -> socket.socket:
        return undo.enter_context(socket.create_connection((self._host, self._port), PATIENCE))

    def connect(self, undo: ExitStack) -> ssl.SSLSocket:
        return undo.enter_context(self._tls.wrap_socket(self.reach(undo), server_hostname=self._host))

    def statuses(self, sent: bytes) -> list[int]:
        """Return how what was sent is answered, until the connection ends; it does after ``Connection: close``."""
        with ExitStack() as undo:
            connection = self.connect(undo)
            told = b""
            try:
                connection.sendall(sent)
                while part := connection.recv(1 << 16):
                    told += part
            except OSError:  # it closes with some of it unread, and what it said may be lost
                pass
        return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3})", told)]


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("attacked")
    authority = Authority(folder)
    authority.issue("server")
    clients = folder / "clients.toml"
    clients.write_text('[clients.counter]\nroles = ["counter"]\n')
    log = folder / "log"
    tile = log / "1" / "tile" / "0" / "000"
    tile.parent.mkdir(parents=True)
    tile.write_bytes(b"hashes")
    (log / "1" / "checkpoint").write_text("x")
    os.utime(log / "1" / "checkpoint", (2**32, 2**32))  # newer than what the service publishes itself
    files: dict[str, Path] = {"tls_cert": folder / "server.crt", "tls_key": folder / "server.key", "log_dir": log}
    files |= {"tls_client_ca": authority.path, "clients_file": clients}
    server = start_server(
        local_settings(folder / "data", None, http="127.0.0.1:0", max_connections=MOST, log_seconds=3600.0, **files)
    )
    yield Door(server, authority)
    server.stop()


LAST = LIVE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
"""What is answered with 200 if it is taken for a request of its own."""


@pytest.mark.parametrize(
    "sent",
    [
        POST + LENGTH + CHUNKED + b"\r\n" + CHUNKS,
        POST + CHUNKED + LENGTH + b"\r\n" + CHUNKS,
        LIVE[:-2] + LENGTH + CHUNKED + b"\r\n" + CHUNKS,
        POST + b"Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}",
        POST + b"Content-Length: +2\r\n\r\n{}",
        POST + b"Content-Length: 0x2\r\n\r\n{}",
        POST + b"Content-Length : 2\r\n\r\n{}",
        POST + b"Transfer-Encoding: xchunked\r\n\r\n" + CHUNKS,
        POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + CHUNKS,
        POST + CHUNKED + CHUNKED + b"\r\n" + CHUNKS,
        POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n" + CHUNKS,
        LIVE[:-2] + b"X: a\rContent-Length: 5\r\n\r\n",
        LIVE[:-2] + b"X: a\x00b\r\n\r\n",
        LIVE[:-2] + b"Host: other\r\n\r\n",
        b"GET /livez HTTP/1.1\r\n\r\n",
        b"GET /livez\r\n\r\n",
    ],
    ids=range(16),
)
def test_what_two_readers_may_take_apart_differently_is_refused_and_nothing_after_it_read(
    door: Door, sent: bytes
) -> None:
    assert door.statuses(sent + LAST) == [400]


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /livez HTTP/1.1\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n",
        b"GET /livez HTTP/1.1\r\n" + b"".join(b"X%d: a\r\n" % number for number in range(100_000)) + b"\r\n",
        b"GET /livez HTTP/1.1\r\nHost: h\r\nAccept-Language: " + b"vi," * 400_000 + b"\r\n\r\n",
    ],
    ids=range(3),
)
def test_a_head_without_an_end_is_not_read_to_it(door: Door, sent: bytes) -> None:
    assert set(door.statuses(sent + LAST)) <= {400}


@pytest.mark.parametrize(
    ("sent", "statuses"),
    [
        (LIVE * 20 + LAST, [200] * 21),
        (LIVE[:-2] + b"Content-Length: %d\r\n\r\n" % len(LIVE) + LIVE + LAST, [200, 200]),
        (LIVE[:-2] + b"X: a\r\n folded\r\n\r\n" + LAST, [200, 200]),
        (LIVE[:-2] + CHUNKED + b"\r\n2;ext=1\r\n{}\r\n0\r\nTrailer: 1\r\n\r\n" + LAST, [200, 200]),
        (LIVE[:-2] + b"X:\r\n" * 101 + b"Connection: close\r\n\r\n", [431]),
        (LIVE.replace(b"GET", b"HEAD") + LAST, [200, 200]),
        (LAST.replace(b"GET", b"TRACE"), [404]),
        (LAST.replace(b"GET /livez", b"TRACE /v1/keySet"), [405]),
        (LAST.replace(b"GET /livez", b"OPTIONS *"), [404]),
        (LAST.replace(b"GET /livez", b"CONNECT h:443"), [404]),
        (LAST.replace(b"GET /livez", b"BREW /v1/keySet"), [405]),
    ],
    ids=range(11),
)
def test_what_is_clear_is_answered_each_by_itself(door: Door, sent: bytes, statuses: list[int]) -> None:
    assert door.statuses(sent) == statuses


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("0/000", 200),
        ("../../../data/keys.json", 404),
        ("..%2f..%2f..%2fdata/keys.json", 404),
        ("0/../0/000", 404),
        ("0/000/", 404),
        ("0/000%00", 404),
        ("0/" + "x000/" * 1000 + "000", 404),
        ("0/%D9%A0%D9%A0%D9%A0", 404),  # digits, of another script
    ],
)
def test_tiles_have_the_names_of_tiles(door: Door, name: str, status: int) -> None:
    assert door.statuses(LAST.replace(b"/livez", f"/log/tile/{name}".encode())) == [status]


@pytest.mark.parametrize("path", [b"/log/tile/0/000", b"/openapi.json"])
@pytest.mark.parametrize("ranges", [b"bytes=0-0", b"bytes=5-2", b"pages=1", b"bytes=" + b"0-1," * 2000], ids=range(4))
def test_documents_are_given_whole(door: Door, path: bytes, ranges: bytes) -> None:
    assert door.statuses(LAST.replace(b"/livez", path)[:-2] + b"Range: " + ranges + b"\r\n\r\n") == [200]


@pytest.mark.parametrize("with_tls", [False, True])
def test_who_opens_connections_and_asks_nothing_makes_room(door: Door, with_tls: bool) -> None:
    with ExitStack() as undo:
        opened = [(door.connect if with_tls else door.reach)(undo) for _ in range(4 * MOST)]
        assert door.statuses(LAST) == [200]
        wait_until(lambda: sum(map(is_open, opened)) < MOST)


def is_open(connection: socket.socket) -> bool:
    connection.settimeout(0.001)
    try:
        return connection.recv(1) != b""
    except TimeoutError:
        return True
    except OSError:
        return False
