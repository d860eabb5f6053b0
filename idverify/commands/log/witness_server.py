"""A witness by HTTP: add-checkpoint, and the last checkpoint of each log (c2sp.org/tlog-witness)."""

from __future__ import annotations

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from idverify.trust.log.witness import Answer, Witness

_LARGEST = 1 << 18
_SECONDS = 10.0


def witness_server(host: str, port: int, witness: Witness) -> ThreadingHTTPServer:
    """Return a server, bound to its address; ``serve_forever`` runs it."""

    class Handler(BaseHTTPRequestHandler):
        timeout = _SECONDS

        def do_POST(self) -> None:  # the name that http.server calls
            length = self.headers.get("Content-Length", "")
            if self.path != "/add-checkpoint" or not length.isdigit() or int(length) > _LARGEST:
                self._give(Answer(HTTPStatus.BAD_REQUEST if length.isdigit() else HTTPStatus.LENGTH_REQUIRED))
                return
            self._give(witness.add_checkpoint(self.rfile.read(int(length))))

        def do_GET(self) -> None:  # the name that http.server calls
            origin_hash, _, rest = self.path.removeprefix("/").partition("/")
            self._give(witness.checkpoint(origin_hash) if rest == "checkpoint" else Answer(HTTPStatus.NOT_FOUND))

        def log_message(self, *_: object) -> None:
            """Log nothing: what was cosigned is kept."""

        def _give(self, answer: Answer) -> None:
            content = answer.text.encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return ThreadingHTTPServer((host, port), Handler)
