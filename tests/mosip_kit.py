"""What MOSIP's programs send, and the schemas that its compliance toolkit holds answers to."""

from __future__ import annotations

import base64
import json
import os
import threading
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import jsonschema
import pytest
import stomp
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from matcher.formats.cbeff import FINGER_MINUTIAE, Bir, write_bir_xml
from tests.places import REPOSITORY
from tests.waiting import wait_until

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


def cbeff(*lines: str, fingers: Sequence[str] | None = None) -> bytes:
    """Return the CBEFF of prints of the fake matcher, each of the finger that it names: ``alice/RIGHT_INDEX/70``."""
    named = fingers if fingers is not None else [_subtype(line.split("/")[1]) for line in lines]
    return write_bir_xml(
        Bir(b"FMR\0" + line.encode(), subtype=tuple(name.split()), format=FINGER_MINUTIAE, purpose="Enroll")
        for line, name in zip(lines, named, strict=True)
    )


def sealed_for(key: RSAPublicKey, data: bytes) -> bytes:
    """Return what the data share makes of a document for a partner, in the present form of MOSIP's key manager."""
    content_key, authenticated, thumbprint = os.urandom(32), os.urandom(32), os.urandom(32)
    wrapped = b"VER_R2" + thumbprint + key.encrypt(content_key, OAEP(MGF1(SHA256()), SHA256(), None))
    sealed = AESGCM(content_key).encrypt(authenticated[:12], data, authenticated)
    return base64.urlsafe_b64encode(wrapped + b"#KEY_SPLITTER#" + authenticated + sealed).rstrip(b"=")


class Share:
    """MOSIP's data share: gives files by name over HTTP, and nothing else; ``seconds``: that it takes for each."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.files: dict[str, bytes] = {}
        self.statuses: dict[str, int] = {}
        self.together: threading.Barrier | None = None  # as many are waited for before any of them has its answer
        share = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.lstrip("/")
                time.sleep(seconds)
                if share.together is not None:
                    share.together.wait(30)
                body = share.files.get(name)
                self.send_response(share.statuses.get(name, 404 if body is None else 200))
                self.send_header("content-length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def url(self, name: str) -> str:
        """Return the address of a file."""
        return f"http://{self.host}/{name}"

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Mosip(stomp.ConnectionListener):  # type: ignore[misc]
    """MOSIP's side of the queues: sends requests, and keeps all answers by the id of their request."""

    def __init__(self, port: int, requests: str = "mosip-to-abis", answers: str = "abis-to-mosip") -> None:
        self._requests = f"/queue/{requests}"
        self.answers: dict[str, list[dict[str, Any]]] = {}
        self.as_bytes: set[str] = set()
        self._connection = stomp.StompConnection12([("127.0.0.1", port)], auto_content_length=False)
        self._connection.set_listener("", self)
        self._connection.connect(wait=True)
        self._connection.subscribe(f"/queue/{answers}", "answers", ack="auto")

    def on_message(self, frame: Any) -> None:
        """Keep an answer."""
        answer = json.loads(frame.body)
        if "content-length" in frame.headers:
            self.as_bytes.add(answer["requestId"])
        self.answers.setdefault(answer["requestId"], []).append(answer)

    def send(self, operation: str, *, as_bytes: bool = False, **content: Any) -> str:
        """Send a request as the kit writes it; return its id."""
        request_id = content.pop("requestId", str(uuid.uuid4()))
        moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        request = {"id": operation, "version": "1.1", "requestId": request_id, "requesttime": moment, **content}
        self.send_text(json.dumps({name: value for name, value in request.items() if value is not LEFT_OUT}), as_bytes)
        return str(request_id)

    def send_text(self, body: str, as_bytes: bool = False) -> None:
        """Send whatever it is, kept by the broker."""
        length = {"content-length": str(len(body.encode()))} if as_bytes else {}
        self._connection.send(self._requests, body, headers={"persistent": "true", **length})

    def answer(self, request_id: str) -> dict[str, Any]:
        """Return the first answer to a request, which is waited for."""
        wait_until(lambda: request_id in self.answers)
        return self.answers[request_id][0]

    def ask(self, operation: str, **content: Any) -> dict[str, Any]:
        """Send a request, and return its answer."""
        return self.answer(self.send(operation, **content))

    def close(self) -> None:
        """Let go of the broker."""
        self._connection.disconnect()


LEFT_OUT = object()
"""A member that a request does not have."""
