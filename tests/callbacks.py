"""Where results are delivered: a server on the loopback address that answers as it is told to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Delivery:
    """What came. ``query``: its parameters, each once."""

    path: str
    query: dict[str, str]
    kind: str
    body: bytes

    @property
    def told(self) -> Any:
        return json.loads(self.body)


@dataclass
class Callbacks:
    """Takes what comes, with the statuses it is given first, and then with 204."""

    port: int = 0
    statuses: list[int] = field(default_factory=list)
    taken: list[Delivery] = field(default_factory=list)
    refused: list[Delivery] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/told") -> str:
        return f"http://{self.host}{path}"

    def of(self, task_id: str) -> list[Delivery]:
        return [each for each in self.taken if each.query["taskId"] == task_id]

    @contextmanager
    def open(self) -> Iterator[None]:
        """Take what comes for a block; the port stays the same the next time."""
        callbacks = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                parts = urlsplit(self.path)
                query = {name: value for name, (value,) in parse_qs(parts.query, keep_blank_values=True).items()}
                content = self.rfile.read(int(self.headers["content-length"]))
                if len(content) < int(self.headers["content-length"]):
                    return  # Whoever sent it was killed half way: nothing came (RFC 9112, section 8).
                status = callbacks.statuses.pop(0) if callbacks.statuses else 204
                came = Delivery(parts.path, query, self.headers["content-type"], content)
                (callbacks.taken if status == 204 else callbacks.refused).append(came)
                self.send_response(status)
                if status == 307:
                    self.send_header("location", callbacks.url("/elsewhere"))
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
