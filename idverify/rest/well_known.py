"""What is public and found where the web looks for it: keys, status lists, the log; by the same calls as by gRPC."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from google.protobuf.message import Message
from starlette.requests import Request
from starlette.responses import Response

from idverify.dispatch.dispatcher import Dispatcher
from idverify.dispatch.method import Methods
from idverify.rest.arrival import PublicArrival
from idverify.rest.oauth2 import authorization_facts
from idverify.rest.problems import foreign_problem
from idverify.rest.refusing import Endpoint, note_action
from idverify.v1 import assertions_pb2, confirmations_pb2, log_pb2

_ASSERTIONS = "idverify.v1.AssertionService/GetKeySet"
_STATUS = "idverify.v1.ConfirmationService/GetStatusList"
_CHECKPOINT = "idverify.v1.LogService/GetLogCheckpoint"
_MINUTES = {"cache-control": "public, max-age=300"}
_NOW = {"cache-control": "no-cache"}


@dataclass(frozen=True, slots=True)
class _Public:
    """One public document: the call that gets it, and how its answer is written."""

    method: str
    request: Callable[[Request], Message]
    write: Callable[[bytes], tuple[bytes, str]]
    headers: Mapping[str, str]


class WellKnown:
    """Answers for the public documents.

    Args:
        dispatcher: of all doors.
        methods: that can be called.
    """

    def __init__(self, dispatcher: Dispatcher, methods: Methods) -> None:
        self._dispatcher = dispatcher
        self._methods = {method.full_name: method for method in methods}

    def documents(self) -> Iterator[tuple[str, Endpoint]]:
        """Yield the paths, and what answers at each."""
        documents = {
            "/.well-known/jwks.json": _Public(
                _ASSERTIONS, lambda _: assertions_pb2.GetKeySetRequest(), _keys, _MINUTES
            ),
            "/.well-known/openid-configuration": _Public(
                _ASSERTIONS, lambda _: assertions_pb2.GetKeySetRequest(), _configuration, _MINUTES
            ),
            "/.well-known/oauth-authorization-server": _Public(
                _ASSERTIONS, lambda _: assertions_pb2.GetKeySetRequest(), _authorization, _MINUTES
            ),
            "/status-lists/{number:int}": _Public(_STATUS, _status_request, _status_list, _MINUTES),
            "/log/checkpoint": _Public(_CHECKPOINT, lambda _: log_pb2.GetLogCheckpointRequest(), _checkpoint, _NOW),
        }
        for path, document in documents.items():
            yield path, partial(self._answer, document)

    async def _answer(self, document: _Public, request: Request) -> Response:
        method = self._methods[document.method]
        try:
            body = document.request(request).SerializeToString()
        except ValueError:  # a number that none has
            return foreign_problem(404)
        note_action(request, method.name)
        answer = await self._dispatcher.call(method, PublicArrival(request, body), anonymous=True)
        content, media_type = document.write(answer)
        return Response(content, headers=dict(document.headers), media_type=media_type)


def _keys(answer: bytes) -> tuple[bytes, str]:
    return assertions_pb2.GetKeySetResponse.FromString(answer).jwks_json.encode(), "application/jwk-set+json"


def _configuration(answer: bytes) -> tuple[bytes, str]:
    """Say what is true: whose assertions these are, and how they are signed. Nobody signs in here."""
    message = assertions_pb2.GetKeySetResponse.FromString(answer)
    keys: list[dict[str, Any]] = json.loads(message.jwks_json)["keys"]
    facts = _issuer(message) | {
        "id_token_signing_alg_values_supported": sorted({key["alg"] for key in keys if "alg" in key}),
        "subject_types_supported": ["pairwise"],
        "response_types_supported": [],
        "claims_supported": ["iss", "sub", "aud", "iat", "exp", "jti", "acr", "amr", "auth_time", "txn", "nonce"],
    }
    return json.dumps(facts).encode(), "application/json"


def _authorization(answer: bytes) -> tuple[bytes, str]:
    """Say how clients get access tokens (RFC 8414)."""
    facts = _issuer(assertions_pb2.GetKeySetResponse.FromString(answer))
    return json.dumps(facts | {"response_types_supported": []}).encode(), "application/json"


def _issuer(message: assertions_pb2.GetKeySetResponse) -> dict[str, Any]:
    at = message.issuer.rstrip("/") if "://" in message.issuer else ""
    return {"issuer": message.issuer, "jwks_uri": f"{at}/.well-known/jwks.json"} | authorization_facts(message.issuer)


def _status_request(request: Request) -> Message:
    return confirmations_pb2.GetStatusListRequest(number=request.path_params["number"])


def _status_list(answer: bytes) -> tuple[bytes, str]:
    message = confirmations_pb2.GetStatusListResponse.FromString(answer)
    return message.jwt.encode(), "application/statuslist+jwt"


def _checkpoint(answer: bytes) -> tuple[bytes, str]:
    message = log_pb2.GetLogCheckpointResponse.FromString(answer)
    return message.checkpoint.encode(), "text/plain; charset=utf-8"
