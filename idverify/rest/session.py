"""Who sits before a page: ``/session`` tells it, and what the page must send with what it asks."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

_NOBODY = {
    "signInNeeded": False,
    "signedIn": False,
    "officer": None,
    "proof": "CLAIMED",
    "csrf": "",
    "expires": None,
    "idleSeconds": None,
    "signInPath": "/sign-in",
    "signOutPath": "/sign-out",
}
"""Where nobody signs in: the officer is whoever ``context.officerId`` claims to be."""


async def _session(_: Request) -> Response:
    return JSONResponse(_NOBODY)


def session_routes() -> list[Route]:
    """Return the paths."""
    return [Route("/session", _session)]
