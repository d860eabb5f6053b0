"""What is refused becomes an answer here, wherever in this door it comes out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from idverify.dispatch.refusal import FailedError, Refusal
from idverify.domain.errors import DomainError
from idverify.page.routes import missing_page
from idverify.rest.arrival import language_of, peer_of
from idverify.rest.problems import foreign_problem, problem_of

Endpoint = Callable[[Request], Awaitable[Response]]
_ACTION = "idverify.action"


def note_action(request: Request, action: str) -> None:
    """Keep the name of the method that a request calls: a refusal says it."""
    request.scope[_ACTION] = action


def for_anybody(spend: Callable[[str], None], endpoint: Endpoint) -> Endpoint:
    """Return an endpoint that needs no certificate, as often as strangers may ask.

    Args:
        spend: counts what an address asks. Raises DomainError.
        endpoint: without that.
    """

    async def answer(request: Request) -> Response:
        spend(peer_of(request))
        return await endpoint(request)

    return answer


async def _refused(request: Request, refusal: Refusal) -> Response:
    return problem_of(refusal, request.scope.get(_ACTION, ""), language_of(request))


def nothing_there(request: Request) -> Response:
    """Say that there is nothing at a path: to who reads pages by one, to who calls as a problem."""
    return missing_page(request) or foreign_problem(404)


async def _foreign(request: Request, error: HTTPException) -> Response:
    """Say what the framework itself refuses as everything else is said."""
    # Which verbs a path takes is said with it (RFC 9110 section 15.5.6).
    return foreign_problem(405, dict(error.headers or {})) if error.status_code == 405 else nothing_there(request)


async def _broken(request: Request, _: Exception) -> Response:
    """Say nothing of what nobody foresaw; its kind is in the log."""
    return await _refused(request, FailedError(""))


HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    HTTPException: _foreign,
    DomainError: _refused,
    FailedError: _refused,
    Exception: _broken,
}
"""By kind of exception."""
