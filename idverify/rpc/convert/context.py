"""Who calls and why, and what makes two requests the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from google.protobuf.message import Message

from idverify.domain.model import RequestContext
from idverify.rpc.convert.fields import invalid, known_enum, text, uuid_text
from idverify.v1 import types_pb2

CONTEXT_LIMITS: Mapping[str, int] = {
    "transaction_id": 64,
    "procedure_code": 64,
    "dossier_code": 64,
    "agency_code": 35,
    "officer_id": 20,
    "counter_id": 64,
    "nonce": 128,
    "consent_ref": 64,
}
"""Longest text of each field of the context, in characters."""

_NONCE = re.compile(r"[A-Za-z0-9._~-]{16,}")
"""The unreserved characters of RFC 3986: a nonce needs no quoting anywhere. Shorter ones are guessed or repeated."""


def context_of(request: Any) -> RequestContext:
    """Return the context of a request; an empty one if its type has none.

    Raises:
        DomainError: FIELD_INVALID.
    """
    if not has_context(request):
        return RequestContext()
    message: types_pb2.RequestContext = request.context
    request_id = uuid_text(message.request_id, "context.request_id")
    texts = {name: text(getattr(message, name), f"context.{name}", longest) for name, longest in CONTEXT_LIMITS.items()}
    if texts["nonce"] and not _NONCE.fullmatch(texts["nonce"]):
        raise invalid("context.nonce", "must be 16 to 128 characters of A-Z a-z 0-9 - . _ ~")
    purpose = known_enum(message.purpose, types_pb2.Purpose, "context.purpose")
    stated = types_pb2.Purpose.Name(purpose).removeprefix("PURPOSE_") if purpose else ""
    return RequestContext(request_id=request_id, purpose=stated, **texts)


def request_content(rpc: str, request: Any) -> bytes:
    """Return what a retry must repeat: the RPC and the whole request but its id.

    Everything else counts: the officer, the counter and the transaction are audited and signed with the answer, so an
    answer given to another officer is another answer. The encoding is deterministic within one build of protobuf;
    after an upgrade a retry of an older request may be refused as REQUEST_REPLAYED, which is the safe side.
    """
    content = type(request)()
    content.CopyFrom(request)
    if has_context(content):
        content.context.ClearField("request_id")
    encoded: bytes = content.SerializeToString(deterministic=True)
    return rpc.encode() + b"\0" + encoded


def has_context(request: Message) -> bool:
    """Tell whether the type of a request carries a context."""
    return "context" in request.DESCRIPTOR.fields_by_name
