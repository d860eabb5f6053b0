"""The scanner's HTTP service on the loopback address, with the verbs of SBI and what pages of other origins need."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from enroll_tools.scanner.asking import ScannerError, read_capture, read_object
from enroll_tools.scanner.device import Scanner
from matcher.errors import MatcherError

LOOPBACK = "127.0.0.1"
"""By the contract this address, and no name for it."""

_MOST_BYTES = 1 << 20
_VERBS = {"MOSIPDISC": "/device", "MOSIPDINFO": "/info", "CAPTURE": "/capture", "RCAPTURE": "/capture"}


class ScannerServer(ThreadingHTTPServer):
    """Serves a scanner.

    Args:
        scanner: that it serves.
        port: 0 for one that is free.

    Raises:
        OSError: the port is in use.
    """

    daemon_threads = True

    def __init__(self, scanner: Scanner, port: int) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.scanner = scanner
        scanner.base = f"http://{LOOPBACK}:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that has gone, which may give up waiting for a finger."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def shutdown(self) -> None:
        """Stop, also whoever waits for a finger."""
        self.scanner.ending.set()
        super().shutdown()


class _Handler(BaseHTTPRequestHandler):
    server: ScannerServer
    timeout = 30
    server_version = "SBI"
    sys_version = ""
    protocol_version = "HTTP/1.1"

    def do_OPTIONS(self) -> None:
        """Answer what browsers ask before a verb of no form (Fetch, CORS protocol; Private Network Access)."""
        self.send_response(HTTPStatus.NO_CONTENT)
        self._allow()
        self.send_header("Access-Control-Allow-Methods", ", ".join(_VERBS))
        self.send_header("Access-Control-Allow-Headers", "content-type")
        self.send_header("Access-Control-Allow-Private-Network", "true")
        self.send_header("Access-Control-Max-Age", "600")
        self.end_headers()

    def do_MOSIPDISC(self) -> None:
        """Discovery."""
        self._answer(lambda asked: self.server.scanner.discovered(str(asked.get("type", ""))), lambda error: [error])

    def do_MOSIPDINFO(self) -> None:
        """Information on the device."""
        self._answer(lambda _: self.server.scanner.info(), lambda error: [error])

    def do_CAPTURE(self) -> None:
        """Capture, sealed for authentication."""
        self._capture("Auth", {"specVersion": None, "data": None, "hash": None, "sessionKey": None, "thumbprint": None})

    def do_RCAPTURE(self) -> None:
        """Capture, for registration."""
        self._capture("Registration", {"specVersion": None, "data": None, "hash": None})

    def _capture(self, purpose: str, nothing: dict[str, None]) -> None:
        def taken(asked: dict[str, Any]) -> Any:
            request = read_capture(asked | {"purpose": asked.get("purpose", purpose)})
            if request.purpose != purpose:
                raise ScannerError("503", f"This verb is for the purpose {purpose}")
            return {"biometrics": [each.as_json() for each in self.server.scanner.capture(request)]}

        self._answer(taken, lambda error: {"biometrics": [nothing | error]})

    def _answer(self, done: Callable[[dict[str, Any]], Any], refused: Callable[[dict[str, Any]], Any]) -> None:
        """Answer in JSON, refusals too, with 200: so does every device service."""
        if self.path != _VERBS[self.command]:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        try:
            answer = done(read_object(self._body()))
        except ScannerError as error:
            answer = refused({"error": error.as_json()})
        except MatcherError:
            answer = refused({"error": ScannerError("102", "Technical error during extraction").as_json()})
        content = json.dumps(answer).encode()
        self.send_response(HTTPStatus.OK)
        self._allow()
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Location", self.server.scanner.base)
        self.end_headers()
        self.wfile.write(content)

    def _allow(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")

    def _body(self) -> bytes:
        stated = self.headers.get("Content-Length", "0")
        if not stated.isdecimal() or int(stated) > _MOST_BYTES:
            raise ScannerError("500", "The request is not as SBI 0.9.5 has it: its length")
        return self.rfile.read(int(stated))

    def log_message(self, *_: object) -> None:
        """Say nothing."""
