"""Refusals as problem details, RFC 9457: the reason, the words and the hints of the gRPC status, in JSON."""

from __future__ import annotations

import json
from typing import Any

from google.rpc import code_pb2, error_details_pb2
from starlette.responses import Response

from idverify.dispatch.refusal import Refusal
from idverify.domain.errors import Reason
from idverify.domain.model import Language
from idverify.rpc.errors import status_of

MEDIA_TYPE = "application/problem+json"

_STATUS = {
    code_pb2.INVALID_ARGUMENT: 400,
    code_pb2.UNAUTHENTICATED: 401,
    code_pb2.PERMISSION_DENIED: 403,
    code_pb2.NOT_FOUND: 404,
    code_pb2.ALREADY_EXISTS: 409,
    code_pb2.ABORTED: 409,
    code_pb2.FAILED_PRECONDITION: 412,
    code_pb2.RESOURCE_EXHAUSTED: 429,
    code_pb2.INTERNAL: 500,
    code_pb2.UNAVAILABLE: 503,
    code_pb2.DEADLINE_EXCEEDED: 504,
}
"""By code of ``google.rpc.Code``, after google/rpc/code.proto; FAILED_PRECONDITION apart, which is 400 there: what is
refused in a state can be asked again in another, a request that is wrong cannot."""

_FOREIGN = {
    400: ("LENGTH_AMBIGUOUS", "say how long the body is in one way only"),
    404: ("PATH_UNKNOWN", "there is nothing at this path"),
    405: ("VERB_UNKNOWN", "this path does not take this verb"),
    415: ("MEDIA_TYPE_UNKNOWN", "send application/json, or multipart/form-data with images"),
    403: ("ORIGIN_FOREIGN", "pages of another origin may not call"),
    431: ("HEADERS_EXCEEDED", "send fewer headers"),
    421: ("HOST_FOREIGN", "the request is meant for another host"),
}
"""What HTTP alone can be asked wrong, by status: reason and words. Nothing was called."""


def problem_of(refusal: Refusal, action: str, language: Language) -> Response:
    """Return the answer to a call that was refused or failed.

    Args:
        refusal: why.
        action: name of the method.
        language: of the caller.
    """
    status = status_of(refusal, action, language)
    content: dict[str, Any] = {"detail": status.message}
    headers: dict[str, str] = {}
    for detail in status.details:
        _tell(detail, content, headers)
    if status.code == code_pb2.UNAUTHENTICATED:
        error = ', error="invalid_token"' if content["reason"] == Reason.TOKEN_INVALID.code else ""
        headers["www-authenticate"] = f'Bearer realm="idverify"{error}'  # RFC 6750 section 3
    return _problem(_STATUS[status.code], content["reason"], content, headers)


def foreign_problem(status: int, headers: dict[str, str] | None = None) -> Response:
    """Return the answer to what HTTP itself refuses, by its status."""
    reason, detail = _FOREIGN[status]
    return _problem(status, reason, {"reason": reason, "detail": detail}, headers or {})


def _tell(detail: Any, content: dict[str, Any], headers: dict[str, str]) -> None:
    info, words = error_details_pb2.ErrorInfo(), error_details_pb2.LocalizedMessage()
    wrong, again = error_details_pb2.BadRequest(), error_details_pb2.RetryInfo()
    if detail.Unpack(info):
        content.update({"reason": info.reason, "metadata": dict(info.metadata)})
    elif detail.Unpack(words):
        content["message"] = {"locale": words.locale, "text": words.message}
    elif detail.Unpack(wrong):
        content["errors"] = [{"field": each.field, "detail": each.description} for each in wrong.field_violations]
    elif detail.Unpack(again):
        headers["retry-after"] = str(again.retry_delay.seconds)
        content["retrySeconds"] = again.retry_delay.seconds


def _problem(status: int, reason: str, content: dict[str, Any], headers: dict[str, str]) -> Response:
    told = {"type": f"urn:idverify:reason:{reason}", "title": reason.replace("_", " ").capitalize(), "status": status}
    body = json.dumps(told | content, ensure_ascii=False).encode()
    return Response(body, status, headers, media_type=MEDIA_TYPE)


def status_code_of(code: str) -> int:
    """Return the HTTP status of a code by its name, for the description of the door."""
    return _STATUS[code_pb2.Code.Value(code)]
