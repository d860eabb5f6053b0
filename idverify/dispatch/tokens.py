"""What gives tokens, as methods of the dispatch: the same limits, deadlines, log and figures as any call."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from idverify.access.permissions import ISSUE_TOKEN, REQUEST_SIGN_IN
from idverify.dispatch.method import Method
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import RequestContext
from idverify.ports import UnitOfWork
from idverify.services.calls.call import Call
from idverify.services.counter.sign_ins import SignInService
from idverify.services.registry.tokens import AccessToken, TokenService

Asked = dict[str, str]


def token_method(service: TokenService, sign_ins: SignInService) -> Method[Asked]:
    """Return the method that gives tokens.

    Its request is a JSON object of texts: ``client_assertion``, and ``client_id``, which may be empty; for a sign-in
    ``auth_req_id``. Its answer is that of RFC 6749 section 5.1, or says ``error`` of a sign-in of which nothing has
    come yet, or will (OpenID Connect CIBA Core 1.0 section 11).
    """

    def run(_: Call, asked: Asked) -> bytes:
        if not asked.get("auth_req_id"):
            return _told(service.issue(asked["client_assertion"], asked["client_id"]))
        client, key = service.authenticated(asked["client_assertion"], asked["client_id"], "SignIn")

        def give(uow: UnitOfWork, claims: Mapping[str, Any]) -> bytes:
            given, id_token = service.issue_with(uow, client, key, claims)
            return _told(given, id_token=id_token)

        polled = sign_ins.poll(client, asked["auth_req_id"], give)
        if polled.error == "invalid_grant":  # guessed, another's, or told before
            service.denied(client, "SignIn", Reason.SIGN_IN_NOT_FOUND)
        return json.dumps({"error": polled.error}).encode() if polled.error else polled.given

    return _method(ISSUE_TOKEN, run)


def sign_in_method(service: TokenService, sign_ins: SignInService) -> Method[Asked]:
    """Return the method by which a portal asks for a sign-in (OpenID Connect CIBA Core 1.0 section 7).

    Its request is as of :func:`token_method`, with ``login_hint``, ``binding_message`` and ``requested_expiry``.
    """

    def run(_: Call, asked: Asked) -> bytes:
        client, _key = service.authenticated(asked["client_assertion"], asked["client_id"], "RequestSignIn")
        seconds = int(asked["requested_expiry"]) if asked["requested_expiry"] else None
        try:
            auth_req_id, noted = sign_ins.ask(client, asked["login_hint"], asked["binding_message"], seconds)
        except DomainError as refusal:
            service.denied(client, "RequestSignIn", refusal.reason)
            raise
        lives = int((noted.expires - noted.asked).total_seconds())
        return json.dumps({"auth_req_id": auth_req_id, "expires_in": lives, "interval": noted.interval}).encode()

    return _method(REQUEST_SIGN_IN, run)


def _method(full_name: str, run: Callable[[Call, Asked], bytes]) -> Method[Asked]:
    home, _, name = full_name.partition("/")
    return Method(home, name, _read, lambda _: RequestContext(), lambda _: b"", run)


def _told(given: AccessToken, **besides: str) -> bytes:
    told = {"access_token": given.token, "token_type": "Bearer", "expires_in": given.seconds}
    return json.dumps(told | besides).encode()


def _read(body: bytes) -> Asked:
    content: Asked = json.loads(body)
    if not content["client_assertion"]:
        raise DomainError(Reason.FIELD_MISSING, "client_assertion is required", {"field": "client_assertion"})
    return content
