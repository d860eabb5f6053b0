"""The token endpoint (RFC 6749 section 3.2), and the documents that lead to it (RFC 8414)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from idverify.dispatch.dispatcher import Dispatcher
from idverify.dispatch.method import Method
from idverify.dispatch.refusal import FailedError
from idverify.domain.errors import DomainError, Kind, Reason
from idverify.rest.arrival import HttpArrival
from idverify.rpc.convert.fields import invalid

TOKEN_PATH = "/oauth2/token"  # noqa: S105 - a path
_BY_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_MOST_BYTES = 16 << 10
_FORM = "application/x-www-form-urlencoded"

_ERRORS = {"grant_type": "unsupported_grant_type", "scope": "invalid_scope"}
_UNKNOWN_CLIENT = frozenset({Kind.UNAUTHENTICATED, Kind.DENIED})
_LATER = {Kind.EXHAUSTED: 429, Kind.UNAVAILABLE: 503, Kind.DEADLINE: 503}


def authorization_facts(issuer: str) -> dict[str, Any]:
    """Return what is true of this service as an authorization server (RFC 8414 section 2)."""
    base = issuer.rstrip("/") if "://" in issuer else ""
    return {
        "token_endpoint": f"{base}{TOKEN_PATH}",
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256", "EdDSA", "PS256"],
    }


def token_routes(dispatcher: Dispatcher, method: Method[Any]) -> list[Route]:
    """Return the path of the endpoint, which is one call of the dispatch."""

    async def answer(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            return _error(400, "invalid_request", f"send {_FORM}")
        arrival = HttpArrival(request, _asked, _MOST_BYTES)
        try:
            dispatcher.spend_stranger(arrival.peer)
            told = await dispatcher.call(method, arrival, anonymous=True)
        except (DomainError, FailedError) as refusal:
            return _refused(refusal)
        return Response(told, headers={"cache-control": "no-store"}, media_type="application/json")

    return [Route(TOKEN_PATH, answer, methods=["POST"])]


def _asked(body: bytes) -> bytes:
    """Return what a form asks for, for the method.

    Raises:
        DomainError: FIELD_INVALID.
    """
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=20)
    except ValueError:
        raise invalid("request", "must be a form") from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise invalid("request", "must say nothing twice")
    if fields.get("grant_type") != "client_credentials":
        raise invalid("grant_type", "must be client_credentials")
    if fields.get("client_assertion_type") != _BY_ASSERTION or "client_secret" in fields:
        raise invalid("client_assertion_type", f"must be {_BY_ASSERTION}; no secret is taken")
    if fields.get("scope"):
        raise invalid("scope", "must be left out: what a client may do stands in the registry")
    return json.dumps({name: fields.get(name, "") for name in ("client_assertion", "client_id")}).encode()


def _refused(refusal: DomainError | FailedError) -> Response:
    if isinstance(refusal, FailedError):
        return _error(500, "server_error", "the service failed")
    if refusal.reason.kind in _UNKNOWN_CLIENT:
        cause = refusal.metadata.get("cause", refusal.reason.code)
        return _error(
            401, "invalid_client", f"{cause}: {refusal.message}", {"www-authenticate": 'Bearer realm="idverify"'}
        )
    if refusal.reason.kind in _LATER:
        return _error(
            _LATER[refusal.reason.kind],
            "temporarily_unavailable",
            refusal.message,
            {"retry-after": refusal.metadata.get("retry_seconds", "2")},
        )
    error = _ERRORS.get(refusal.metadata.get("field", ""), "invalid_request")
    return _error(413 if refusal.reason is Reason.REQUEST_TOO_LARGE else 400, error, refusal.message)


def _error(status: int, error: str, description: str, headers: dict[str, str] | None = None) -> Response:
    """Return an answer after RFC 6749 section 5.2."""
    told = json.dumps({"error": error, "error_description": description}).encode()
    return Response(told, status, {"cache-control": "no-store"} | (headers or {}), media_type="application/json")
