"""The door at which Prometheus asks."""

from __future__ import annotations

import logging
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.exposition import ThreadingWSGIServer

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tls:
    """The server's certificate and key, and who issues the certificates of those who may ask; PEM."""

    certificate: Path
    key: Path
    client_ca: Path

    def context(self) -> ssl.SSLContext:
        """Return what lets nobody in without a certificate. Raises OSError."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(self.client_ca))
        context.load_cert_chain(self.certificate, self.key)
        context.verify_mode = ssl.CERT_REQUIRED
        return context


class _Asked(WSGIRequestHandler):
    """One who asks. Whoever says nothing holds a thread for some seconds, and nobody else up."""

    timeout = 10.0

    def log_message(self, *_: Any) -> None:
        """Say nothing: what is on stderr is the log of the service."""


class _Server(ThreadingWSGIServer):
    """Serves each in a thread of its own, where its TLS handshake is made too."""

    def handle_error(self, *_: Any) -> None:
        """Say nothing of who went away, or has no certificate."""


class _Server6(_Server):
    address_family = socket.AF_INET6


class Endpoint:
    """Gives the figures of a registry, in threads of its own, until closed.

    Args:
        host, port: where; port 0: any free one.
        registry: what.
        tls: None: anybody who reaches it is answered.

    Raises:
        OSError: the address cannot be listened on, or a file of TLS cannot be used.
    """

    def __init__(self, host: str, port: int, registry: CollectorRegistry, tls: Tls | None) -> None:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        kind = _Server6 if family is socket.AF_INET6 else _Server
        context = tls.context() if tls else None
        self._server = make_server(host, port, make_wsgi_app(registry), kind, _Asked)
        if context is not None:
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self._server.server_port
        self._thread = Thread(target=self._server.serve_forever, name="watched", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def open_endpoint(listen: str, registry: CollectorRegistry, tls: Tls | None) -> Endpoint:
    """Give figures at ``host:port`` or ``[IPv6]:port``, and say where. Raises OSError as :class:`Endpoint`."""
    host, _, port = listen.rpartition(":")
    endpoint = Endpoint(host.strip("[]"), int(port), registry, tls)
    _LOG.info("watched", extra={"address": f"{host}:{endpoint.port}", "tls": tls is not None})
    return endpoint
