"""Who may speak to the door at all: no page of another origin, and nobody who means another host.

Without TLS whoever reaches the door may do everything, and a browser on that machine reaches it for any page that it
shows: by a form, or under a name that leads to the loopback address by now (DNS rebinding). A page says where it is
from (``Origin``, RFC 6454 section 7), and every request says which host it means.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from idverify.dispatch.keeping_up import WATERMARK
from idverify.rest.arrival import ADMITTED
from idverify.rest.problems import foreign_problem

_MOST_HEADERS = 100
"""A browser sends some twenty. Each costs what looks for one of them."""
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)


class Guard:
    """An ASGI application before another.

    Args:
        app: the other.
        hosts: names by which the door is known, without port, in lower case; empty: any.
        pages: paths that people open from elsewhere, by a link; reading them does nothing.
        page_url: origin of our own pages as browsers have it, which a proxy may end TLS of; empty: not known.
        watermark: how new answers are, for the client's next request to whichever server; empty: there is one server.
            Told to callers who were let in.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: Collection[str],
        pages: Collection[str] = (),
        page_url: str = "",
        watermark: Callable[[], str] = str,
    ) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._pages = frozenset(pages)
        self._page_url = page_url
        self._watermark = watermark

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if len(scope["headers"]) > _MOST_HEADERS:
            await foreign_problem(431)(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if "transfer-encoding" in headers and "content-length" in headers:
            # What stands before this door may have read the other one (RFC 9112 section 6.1).
            await foreign_problem(400, {"connection": "close"})(scope, receive, send)
            return
        host = headers.get("host", "")
        if self._hosts and _name(host) not in self._hosts:
            await foreign_problem(421)(scope, receive, send)
            return
        origin = headers.get("origin")
        # A page's pictures say no origin; of each request browsers say whether it is its own (Fetch Metadata).
        elsewhere = headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}
        if elsewhere and scope["path"] in self._pages and scope["method"] == "GET":
            elsewhere = headers.get("sec-fetch-dest") != "document"
        if elsewhere or (origin is not None and origin not in {f"{scope['scheme']}://{host}", self._page_url or None}):
            await foreign_problem(403)(scope, receive, send)
            return

        async def sent(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                given = message.get("headers", ())
                known = {name for name, _ in given}  # type: ignore[attr-defined]
                message["headers"] = [*given, *(each for each in _HEADERS if each[0] not in known)]  # type: ignore[misc]
                # It is when somebody was last enrolled, or erased: nothing for who may not know it.
                if scope.get(ADMITTED) and (watermark := self._watermark()):
                    message["headers"].append((WATERMARK.encode(), watermark.encode()))  # type: ignore[attr-defined]
            await send(message)

        await self._app(scope, receive, sent)  # type: ignore[arg-type]


LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Names of a door that is reached from the same machine only."""


def _name(host: str) -> str:
    """Return a host without its port: ``[::1]:80``, ``127.0.0.1:80``, ``name``."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()
