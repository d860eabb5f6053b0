"""The door at which Prometheus asks."""

from __future__ import annotations

import logging
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import make_server

from prometheus_client import CollectorRegistry

from idverify.telemetry.watching.bounded import Asked, BoundedServer, BoundedServer6
from idverify.telemetry.watching.fresh import figures_of

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
        kind = BoundedServer6 if family is socket.AF_INET6 else BoundedServer
        context = tls.context() if tls else None
        self._server = make_server(host, port, figures_of(registry), kind, Asked)
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
