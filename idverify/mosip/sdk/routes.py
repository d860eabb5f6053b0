"""The paths of the Bio-SDK service, for the door of HTTP."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

from python_multipart.multipart import parse_options_header
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from idverify.dispatch.dispatcher import Dispatcher
from idverify.dispatch.method import Method
from idverify.dispatch.refusal import FailedError
from idverify.domain.errors import DomainError
from idverify.mosip.sdk.envelope import VERSION, answer
from idverify.mosip.sdk.methods import BioSdk
from idverify.ports import Clock
from idverify.rest.arrival import HttpArrival, language_of
from idverify.rest.calls import CLIENT_GONE, until_gone
from idverify.rest.problems import foreign_problem, problem_of
from idverify.rest.refusing import for_anybody

ROOT = "/biosdk-service"
"""What MOSIP's own service is reached at."""


def bio_sdk_routes(dispatcher: Dispatcher, sdk: BioSdk) -> Sequence[BaseRoute]:
    """Return what answers at each path.

    Args:
        dispatcher: of all doors.
        sdk: the calls.
    """

    async def status(_: Request) -> Response:
        now = sdk.clock.now()
        return PlainTextResponse(f"Service is running... {now:%a %b %d %H:%M:%S} UTC {now:%Y}")

    public = for_anybody(dispatcher.spend_stranger, status)
    return [
        Route(ROOT, public),
        Route(f"{ROOT}/", public),
        *(
            Route(f"{ROOT}/{path}", partial(_answer, dispatcher, sdk.clock, method), methods=["POST"])
            for path, method in sdk.methods().items()
        ),
    ]


async def _answer(dispatcher: Dispatcher, clock: Clock, method: Method[Any], request: Request) -> Response:
    if parse_options_header(request.headers.get("content-type"))[0] != b"application/json":
        return foreign_problem(415)
    arrival = HttpArrival(request, bytes, method.most_bytes)
    try:
        body = await until_gone(dispatcher, method, arrival)
    except (DomainError, FailedError) as refusal:
        return _refused(clock, problem_of(refusal, method.name, language_of(request)))
    if body is None:
        return CLIENT_GONE
    return Response(body, media_type="application/json")


def _refused(clock: Clock, problem: Response) -> Response:
    """Return a refusal in this interface's envelope, with the status and the headers that HTTP gives it."""
    content = json.loads(bytes(problem.body))
    told = answer(VERSION, clock.now(), None, {content["reason"]: content["detail"]})
    headers = {name: problem.headers[name] for name in ("retry-after", "www-authenticate") if name in problem.headers}
    return Response(told, problem.status_code, headers, media_type="application/json")
