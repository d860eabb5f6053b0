"""Who sits before a page: signing in and out, and ``/session``, which tells a page who signed in and what it must send.

Nothing that lets anybody in stands in an address: what comes back from the provider there is of use once, to this
browser, and is gone with the redirect that answers it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from idverify.domain.errors import DomainError, Reason
from idverify.domain.guidance.language import worded
from idverify.domain.model import Language, Officer
from idverify.ports import OfficerDoor
from idverify.rest.arrival import PROTECTED, SESSION_COOKIE, peer_of, shown_session
from idverify.rest.refusing import Endpoint
from idverify.rpc.convert.fields import invalid, text

SIGN_IN_PATH = "/sign-in"
CALLBACK_PATH = "/sign-in/callback"
SIGN_OUT_PATH = "/sign-out"
_DONE_PATH = "/sign-in/done"
FROM_THE_PROVIDER = (CALLBACK_PATH, _DONE_PATH)
"""Paths on which a browser comes from another origin."""
_BROWSER_COOKIE = "idverify-sign-in"
_BROWSER_SECONDS = 600
_AT_ONCE = 4
_MOST_WAITING = 32
_OWN_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9._~/%-]{0,256}(\?[A-Za-z0-9._~=&%-]{0,256})?")
"""A page of ours: never another origin, whatever a browser makes of slashes and backslashes."""
_ANSWERS = ("state", "code", "error", "iss")
_LONGEST_ANSWER = 4096
_LONGEST_ID = 64
Answer = TypeVar("Answer")


class SessionPaths:
    """Answers for the session of a page.

    Args:
        sign_in: lets officers in; None: nobody signs in here, and the officer is whoever a call claims.
        public: makes an endpoint one that anybody may ask, as often as strangers may.
    """

    def __init__(self, sign_in: OfficerDoor | None, public: Callable[[Endpoint], Endpoint]) -> None:
        self._sign_in = sign_in
        self._public = public
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    def routes(self) -> list[Route]:
        """Return the paths."""
        paths = [Route("/session", self.session)]
        if self._sign_in is not None:
            paths += [
                Route("/session/witness", self.witness),
                Route(SIGN_IN_PATH, self._public(self.begin)),
                Route(CALLBACK_PATH, self._public(self.finish)),
                Route(_DONE_PATH, self.done),
                Route(SIGN_OUT_PATH, self.end, methods=["POST"]),
            ]
        return paths

    async def session(self, request: Request) -> Response:
        """Tell a page who signed in."""
        shown = None if self._sign_in is None else self._sign_in.session(shown_session(request))
        return JSONResponse(
            {
                "signInNeeded": self._sign_in is not None,
                "signedIn": shown is not None,
                "officer": None if shown is None else _officer(shown.officer, shown.name),
                "proof": "CLAIMED" if self._sign_in is None else "SIGNED_IN",
                "csrf": "" if shown is None else shown.csrf,
                "expires": None if shown is None else _time(shown.expires),
                "idleSeconds": None if shown is None else shown.idle,
                "signInPath": SIGN_IN_PATH,
                "signOutPath": SIGN_OUT_PATH,
            }
        )

    async def witness(self, request: Request) -> Response:
        """Tell a page whether the second officer has signed in for it."""
        target = _target(request)
        if not target:
            raise invalid("transaction", "must say what the second officer's word is for")
        found = self._asked().witness(shown_session(request), target)
        if found is None:
            return JSONResponse({"witness": None, "ticket": "", "expires": None})
        who = _officer(found.officer, found.name)
        return JSONResponse({"witness": who, "ticket": found.ticket, "expires": _time(found.expires)})

    async def begin(self, request: Request) -> Response:
        """Send an officer to the provider."""
        back = request.query_params.get("return_to", "/")
        if not _OWN_PATH.fullmatch(back):
            raise invalid("return_to", "must be a path of this origin")
        second = request.query_params.get("as", "")
        if second not in {"", "second"} or bool(second) != bool(_target(request)):
            raise invalid("as", "must be second with a transaction, or both be left out")
        shown = shown_session(request)
        begun = await self._run(partial(self._asked().begin, back, _target(request), shown))
        answer = RedirectResponse(begun.location, 303)
        self._keep(answer, _BROWSER_COOKIE, begun.browser, _BROWSER_SECONDS)
        return answer

    async def finish(self, request: Request) -> Response:
        """Take what the provider sent an officer back with."""
        given = request.query_params
        said = {name: given[name][:_LONGEST_ANSWER] for name in _ANSWERS if name in given}
        if len(given.multi_items()) > len(set(given)):
            raise DomainError(Reason.SIGN_IN_FAILED, "the answer says something twice", {"cause": "STATE"})
        browser = request.cookies.get(self._named(_BROWSER_COOKIE), "")
        ended = await self._run(partial(self._asked().finish, said, browser, shown_session(request), peer_of(request)))
        back = _DONE_PATH if ended.witness else ended.return_to
        mark = "&" if "?" in back else "?"
        answer = RedirectResponse(f"{back}{mark}sign_in={ended.problem}" if ended.problem else back, 303)
        answer.delete_cookie(self._named(_BROWSER_COOKIE), **self._kind())
        if ended.session_id:
            self._keep(answer, SESSION_COOKIE, ended.session_id, None)
        return answer

    async def done(self, _: Request) -> Response:
        """Show that the second officer's sign-in is done; the page that opened this window closes it."""
        headers = {"content-security-policy": "default-src 'none'; frame-ancestors 'none'"}
        told = worded("officer", "second-officer-signed-in")
        parts = [f'<p lang="{each.value}">{told.in_language(each)}</p>' for each in Language]
        page = f'<!doctype html><html><meta charset="utf-8"><title>idverify</title>{"".join(parts)}</html>'
        return Response(page, headers=headers, media_type="text/html")

    async def end(self, request: Request) -> Response:
        """End a session."""
        location = await self._run(partial(self._asked().end, shown_session(request)))
        answer = JSONResponse({"location": location or "/"})
        answer.delete_cookie(self._named(SESSION_COOKIE), **self._kind())
        return answer

    def _asked(self) -> OfficerDoor:
        assert self._sign_in is not None
        return self._sign_in

    async def _run(self, work: Callable[[], Answer]) -> Answer:
        """Do what may ask the provider, away from the event loop, and little of it at a time."""
        if self._waiting >= _MOST_WAITING:
            raise DomainError(Reason.SERVER_BUSY, "too many are signing in; try again")
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1

    def _named(self, cookie: str) -> str:
        return PROTECTED * self._asked().protected + cookie

    def _kind(self) -> dict[str, Any]:
        return {"path": "/", "secure": self._asked().protected, "httponly": True, "samesite": "lax"}

    def _keep(self, answer: Response, cookie: str, value: str, seconds: int | None) -> None:
        answer.set_cookie(self._named(cookie), value, max_age=seconds, **self._kind())


def _target(request: Request) -> str:
    """Return the id of the transaction that a second officer's word is for; empty: none is named."""
    return text(request.query_params.get("transaction", ""), "transaction", _LONGEST_ID)


def _officer(officer: Officer, name: str) -> dict[str, Any]:
    roles = sorted(role.value for role in officer.roles)
    return {"id": officer.officer_id, "name": name, "agency": officer.agency_code, "roles": roles}


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
