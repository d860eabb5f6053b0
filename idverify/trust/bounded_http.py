"""HTTP that ends: in its time, after so many bytes, whatever the other side sends, and at hosts that were named.

The timeouts of an HTTP client are those of one reading each: who sends a byte now and then, or header after header, is
heard for ever. So what is read from the socket is looked at, of the handshake and the headers too.
"""

from __future__ import annotations

import ipaddress
import ssl
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import httpcore2
import httpx2

MOST_HEADERS = 64 << 10
"""Bytes of an answer besides its body."""


class TooSlowError(Exception):
    """The time is over."""


class TooLongError(Exception):
    """More is sent than is taken, or it is packed: a few bytes can be as many as one likes."""


@dataclass(slots=True)
class _Exchange:
    ends: float
    most: int
    read: int = 0

    def left(self, timeout: float | None = None) -> float:
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TooSlowError("no answer in time")
        return left if timeout is None else min(left, timeout)

    def took(self, data: bytes) -> bytes:
        self.read += len(data)
        if self.read > self.most:
            raise TooLongError("the answer is too long")
        return data


_EXCHANGE: ContextVar[_Exchange] = ContextVar("exchange")


@contextmanager
def bounded(seconds: float, most: int) -> Iterator[Callable[[], float]]:
    """Bound what is exchanged in this block by a client with a :class:`BoundedTransport`.

    Args:
        seconds: for all of it.
        most: bytes of the body of each answer.

    Returns:
        What tells how many seconds are left.

    Raises:
        TooSlowError, TooLongError: from whatever is asked of the client.
    """
    exchange = _Exchange(time.monotonic() + seconds, most + MOST_HEADERS)
    token = _EXCHANGE.set(exchange)
    try:
        yield exchange.left
    finally:
        _EXCHANGE.reset(token)


class BoundedTransport(httpx2.HTTPTransport):
    """Connections without a proxy, which are used within :func:`bounded` only."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        super().__init__(verify=tls, trust_env=False)
        self._pool = httpcore2.ConnectionPool(ssl_context=tls, network_backend=_Backend())

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; raises TooSlowError, TooLongError."""
        _EXCHANGE.get().read = 0
        request.headers["Accept-Encoding"] = "identity"
        response = super().handle_request(request)
        if response.headers.get("Content-Encoding", "identity") != "identity":
            response.close()
            raise TooLongError("the answer is packed, and it was asked not to be")
        return response


def bounded_client(tls: ssl.SSLContext | None = None) -> httpx2.Client:
    """Return a client without proxies, redirections and cookies, which is used within :func:`bounded` only.

    Args:
        tls: whom it believes; None: whom this machine does.
    """
    transport = BoundedTransport(tls or ssl.create_default_context())
    return httpx2.Client(transport=transport, trust_env=False, follow_redirects=False, cookies=no_cookies())


def no_cookies() -> CookieJar:
    """Return a jar that takes none: the other side would fill it."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))


class _Stream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        exchange = _EXCHANGE.get()
        return exchange.took(self._stream.read(max_bytes, exchange.left(timeout)))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _EXCHANGE.get().left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, _EXCHANGE.get().left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore2.SyncBackend):
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        left = _EXCHANGE.get().left(timeout)
        return _Stream(super().connect_tcp(host, port, left, local_address, socket_options))


def named_host(url: str) -> str | None:
    """Return ``host``, or ``host:port`` if a port is stated, of an address of HTTP; None: it is none.

    One with a user's name is none either: what stands before the ``@`` is read for the host by who looks quickly.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or parts.username is not None or not host:
        return None
    return host if port is None else f"{host}:{port}"


def is_of(url: str, hosts: Collection[str], *, plain: bool = False) -> bool:
    """Tell whether an address is of one of some hosts.

    Args:
        url: the address.
        hosts: ``host`` or ``host:port``, for HTTPS; ``http://host`` or ``http://host:port``, for HTTP.
        plain: one without a scheme is for HTTP too. It is in any case on the loopback address, which leaves no machine.
    """
    host = named_host(url)
    if host is None:
        return False
    parts = urlsplit(url)
    named = {each.lower().rstrip("/") for each in hosts}
    bare = plain or parts.scheme == "https" or _is_loopback(parts.hostname or "")
    return f"{parts.scheme}://{host}" in named or (bare and host in named)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
