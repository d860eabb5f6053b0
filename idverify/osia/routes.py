"""The paths of OSIA's interfaces, for the door of HTTP."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from python_multipart.multipart import parse_options_header
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from idverify.dispatch.dispatcher import Dispatcher
from idverify.dispatch.method import Method
from idverify.dispatch.refusal import FailedError
from idverify.domain.errors import DomainError
from idverify.osia.abis import csv_of
from idverify.osia.answers import error_of
from idverify.osia.paths import ABIS, OF_RELYING_PARTY, PLACES, RELYING_PARTY, Place
from idverify.osia.relying_party import NOT_HERE
from idverify.osia.requests import packed_request
from idverify.rest.arrival import HttpArrival, language_of
from idverify.rest.calls import CLIENT_GONE, until_gone
from idverify.rest.problems import foreign_problem, problem_of

_JSON = b"application/json"
_VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "QUERY"})
_HEADERS = ("retry-after", "www-authenticate", "allow")


def osia_routes(
    dispatcher: Dispatcher, abis: Mapping[str, Method[Any]], relying_party: Mapping[str, Method[Any]]
) -> Sequence[Route]:
    """Return what answers at each path.

    Args:
        dispatcher: of all doors.
        abis: methods of the ABIS, by operation id.
        relying_party: those for relying parties.
    """
    found = [_route(dispatcher, ABIS, place, abis[place.operation]) for place in PLACES]
    found += [_route(dispatcher, RELYING_PARTY, place, relying_party[place.operation]) for place in OF_RELYING_PARTY]
    found += [
        Route(RELYING_PARTY + path, partial(_not_here, why), methods=[verb]) for (verb, path), why in NOT_HERE.items()
    ]
    unknown = [Route(root + "/{rest:path}", _unknown, methods=[*_VERBS]) for root in (ABIS, RELYING_PARTY)]
    return [*found, *_other_verbs(found), *unknown]


def _other_verbs(routes: Sequence[Route]) -> list[Route]:
    """Return what says which verbs a path takes (RFC 9110 section 15.5.6): the door's own paths begin after these."""
    known: dict[str, set[str]] = {}
    for route in routes:
        known.setdefault(route.path, set()).update(route.methods or ())
    return [
        Route(path, partial(_other_verb, ", ".join(sorted(verbs))), methods=[*_VERBS - verbs])
        for path, verbs in known.items()
    ]


async def _other_verb(allowed: str, _: Request) -> Response:
    return _error(foreign_problem(405, {"allow": allowed}), 405)


async def _unknown(_: Request) -> Response:
    return _error(foreign_problem(404), 404)


def _route(dispatcher: Dispatcher, root: str, place: Place, method: Method[Any]) -> Route:
    return Route(root + place.path, partial(_answer, dispatcher, place, method), methods=[place.verb])


async def _answer(dispatcher: Dispatcher, place: Place, method: Method[Any], request: Request) -> Response:
    sends = request.method in {"POST", "PUT"} and request.headers.get("content-length", "0") != "0"
    if sends and parse_options_header(request.headers.get("content-type"))[0] != _JSON:
        return _told_as(foreign_problem(415), place)
    key = request.headers.get("idempotency-key", "").strip().strip('"') or str(uuid.uuid4())
    query = request.query_params.multi_items()
    arrival = HttpArrival(request, partial(packed_request, key, dict(request.path_params), query), method.most_bytes)
    try:
        told = await until_gone(dispatcher, method, arrival)
    except (DomainError, FailedError) as refusal:
        return _told_as(problem_of(refusal, method.name, language_of(request)), place)
    if told is None:
        return CLIENT_GONE
    status, _, content = told.partition(b"\n")
    if status == b"204":
        return Response(status_code=204)
    as_csv = place.operation == "readGalleryContent" and request.headers.get("accept", "").startswith("text/csv")
    if as_csv and status == b"200":
        return Response(csv_of(content), media_type="text/csv")
    return Response(content, int(status), media_type="application/json")


def _told_as(problem: Response, place: Place) -> Response:
    """Return a refusal as OSIA's error: a number, which is the status that HTTP would give it, and its words."""
    status = problem.status_code
    if (status == 404 and not place.missing) or (status == 409 and not place.conflict) or status in {412, 415}:
        status = 400
    return _error(problem, status)


def _error(problem: Response, status: int) -> Response:
    headers = {name: problem.headers[name] for name in _HEADERS if name in problem.headers}
    return Response(json.dumps(error_of(problem), ensure_ascii=False), status, headers, media_type="application/json")


async def _not_here(why: str, _: Request) -> Response:
    return Response(json.dumps({"code": 501, "message": why}), 501, media_type="application/json")
