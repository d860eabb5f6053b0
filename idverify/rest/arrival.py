"""An HTTP request as an arrival of the dispatch."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import ClientDisconnect, Request

from idverify.dispatch.intake import require_size
from idverify.dispatch.keeping_up import WATERMARK
from idverify.domain.errors import DomainError, Reason
from idverify.domain.guidance.language import language_asked
from idverify.domain.model import Credentials, Language, ShownSession
from idverify.rpc.convert.fields import invalid

ADMITTED = "idverify.admitted"
"""In the scope of a request whose caller is known and let in."""

SESSION_COOKIE = "idverify-session"
PROTECTED = "__Host-"
"""Before the name of a cookie that browsers take by TLS and from this very host only (RFC 6265bis section 4.1.3)."""
CSRF_HEADER, WITNESS_HEADER = "x-csrf-token", "officer-witness"
_READING = {"GET", "HEAD", "OPTIONS"}

TIMEOUT_HEADER = "request-timeout"
LEAST_SECONDS, MOST_SECONDS = 1, 9999
_SECONDS = re.compile(r"\d{1,4}(\.\d{1,3})?")


def peer_of(request: Request) -> str:
    """Return the address of a client."""
    return request.client.host if request.client else ""


def language_of(request: Request) -> Language:
    """Return the language that a client asks for, by ``Accept-Language``."""
    return language_asked(request.headers.get("accept-language", ""))


@dataclass(slots=True)
class _Asked:
    """What every request of HTTP says of itself, as Starlette has it."""

    request: Request

    @property
    def credentials(self) -> Credentials:
        """The client certificate that TLS has checked, the access token (RFC 6750 section 2.1), a page's session."""
        found = self.request.scope.get("state", {}).get("certificate")
        shown = self.request.headers.getlist("authorization")
        tokens = [rest.strip() for kind, _, rest in (each.partition(" ") for each in shown) if kind.lower() == "bearer"]
        # Two that contradict each other are none.
        token = "" if len(tokens) > 1 else next(iter(tokens), None)
        session = shown_session(self.request)
        return Credentials(found if isinstance(found, bytes) else None, token, session, by_http=True)

    @property
    def peer(self) -> str:
        """The address of the client."""
        return peer_of(self.request)

    @property
    def connection(self) -> str:
        """Address and port of the client."""
        client = self.request.client
        return f"http:{client.host}:{client.port}" if client else "http:"

    @property
    def watermark(self) -> str:
        """Which watermark the client states, by the header ``Idverify-Watermark``."""
        return self.request.headers.get(WATERMARK, "")

    @property
    def language(self) -> Language:
        """The language that the client asks for, by ``Accept-Language``."""
        return language_of(self.request)

    def admitted(self) -> None:
        """Have the answer say how new it is."""
        self.request.scope[ADMITTED] = True


def shown_session(request: Request) -> ShownSession | None:
    """Return what a request shows of the session of a page; None: nothing."""
    protected = PROTECTED + SESSION_COOKIE in request.cookies
    session_id = request.cookies.get(PROTECTED * protected + SESSION_COOKIE, "")
    if not session_id:
        return None
    headers = request.headers
    return ShownSession(
        session_id,
        protected,
        headers.get(CSRF_HEADER, ""),
        headers.get("origin", ""),
        request.method not in _READING,
        headers.get(WITNESS_HEADER, ""),
    )


@dataclass(slots=True)
class PublicArrival(_Asked):
    """A request for a public document, which comes whole with its path: nothing is read, and nobody is waited for."""

    body: bytes

    def seconds_left(self) -> float | None:
        """Return None: the service decides."""
        return None

    async def read(self) -> bytes | None:
        """Return the request in protobuf."""
        return self.body


@dataclass(slots=True)
class HttpArrival(_Asked):
    """Implements :class:`idverify.dispatch.door.Arrival`.

    Attributes:
        encode: from the body to the request in protobuf. Raises DomainError.
        most: bytes that a body may have.
    """

    encode: Callable[[bytes], bytes]
    most: int
    _read: asyncio.Event = field(default_factory=asyncio.Event)

    def seconds_left(self) -> float | None:
        """Return how long the client says that it waits, by ``Request-Timeout`` in seconds; None if it does not say.

        Raises:
            DomainError: FIELD_INVALID for what is no number of seconds.
        """
        stated = self.request.headers.get(TIMEOUT_HEADER)
        if stated is None:
            return None
        seconds = float(stated) if _SECONDS.fullmatch(stated) else 0.0
        if seconds < LEAST_SECONDS:
            raise invalid(TIMEOUT_HEADER, f"must be a number of seconds from {LEAST_SECONDS} to {MOST_SECONDS}")
        return seconds

    async def read(self) -> bytes | None:
        """Return the request in protobuf; None the second time.

        Raises:
            DomainError: REQUEST_TOO_LARGE, FIELD_INVALID; DEADLINE_EXCEEDED if the client has gone.
        """
        if self._read.is_set():
            return None
        body = bytearray()
        try:
            async for part in self.request.stream():
                body += part
                require_size(body, self.most)
        except ClientDisconnect:
            raise DomainError(Reason.DEADLINE_EXCEEDED, "the client has gone") from None
        finally:
            self._read.set()
        # Away from the event loop: a request with images is megabytes of base64.
        return await asyncio.to_thread(self.encode, bytes(body))

    async def gone(self) -> None:
        """Wait until the client has gone, which shows once its request has been read."""
        await self._read.wait()
        while (await self.request.receive())["type"] != "http.disconnect":
            pass
