"""Requests of the ABIS interface as they come in, and answers as they go out: JSON, all values texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from idverify.mosip.abis.failures import AbisError, Failure
from idverify.trust.strict_json import StrictJsonError, parse_strict

MOST_BYTES = 1 << 20
"""Of a request: a gallery of 20,000 references."""

_LONGEST = 256
_LONGEST_URL = 4096


class Operation(Enum):
    """What is asked, by the ``id`` of a request."""

    INSERT = "mosip.abis.insert"
    IDENTIFY = "mosip.abis.identify"
    DELETE = "mosip.abis.delete"
    PING = "mosip.abis.ping"
    PENDING_JOBS = "mosip.abis.pendingJobs"
    REFERENCE_COUNT = "mosip.abis.referenceCount"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. What it does not say is empty; of flags and gallery, as it came.

    Attributes:
        operation: what is asked; None: nothing that is known.
        id: as it was written.
        request_id: which an answer repeats.
        content: all members.
    """

    operation: Operation | None
    id: str
    request_id: str
    content: Mapping[str, Any]

    def text(self, name: str, longest: int = _LONGEST) -> str:
        """Return a member; empty: it is not there, or null. Raises AbisError STRUCTURE_INVALID if it is no text."""
        value = self.content.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > longest or not value.isprintable():
            raise AbisError(Failure.STRUCTURE_INVALID, f"{name} is no text of at most {longest} characters")
        return value

    @property
    def reference_id(self) -> str:
        """Whom it is about."""
        return self.text("referenceId")

    @property
    def reference_url(self) -> str:
        """Where the biometrics are."""
        return self.text("referenceURL", _LONGEST_URL) or self.text("referenceUrl", _LONGEST_URL)

    @property
    def gallery(self) -> tuple[str, ...] | None:
        """Among whom is searched; None: all. Raises AbisError STRUCTURE_INVALID."""
        stated = self.content.get("gallery") or {}
        listed = stated.get("referenceIds") if isinstance(stated, dict) else stated
        if listed is None:
            return None
        found = [each.get("referenceId") for each in listed] if _is_list_of_objects(listed) else None
        if found is None or not all(isinstance(each, str) and each for each in found):
            raise AbisError(Failure.STRUCTURE_INVALID, "gallery is no list of referenceIds")
        return tuple(found) or None

    def number(self, name: str) -> float | None:
        """Return a flag; None: it is not stated. Raises AbisError STRUCTURE_INVALID if it is no number."""
        flags = self.content.get("flags") or {}
        value = flags.get(name) if isinstance(flags, dict) else flags
        if value is None or value == "":
            return None
        digits = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
        if not (digits.isascii() and digits.isdecimal() and len(digits) <= len("999999")):
            raise AbisError(Failure.STRUCTURE_INVALID, f"flags.{name} is no whole number")
        return int(digits)

    def require_whole(self) -> None:
        """Require what every request has.

        Raises:
            AbisError: STRUCTURE_INVALID, REQUEST_ID_MISSING, ID_INVALID, VERSION_INVALID, REQUEST_TIME_MISSING,
                REQUEST_TIME_INVALID.
        """
        if not self.content:
            raise AbisError(Failure.STRUCTURE_INVALID, "the request is no JSON object")
        if not self.request_id:
            raise AbisError(Failure.REQUEST_ID_MISSING, "requestId is missing")
        if self.operation is None:
            raise AbisError(Failure.ID_INVALID, "id is of no operation")
        version = self.text("version") or self.text("ver")
        if version.partition(".")[0] not in {"0", "1"}:
            raise AbisError(Failure.VERSION_INVALID, "version is missing, or none that is spoken here")
        stated = self.text("requesttime")
        if not stated:
            raise AbisError(Failure.REQUEST_TIME_MISSING, "requesttime is missing")
        try:
            datetime.fromisoformat(stated)
        except ValueError:
            raise AbisError(Failure.REQUEST_TIME_INVALID, "requesttime is no moment of ISO 8601") from None


def read_request(data: bytes) -> Asked:
    """Read a request; whatever it is, so that it can be answered."""
    try:
        content = parse_strict(data) if len(data) <= MOST_BYTES else None
    except StrictJsonError:
        content = None
    if not isinstance(content, dict):
        return Asked(None, "", "", {})
    stated = content.get("id")
    name = stated if isinstance(stated, str) and len(stated) <= _LONGEST else ""
    known = {each.value: each for each in Operation}
    request_id = content.get("requestId")
    if not isinstance(request_id, str) or len(request_id) > _LONGEST or not request_id.isprintable():
        request_id = ""
    return Asked(known.get(name), name, request_id, content)


def done(asked: Asked, now: datetime, **told: Any) -> bytes:
    """Return the answer to a request that was done."""
    return _answer(asked, now, returnValue="1", **told)


def failed(asked: Asked, now: datetime, failure: Failure) -> bytes:
    """Return the answer to one that was not."""
    # Some answers always have their number.
    numbers = {Operation.PENDING_JOBS: {"jobscount": "0"}, Operation.REFERENCE_COUNT: {"count": "0"}}
    counted = {} if asked.operation is None else numbers.get(asked.operation, {})
    return _answer(asked, now, **counted, returnValue="2", failureReason=str(failure.value))


def _answer(asked: Asked, now: datetime, **told: Any) -> bytes:
    moment = now.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
    content = {"id": asked.id, "requestId": asked.request_id, "responsetime": moment, **told}
    return json.dumps(content, separators=(",", ":")).encode()


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)
