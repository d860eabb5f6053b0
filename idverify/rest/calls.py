"""Methods as paths: an HTTP request becomes a call of the dispatch, and what comes of it an answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import unquote

from python_multipart.multipart import parse_options_header
from starlette.requests import Request
from starlette.responses import Response

from idverify.dispatch.dispatcher import Dispatcher
from idverify.dispatch.method import Method, Methods
from idverify.rest.arrival import HttpArrival
from idverify.rest.forms import content_of_form
from idverify.rest.paths import Binding, binding_of
from idverify.rest.plain import file_of, wants_file
from idverify.rest.problems import foreign_problem
from idverify.rest.refusing import note_action, nothing_there
from idverify.rest.transcoding import Transcoder, read_json
from idverify.rpc.convert.fields import invalid

_IDEMPOTENCY = "idempotency-key"
_BASE64 = 1.5
"""How much longer a request is in JSON than in protobuf: images in base64, a third, and names."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A method at its path."""

    method: Method[Any]
    binding: Binding
    transcoder: Transcoder
    pattern: re.Pattern[str]


def bound(methods: Methods) -> list[Bound]:
    """Return all methods that have a path, each with it."""
    found = []
    for method in methods:
        transcoder = Transcoder.of(method.service, method.name)
        if binding := binding_of(transcoder.method):
            found.append(Bound(method, binding, transcoder, binding.pattern))
    return found


class Calls:
    """Answers requests of HTTP by the dispatch.

    Args:
        dispatcher: of all doors.
        methods: that can be called, as the doors have them.
    """

    def __init__(self, dispatcher: Dispatcher, methods: Methods) -> None:
        self._dispatcher = dispatcher
        self._bound = bound(methods)

    async def answer(self, request: Request) -> Response:
        """Answer a request, whatever its path."""
        path = request.scope["raw_path"].decode("ascii", "replace").partition("?")[0]
        found = [(one, match) for one in self._bound if (match := one.pattern.fullmatch(path))]
        if not found:
            return nothing_there(request)
        verbs = {one.binding.verb: (one, match) for one, match in found}
        if request.method not in verbs:
            return foreign_problem(405, {"allow": ", ".join(sorted(verbs))})
        one, match = verbs[request.method]
        note_action(request, one.method.name)
        kind, options = parse_options_header(request.headers.get("content-type"))
        if one.binding.has_body and kind not in {b"application/json", b"multipart/form-data"}:
            return foreign_problem(415)
        boundary = options.get(b"boundary", b"") if kind == b"multipart/form-data" else None
        parameters = _parameters(one, match, request)
        encode = partial(_encoded, one, parameters, _request_id(request.headers), boundary)
        arrival = HttpArrival(request, encode, int(one.method.most_bytes * _BASE64))
        return await self._called(one, arrival)

    async def _called(self, one: Bound, arrival: HttpArrival) -> Response:
        body = await until_gone(self._dispatcher, one.method, arrival)
        if body is None:
            return CLIENT_GONE
        if wants_file(one.transcoder.method, arrival.request.headers.get("accept", "")):
            content, media_type = file_of(one.transcoder.method, body)
            return Response(content, media_type=media_type)
        return Response(await asyncio.to_thread(one.transcoder.answer, body), media_type="application/json")


CLIENT_GONE = Response(status_code=499)
"""Nobody reads it."""


async def until_gone(dispatcher: Dispatcher, method: Method[Any], arrival: HttpArrival) -> bytes | None:
    """Return the answer to a call; None if its client has gone before. Raises as :meth:`Dispatcher.call`."""
    call = asyncio.ensure_future(dispatcher.call(method, arrival))
    gone = asyncio.ensure_future(arrival.gone())
    try:
        await asyncio.wait({call, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not call.done():  # nobody waits for the answer: what has not begun need not
            call.cancel()
            await asyncio.wait({call})
            return None
        return await call
    finally:
        gone.cancel()
        with suppress(asyncio.CancelledError):
            await gone


def _parameters(one: Bound, match: re.Match[str], request: Request) -> Sequence[tuple[str, str]]:
    """Return what path and query say, as fields of the message. A request with a body has nothing in its query."""
    binding = one.binding
    named = zip(binding.variables, match.groups(), strict=True)
    found = [(name, binding.prefixes.get(name, "") + unquote(value)) for name, value in named]
    found += binding.constants.items()
    found += request.query_params.multi_items()
    return found


def _request_id(headers: Mapping[str, str]) -> str:
    """Return the key that makes a repeated request one: a UUID, with or without the quotes of a structured field."""
    return headers.get(_IDEMPOTENCY, "").strip().strip('"')


def _encoded(one: Bound, parameters: Sequence[tuple[str, str]], key: str, boundary: bytes | None, body: bytes) -> bytes:
    if not one.binding.has_body:
        content = None
    elif len(parameters) > len(one.binding.variables) + len(one.binding.constants):
        raise invalid("request", "has a body: its fields stand there, and none in the query")
    elif boundary is None:
        content = read_json(body)
    else:
        content = content_of_form(body, boundary, one.transcoder.method.input_type)
    message: Any = one.transcoder.request(content, parameters)
    if key and "context" in one.transcoder.method.input_type.fields_by_name and not message.context.request_id:
        message.context.request_id = key
    encoded: bytes = message.SerializeToString()
    return encoded
