"""The front door over HTTP, as an ASGI application."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from idverify.dispatch.dispatcher import Dispatcher
from idverify.dispatch.method import Method, Methods
from idverify.rest.calls import Calls
from idverify.rest.guard import Guard
from idverify.rest.log_tiles import tiles_in
from idverify.rest.oauth2 import token_routes
from idverify.rest.problems import foreign_problem
from idverify.rest.session import session_routes
from idverify.rest.well_known import WellKnown

DESCRIPTION = Path(__file__).with_name("openapi.json")
_VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the door tells of besides its calls.

    Attributes:
        hosts: names by which the door is known; empty: any.
        log: the folder in which logs are published; None: nowhere.
        serving: tells whether the service can serve.
        token: gives access tokens.
    """

    hosts: Collection[str]
    log: Path | None
    serving: Callable[[], bool]
    token: Method[Any]


async def _foreign(_: Request, error: Exception) -> Response:
    """Say what the framework itself refuses as everything else is said."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    return foreign_problem(status if status == 405 else 404)


def application_of(dispatcher: Dispatcher, methods: Methods, around: Surroundings) -> ASGIApp:
    """Return the application.

    Args:
        dispatcher: of all doors.
        methods: that can be called.
        around: what else it tells.
    """

    async def live(_: Request) -> Response:
        return JSONResponse({"status": "SERVING"})

    async def ready(_: Request) -> Response:
        serving = around.serving()
        return JSONResponse({"status": "SERVING" if serving else "NOT_SERVING"}, 200 if serving else 503)

    async def description(_: Request) -> Response:
        return FileResponse(DESCRIPTION, media_type="application/vnd.oai.openapi+json;version=3.1")

    routes: list[BaseRoute] = [
        Route("/livez", live),
        Route("/readyz", ready),
        Route("/openapi.json", description),
        *session_routes(),
        *WellKnown(dispatcher, methods).routes(),
        *token_routes(dispatcher, around.token),
    ]
    if around.log is not None:
        routes.append(Route("/log/tile/{name:path}", tiles_in(around.log)))
    routes.append(Route("/{path:path}", Calls(dispatcher, methods).answer, methods=_VERBS))
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        routes=routes,
        exception_handlers={HTTPException: _foreign},
    )
    return Guard(app, around.hosts)
