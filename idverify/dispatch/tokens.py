"""What gives access tokens, as a method of the dispatch: the same limits, deadlines, log and figures as any call."""

from __future__ import annotations

import json

from idverify.access.permissions import ISSUE_TOKEN
from idverify.dispatch.method import Method
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import RequestContext
from idverify.services.calls.call import Call
from idverify.services.registry.tokens import TokenService

Asked = dict[str, str]


def token_method(service: TokenService) -> Method[Asked]:
    """Return the method.

    Its request is a JSON object of texts: ``client_assertion``, and ``client_id``, which may be empty. Its answer is
    that of RFC 6749 section 5.1.
    """

    def run(_: Call, asked: Asked) -> bytes:
        given = service.issue(asked["client_assertion"], asked["client_id"])
        told = {"access_token": given.token, "token_type": "Bearer", "expires_in": given.seconds}
        return json.dumps(told).encode()

    home, _, name = ISSUE_TOKEN.partition("/")
    return Method(home, name, _read, lambda _: RequestContext(), lambda _: b"", run)


def _read(body: bytes) -> Asked:
    content: Asked = json.loads(body)
    if not content["client_assertion"]:
        raise DomainError(Reason.FIELD_MISSING, "client_assertion is required", {"field": "client_assertion"})
    return content
