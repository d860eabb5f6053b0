"""What stands around every request and answer of the Bio-SDK service."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from idverify.trust.strict_json import StrictJsonError, parse_strict

VERSION = "1.0"
NO_PROVIDER, UNREADABLE = "BIO_SDK_001", "INVALID_REQUEST_BODY"


class EnvelopeError(Exception):
    """A request that cannot be opened.

    Attributes:
        code: as the service's specification has it.
        version: that the request states; this service's own if it states none.
    """

    def __init__(self, code: str, message: str, version: str = VERSION) -> None:
        super().__init__(message)
        self.code = code
        self.version = version


@dataclass(frozen=True, slots=True)
class Opened:
    """A request without its envelope: the version that it states, and its body."""

    version: str
    body: Mapping[str, Any]


def opened(data: bytes) -> Opened:
    """Open a request: ``{"version": ..., "request": base64 of a JSON object}``.

    Raises:
        EnvelopeError: it is none, or of a version that is not spoken here.
    """
    outer = _object(_parsed(data, "the request"), "the request", VERSION)
    version = outer.get("version")
    if not isinstance(version, str) or not version.isprintable() or len(version) > len("1.0.0-rc.99"):
        raise EnvelopeError(UNREADABLE, "version must be a text such as 1.0")
    if version.partition(".")[0] not in {"0", "1"}:
        raise EnvelopeError(NO_PROVIDER, "No Bio SDK service provider implementations found for given version", version)
    packed = outer.get("request")
    if not isinstance(packed, str):
        raise EnvelopeError(UNREADABLE, "request must be a text in base64", version)
    try:
        inner = base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError):
        raise EnvelopeError(UNREADABLE, "request must be a text in base64", version) from None
    return Opened(version, _object(_parsed(inner, "what is in request", version), "what is in request", version))


def answer(version: str, now: datetime, response: object, errors: Mapping[str, str] | None = None) -> bytes:
    """Return an answer in its envelope.

    Args:
        version: of the request.
        now: the time.
        response: the answer; None: there is none.
        errors: message by code, of what could not be called.
    """
    moment = now.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
    told = [{"code": code, "message": message} for code, message in (errors or {}).items()]
    content = {"version": version, "responsetime": moment, "response": response, "errors": told}
    return json.dumps(content, separators=(",", ":")).encode()


def _parsed(data: bytes, what: str, version: str = VERSION) -> Any:
    try:
        return parse_strict(data)
    except StrictJsonError as error:
        raise EnvelopeError(UNREADABLE, f"{what} must be JSON: {error}", version) from None


def _object(value: Any, what: str, version: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise EnvelopeError(UNREADABLE, f"{what} must be a JSON object", version)
    return value
