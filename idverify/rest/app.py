"""The front door over HTTP, as an ASGI application."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from idverify.dispatch.dispatcher import Dispatcher
from idverify.dispatch.method import Method, Methods
from idverify.page.routes import PAGES, page_routes
from idverify.ports import OfficerDoor
from idverify.rest.backchannel import sign_in_routes
from idverify.rest.calls import Calls
from idverify.rest.guard import Guard
from idverify.rest.log_tiles import tiles_in
from idverify.rest.oauth2 import token_routes
from idverify.rest.refusing import HANDLERS, for_anybody
from idverify.rest.session import FROM_THE_PROVIDER, SessionPaths
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
        sign_in: notes that a portal wants a citizen signed in.
        scanner_ports: of a clerk's machine, where the counter page may ask for scanners.
        officers: lets them sign in; None: nobody does.
        page_url: origin of the pages as browsers have it; empty: not known.
        further: what other interfaces are answered at.
    """

    hosts: Collection[str]
    log: Path | None
    serving: Callable[[], bool]
    token: Method[Any]
    sign_in: Method[Any]
    scanner_ports: range = range(0)
    officers: OfficerDoor | None = None
    page_url: str = ""
    further: Sequence[BaseRoute] = ()


def application_of(dispatcher: Dispatcher, methods: Methods, around: Surroundings) -> ASGIApp:
    """Return the application.

    Args:
        dispatcher: of all doors.
        methods: that can be called.
        around: what else it tells.
    """
    described = DESCRIPTION.read_bytes()

    async def live(_: Request) -> Response:
        return JSONResponse({"status": "SERVING"})

    async def ready(_: Request) -> Response:
        serving = around.serving()
        return JSONResponse({"status": "SERVING" if serving else "NOT_SERVING"}, 200 if serving else 503)

    async def description(_: Request) -> Response:
        return Response(described, media_type="application/vnd.oai.openapi+json;version=3.1")

    public = partial(for_anybody, dispatcher.spend_stranger)

    routes: list[BaseRoute] = [
        Route("/livez", live),
        Route("/readyz", ready),
        Route("/openapi.json", public(description)),
        *SessionPaths(around.officers, public).routes(),
        *(Route(path, public(document)) for path, document in WellKnown(dispatcher, methods).documents()),
        *page_routes(around.scanner_ports),
        *sign_in_routes(dispatcher, around.sign_in),
        *token_routes(dispatcher, around.token),
        *around.further,
    ]
    if around.log is not None:
        routes.append(Route("/log/tile/{name:path}", public(tiles_in(around.log))))
    routes.append(Route("/{path:path}", Calls(dispatcher, methods).answer, methods=_VERBS))
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        routes=routes,
        exception_handlers=HANDLERS,
    )
    return Guard(app, around.hosts, {*PAGES, *FROM_THE_PROVIDER}, around.page_url, lambda: dispatcher.watermark)
