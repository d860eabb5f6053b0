"""A data-sharing platform as a real HTTP server of the standard library: tokens, signatures by RFC 9421, records."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from enroll_tools.record_source.service import ReferenceSource
from idverify.v1 import record_source_pb2 as pb
from tests.source_kit import KIND
from tests.waiting import PATIENCE

SERVICE = "TH-BHYT"
CLIENT, SECRET = "idverify", "a secret: 50%"
SIGNING = ec.generate_private_key(ec.SECP256R1())


@dataclass
class Platform:
    """What it does, and what it saw. ``status``: in the place of an answer; ``body``: what it says instead.

    ``given``: in the place of an access token.
    """

    source: ReferenceSource
    tokens: list[str] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    status: int = 200
    body: bytes | None = None
    given: Any = None
    held: threading.Event | None = None
    address: str = ""

    def token(self, authorization: str, form: str) -> tuple[int, Any]:
        """Give an access token (RFC 6749, 4.4)."""
        basic = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if basic != f"{CLIENT}:{SECRET}" or parse_qs(form).get("grant_type") != ["client_credentials"]:
            return 401, {"error": "invalid_client"}
        if self.given is not None:
            return 200, self.given
        self.tokens.append(f"token-{len(self.tokens) + 1}")
        return 200, {"access_token": self.tokens[-1], "token_type": "Bearer", "expires_in": 3600}

    def record(self, headers: Any, content: bytes) -> tuple[int, bytes]:
        """Give a record to who shows the last token and has signed the request."""
        if headers["Authorization"] != f"Bearer {self.tokens[-1]}":
            return 401, b""
        if not signed_by_us(headers, content, f"{self.address}/records"):
            return 403, b""
        said = json.loads(content)
        self.asked.append(said)
        if self.held is not None:
            self.held.wait(PATIENCE)
        if self.status != 200:
            return self.status, b""
        if self.body is not None:
            return 200, self.body
        entry = self.source.register.get((said["SoDinhDanh"], KIND))
        if entry is None or said["MaTichHop"] != SERVICE:
            return 404, b""
        request = pb.FetchRecordRequest(query_id=said["MaYeuCau"], record_type=KIND, citizen_number=said["SoDinhDanh"])
        return 200, json.dumps({"signed_record": self.source.signed(self.source.claims(request, entry))}).encode()


def signed_by_us(headers: Any, content: bytes, url: str) -> bool:
    """Check a signature by RFC 9421, 2.5 and 3.2, with nothing but the text of the RFC."""
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    if f"sha-256=:{digest}:" not in headers["Content-Digest"]:
        return False
    label, _, parameters = headers["Signature-Input"].partition("=")
    covered = re.findall(r'"([^"]+)"', parameters.partition(")")[0])
    if not {"@method", "@target-uri", "content-digest", "content-type"} <= set(covered):
        return False
    values = {"@method": "POST", "@target-uri": url}
    lines = [f'"{name}": {values.get(name, headers.get(name))}' for name in covered]
    base = "\n".join([*lines, f'"@signature-params": {parameters}'])
    raw = base64.b64decode(headers["Signature"].removeprefix(f"{label}=:").removesuffix(":"))
    pair = (int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    try:
        SIGNING.public_key().verify(encode_dss_signature(*pair), base.encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


@contextmanager
def platform(source: ReferenceSource) -> Iterator[Platform]:
    """Serve a platform on a free port."""
    made = Platform(source)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/token":
                status, answer = made.token(self.headers["Authorization"], content.decode())
                body = json.dumps(answer).encode()
            else:
                status, body = made.record(self.headers, content)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield made
    finally:
        if made.held is not None:
            made.held.set()
        server.shutdown()
        thread.join(PATIENCE)
        server.server_close()


def way(folder: Path, address: str) -> str:
    """Return the lines of a file of sources that lead to a platform, and write the files that they name."""
    (folder / "secret").write_text(SECRET, encoding="utf-8")
    pem = SIGNING.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "signing.key").write_bytes(pem)
    return f"""
[sources.insurer.http]
url = "{address}/records"
token_url = "{address}/token"
client_id = "{CLIENT}"
client_secret_file = "secret"
signing_key = "signing.key"
signing_key_id = "idverify-1"
services = {{ {KIND} = "{SERVICE}" }}
"""
