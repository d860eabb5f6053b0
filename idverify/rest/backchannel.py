"""The endpoint at which portals ask for sign-ins (OpenID Connect CIBA Core 1.0 section 7), poll mode."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from starlette.routing import Route

from idverify.dispatch.dispatcher import Dispatcher
from idverify.dispatch.method import Method
from idverify.rest.oauth2 import SIGN_IN_PATH, asked_by_form
from idverify.rpc.convert.fields import invalid

_OTHER_HINTS = ("id_token_hint", "login_hint_token", "request", "user_code")
_SECONDS = re.compile(r"[1-9][0-9]{0,5}")


def sign_in_routes(dispatcher: Dispatcher, method: Method[Any]) -> list[Route]:
    """Return the path of the endpoint, which is one call of the dispatch."""
    return [Route(SIGN_IN_PATH, asked_by_form(dispatcher, method, _asked), methods=["POST"])]


def _asked(fields: Mapping[str, str]) -> dict[str, str]:
    """Return what a form asks for. Raises DomainError FIELD_INVALID."""
    if "openid" not in fields.get("scope", "").split():
        raise invalid("scope", "must have openid")
    for name in _OTHER_HINTS:
        if fields.get(name):
            raise invalid(name, "is not taken: name the citizen by login_hint, their citizen number")
    for name in ("login_hint", "binding_message"):
        if not fields.get(name):
            raise invalid(name, "must be the citizen number" if name == "login_hint" else "must be a procedure")
    if fields.get("requested_expiry") and not _SECONDS.fullmatch(fields["requested_expiry"]):
        raise invalid("requested_expiry", "must be a number of seconds")
    return {name: fields.get(name, "") for name in ("login_hint", "binding_message", "requested_expiry")}
