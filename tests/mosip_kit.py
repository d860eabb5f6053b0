"""What MOSIP's programs send, and the schemas that its compliance toolkit holds answers to."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import httpx2
import jsonschema
import pytest

from tests.places import REPOSITORY

CONTRACTS = Path(os.environ.get("IDVERIFY_CONTRACTS", REPOSITORY.parent / "shared" / "contracts"))
"""Where third parties' contracts lie, if they do: nothing of them is in this repository."""


def schema(contract: str, name: str) -> dict[str, Any]:
    """Return a schema of a contract; skips the test where it is not there."""
    file = CONTRACTS / contract / f"{name}.json"
    if not file.is_file():
        pytest.skip(f"no contracts of third parties at {CONTRACTS} (set IDVERIFY_CONTRACTS)")
    found: dict[str, Any] = json.loads(file.read_bytes())
    return found


def require_valid(answer: object, contract: str, name: str) -> None:
    """Hold an answer to a schema. Raises jsonschema.ValidationError."""
    jsonschema.Draft201909Validator(schema(contract, name)).validate(answer)


def segment(bdb: bytes, subtype: str = "Right IndexFinger", kind: str = "Finger", **others: Any) -> dict[str, Any]:
    """Return one segment of a BiometricRecord, as MOSIP's documentation writes it."""
    return {
        "version": {"major": 1, "minor": 1},
        "cbeffversion": {"major": 1, "minor": 1},
        "birInfo": {"integrity": False},
        "bdbInfo": {
            "format": {"organization": "Mosip", "type": "7"},
            "creationDate": "2021-06-27T13:40:06.211Z",
            "type": [kind],
            "subtype": [subtype] if subtype else [],
            "level": "Raw",
            "purpose": "Enroll",
            "quality": {"algorithm": {"organization": "HMAC", "type": "SHA-256"}, "score": 100},
        },
        "bdb": base64.b64encode(bdb).decode(),
        **others,
    }


def record(*segments: dict[str, Any]) -> dict[str, Any]:
    """Return a BiometricRecord of segments."""
    versions = {name: {"major": 1, "minor": 1} for name in ("version", "cbeffversion")}
    return {**versions, "birInfo": {"integrity": False}, "segments": list(segments)}


def prints(*lines: str) -> dict[str, Any]:
    """Return the record of prints of the fake matcher, each of the finger that it names: ``alice/RIGHT_INDEX/70``."""
    return record(*(segment(line.encode(), _subtype(line.split("/")[1])) for line in lines))


def _subtype(finger: str) -> str:
    side, name = finger.split("_")
    return f"{side.title()} {name.title()}{'' if name == 'THUMB' else 'Finger'}"


def bio_sdk(http: str, path: str, body: object, **options: Any) -> httpx2.Response:
    """Ask the Bio-SDK of a server, as MOSIP's client does."""
    packed = base64.b64encode(json.dumps(body).encode()).decode()
    url = f"http://{http}/biosdk-service/{path}"
    return httpx2.post(url, json={"version": "1.0", "request": packed}, timeout=60, **options)
