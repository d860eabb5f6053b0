"""The token endpoint (RFC 6749 section 3.2), and the documents that lead to it (RFC 8414)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
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
from idverify.rest.refusing import Endpoint
from idverify.rpc.convert.fields import invalid

TOKEN_PATH = "/oauth2/token"  # noqa: S105 - a path
SIGN_IN_PATH = "/oauth2/bc-authorize"
CIBA_GRANT = "urn:openid:params:grant-type:ciba"
"""OpenID Connect CIBA Core 1.0 section 10.1."""

_BY_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_MOST_BYTES = 16 << 10
_FORM = "application/x-www-form-urlencoded"

_ERRORS = {
    "grant_type": "unsupported_grant_type",
    "scope": "invalid_scope",
    "binding_message": "invalid_binding_message",
}
_OF_SIGN_INS = {
    Reason.PROCEDURE_NOT_FOUND: "invalid_binding_message",
    Reason.CLIENT_NOT_AUTHORIZED: "unauthorized_client",
    Reason.CLIENT_NOT_ENTITLED: "unauthorized_client",
}
"""Refusals that mean that alone here, since the client has shown its key by then."""

_UNKNOWN_CLIENT = frozenset({Kind.UNAUTHENTICATED, Kind.DENIED})
_LATER = {Kind.EXHAUSTED: 429, Kind.UNAVAILABLE: 503, Kind.DEADLINE: 503}


def authorization_facts(issuer: str) -> dict[str, Any]:
    """Return what is true of this service as an authorization server (RFC 8414 section 2)."""
    base = issuer.rstrip("/") if "://" in issuer else ""
    return {
        "token_endpoint": f"{base}{TOKEN_PATH}",
        "grant_types_supported": ["client_credentials", CIBA_GRANT],
        "backchannel_authentication_endpoint": f"{base}{SIGN_IN_PATH}",
        "backchannel_token_delivery_modes_supported": ["poll"],
        "backchannel_user_code_parameter_supported": False,
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256", "EdDSA", "PS256"],
    }


def token_routes(dispatcher: Dispatcher, method: Method[Any]) -> list[Route]:
    """Return the path of the endpoint, which is one call of the dispatch."""
    return [Route(TOKEN_PATH, asked_by_form(dispatcher, method, _asked), methods=["POST"])]


def asked_by_form(
    dispatcher: Dispatcher, method: Method[Any], asked: Callable[[Mapping[str, str]], Mapping[str, str]]
) -> Endpoint:
    """Return what answers a form by one call of the dispatch.

    Args:
        dispatcher: of all doors.
        method: that is called.
        asked: from the fields of the form to what the method reads besides who asks. Raises DomainError.
    """

    def read(body: bytes) -> bytes:
        fields = _fields(body)
        return json.dumps({**asked(fields), **_client(fields)}).encode()

    async def answer(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            return _error(400, "invalid_request", f"send {_FORM}")
        arrival = HttpArrival(request, read, _MOST_BYTES)
        try:
            dispatcher.spend_stranger(arrival.peer)
            told = await dispatcher.call(method, arrival, anonymous=True)
        except (DomainError, FailedError) as refusal:
            return _refused(refusal)
        status = 400 if "error" in json.loads(told) else 200
        return Response(told, status, headers={"cache-control": "no-store"}, media_type="application/json")

    return answer


def _fields(body: bytes) -> dict[str, str]:
    """Return the fields of a form.

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
    return fields


def _client(fields: Mapping[str, str]) -> dict[str, str]:
    """Return by what a form says who asks. Raises DomainError FIELD_INVALID."""
    if fields.get("client_assertion_type") != _BY_ASSERTION or "client_secret" in fields:
        raise invalid("client_assertion_type", f"must be {_BY_ASSERTION}; no secret is taken")
    return {name: fields.get(name, "") for name in ("client_assertion", "client_id")}


def _asked(fields: Mapping[str, str]) -> dict[str, str]:
    """Return what a form asks of the token endpoint. Raises DomainError FIELD_INVALID."""
    grant = fields.get("grant_type")
    if grant not in {"client_credentials", CIBA_GRANT}:
        raise invalid("grant_type", f"must be client_credentials or {CIBA_GRANT}")
    if fields.get("scope"):
        raise invalid("scope", "must be left out: what a client may do stands in the registry")
    if grant == CIBA_GRANT and not fields.get("auth_req_id"):
        raise invalid("auth_req_id", "must be what the sign-in was answered with")
    return {"auth_req_id": fields.get("auth_req_id", "") if grant == CIBA_GRANT else ""}


def _refused(refusal: DomainError | FailedError) -> Response:
    if isinstance(refusal, FailedError):
        return _error(500, "server_error", "the service failed")
    if refusal.reason in _OF_SIGN_INS:
        return _error(400, _OF_SIGN_INS[refusal.reason], refusal.message)
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
