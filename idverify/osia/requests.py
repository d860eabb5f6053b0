"""One request of either interface, from the bytes that the door hands over."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from idverify.domain.model import RequestContext
from idverify.domain.references import ReferenceKey, require_identifier
from idverify.osia.shapes import Check, invalid
from idverify.rpc.convert.fields import uuid_text
from idverify.trust.strict_json import StrictJsonError, parse_strict

PROGRAMME = "osia"
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_MOST_CALLBACK = 2048
_MOST_TRANSACTION = 64


@dataclass(frozen=True, slots=True)
class OsiaRequest:
    """What a request says.

    Attributes:
        request_id: by which a repeated one is known.
        path: what its path names.
        query: its parameters.
        body: its content; None: it has none.
        data: all of it but the id, as bytes.
    """

    request_id: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    data: bytes

    @property
    def context(self) -> RequestContext:
        """Who calls and why."""
        return RequestContext(request_id=self.request_id, transaction_id=self.query["transactionId"])

    def key(self, name: str = "personId") -> ReferenceKey:
        """Return the person that the path names."""
        return ReferenceKey(PROGRAMME, self.path[name])

    def whole(self, name: str) -> int | None:
        """Return a parameter as a whole number. Raises DomainError FIELD_INVALID."""
        stated = self.query.get(name)
        if stated is None:
            return None
        if not _INTEGER.fullmatch(stated):
            raise invalid(name, "must be a whole number")
        return int(stated)

    def number(self, name: str) -> float | None:
        """Return a parameter as a number. Raises DomainError FIELD_INVALID."""
        stated = self.query.get(name)
        if stated is None:
            return None
        try:
            found = float(stated)
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            raise invalid(name, "must be a number")
        return found


def packed_request(request_id: str, path: Mapping[str, str], query: list[tuple[str, str]], body: bytes) -> bytes:
    """Return a request as one message: a line of JSON, and its body as it came.

    Raises:
        DomainError: FIELD_INVALID for a parameter that is there twice.
    """
    if len(dict(query)) < len(query):
        raise invalid("query", "must say nothing twice")
    return request_id.encode() + b"\n" + json.dumps([path, dict(query)]).encode() + b"\n" + body


def reader(body: Check | None) -> Callable[[bytes], OsiaRequest]:
    """Return what reads requests whose body has a shape; None: they have none.

    What it returns raises DomainError FIELD_INVALID, FIELD_MISSING.
    """

    def read(message: bytes) -> OsiaRequest:
        request_id, _, data = message.partition(b"\n")
        line, _, content = data.partition(b"\n")
        path, query = json.loads(line)
        for name, value in path.items():
            require_identifier(value, name)
        if query.get("transactionId") != "":  # must be there, and may be empty
            stated = require_identifier(query.get("transactionId", ""), "transactionId")
            if len(stated) > _MOST_TRANSACTION:
                raise invalid("transactionId", f"must be at most {_MOST_TRANSACTION} letters")
        parsed = None
        if body is not None:
            try:
                parsed = parse_strict(content)
            except StrictJsonError as error:
                raise invalid("body", f"must be JSON: {error}") from None
            body(parsed, "body")
        request = OsiaRequest(uuid_text(request_id.decode(), "Idempotency-Key"), path, query, parsed, data)
        request.whole("priority")
        callback = query.get("callback", "")
        if len(callback) > _MOST_CALLBACK or not callback.isprintable():
            raise invalid("callback", "must be an address")
        return request

    return read
