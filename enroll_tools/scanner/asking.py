"""What a scanner is asked: the requests of SBI 0.9.5, read with suspicion, and the errors of the contract."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matcher.types import FingerPosition

AUTH, REGISTRATION = "Auth", "Registration"
SPEC_VERSIONS = ("0.9.5", "1.0.0")
ENVIRONMENTS = ("Staging", "Developer", "Pre-Production", "Production")
MOST_FINGERS = 10
_LONGEST_MS = 600_000
_TRANSACTION = re.compile(r"[a-zA-Z0-9-]{4,50}", re.ASCII)
_HASH = re.compile(r"(?:[0-9a-fA-F]{64})?", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_SCORE = re.compile(r"100(?:\.0+)?|\d{1,2}(?:\.\d+)?", re.ASCII)


class ScannerError(Exception):
    """A request comes to nothing; ``code`` is the contract's: 100 to 109 its own, 500 to 599 this scanner's."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code

    def as_json(self) -> dict[str, str]:
        """Return the object ``error`` of an answer."""
        return {"errorCode": self.code, "errorInfo": str(self)}


def subtype_of(finger: FingerPosition) -> str:
    """Return what the contract calls a finger: "Right IndexFinger", "Left Thumb", "UNKNOWN"."""
    if finger is FingerPosition.UNKNOWN:
        return "UNKNOWN"
    side, name = finger.name.title().split("_")
    return f"{side} {name}" if name == "Thumb" else f"{side} {name}Finger"


_SUBTYPES = {subtype_of(finger): finger for finger in FingerPosition}
SUCCESS = {"errorCode": "0", "errorInfo": "Success"}


def not_registered() -> ScannerError:
    """Return the error of a device that no management server knows."""
    return ScannerError("100", "Device not registered")


def no_finger() -> ScannerError:
    """Return the error of a sensor on which nothing lay."""
    return ScannerError("101", "Unable to detect a biometric object")


def device_unknown() -> ScannerError:
    """Return the error of whom asks for another device."""
    return ScannerError("106", "Device not found")


def malformed(what: str) -> ScannerError:
    """Return the error of a request that is not as the contract has it."""
    return ScannerError("500", f"The request is not as SBI 0.9.5 has it: {what}")


@dataclass(frozen=True, slots=True)
class CaptureRequest:
    """What is asked of a capture.

    Attributes:
        purpose: Auth or Registration.
        environment, domain, transaction, score: as stated, and told back.
        wait_seconds: how long a finger is waited for.
        fingers: which; UNKNOWN is any.
        previous_hash: of the capture before, 32 bytes.
        device: id of the scanner that is meant.
    """

    purpose: str
    environment: str
    domain: str
    transaction: str
    score: str
    wait_seconds: float
    fingers: tuple[FingerPosition, ...]
    previous_hash: bytes | None
    device: str


def read_object(body: bytes) -> dict[str, Any]:
    """Read the body of a request. Raises ScannerError."""
    try:
        content = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise malformed("it is not JSON") from None
    if not isinstance(content, dict):
        raise malformed("it is not a JSON object")
    return content


def read_capture(content: Mapping[str, Any]) -> CaptureRequest:
    """Read a request for a capture of fingers.

    Raises:
        ScannerError: 500 for what is not as the contract has it, 106 for a sensor of another kind, 109 for more fingers
            than there are, or another number than was listed.
    """
    known = {name: _stated(content, name) for name in ("env", "purpose", "specVersion", "timeout", "transactionId")}
    _require(known["env"] in ENVIRONMENTS, "env")
    _require(known["purpose"] in {AUTH, REGISTRATION}, "purpose")
    _require(known["specVersion"] in SPEC_VERSIONS, "specVersion")
    _require(_TRANSACTION.fullmatch(known["transactionId"]), "transactionId")
    _require(_NUMBER.fullmatch(known["timeout"]), "timeout, in milliseconds")
    asked = content.get("bio")
    _require(isinstance(asked, list) and len(asked) == 1 and isinstance(asked[0], dict), "bio, with one entry")
    bio: Mapping[str, Any] = content["bio"][0]
    if bio.get("type") != "Finger":
        raise device_unknown()
    score, previous = _stated(bio, "requestedScore"), _stated(bio, "previousHash")
    _require(_SCORE.fullmatch(score), "requestedScore")
    _require(_HASH.fullmatch(previous), "previousHash")
    return CaptureRequest(
        known["purpose"],
        known["env"],
        str(content.get("domainUri") or ""),
        known["transactionId"],
        score,
        min(int(known["timeout"]), _LONGEST_MS) / 1000,
        _fingers(bio),
        bytes.fromhex(previous) if previous else None,
        _stated(bio, "deviceId"),
    )


def _fingers(bio: Mapping[str, Any]) -> tuple[FingerPosition, ...]:
    count, listed = _stated(bio, "count"), bio.get("bioSubType")
    _require(_NUMBER.fullmatch(count), "count")
    _require(isinstance(listed, list), "bioSubType")
    names = [str(name) for name in bio["bioSubType"] if name is not None] or ["UNKNOWN"] * int(count)
    _require(all(name in _SUBTYPES for name in names), "bioSubType")
    if not 1 <= int(count) <= MOST_FINGERS or int(count) != len(names):
        raise ScannerError("109", "Requested number of biometric (Finger/IRIS) not supported")
    return tuple(_SUBTYPES[name] for name in names)


def _stated(content: Mapping[str, Any], name: str) -> str:
    value = content.get(name)
    _require(isinstance(value, str), name)
    return str(value)


def _require(holds: object, what: str) -> None:
    if not holds:
        raise malformed(what)
