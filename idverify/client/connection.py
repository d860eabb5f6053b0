"""The channel: TLS with a client certificate, or plain on loopback; retries by gRPC itself; and who is at this end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import grpc
import grpc.aio

from idverify.client.channel.repeating import service_config
from idverify.client.channel.servers import are_addresses, are_loopback, are_several, target_of

DEFAULT_SERVER = "127.0.0.1:50051"

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes; a page of a thousand citizens has a few hundred per finger."""

_Options: TypeAlias = list[tuple[str, Any]]

_CERTIFICATE = re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----")
_PRIVATE_KEY = re.compile(rb"-----BEGIN ([A-Z ]*)PRIVATE KEY-----.*?-----END \1PRIVATE KEY-----", re.DOTALL)

_KEEPALIVE = [
    # A server that vanished is noticed, by a call within 80 s at most; a firewall forgets no connection that is idle.
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
]
"""The service takes a ping each 5 s (``idverify/rpc/listening.py``)."""

_KEEPALIVE_OF_SEVERAL = [*_KEEPALIVE[2:], ("grpc.keepalive_time_ms", 10_000), ("grpc.keepalive_timeout_ms", 3_000)]
"""Where others can be asked, sooner."""


@dataclass(frozen=True, slots=True)
class Tls:
    """What the connection is trusted by, PEM.

    Attributes:
        root_certificates: whom the server's certificate must come from; None takes the system's.
        certificate: chain of the caller, by which the service knows it.
        private_key: of that certificate.
        server_name: for which the servers' certificates are, where several are named by their addresses.
    """

    root_certificates: bytes | None = None
    certificate: bytes | None = None
    private_key: bytes | None = field(default=None, repr=False)
    server_name: str = ""

    @classmethod
    def from_files(
        cls, ca: Path | None = None, certificate: Path | None = None, key: Path | None = None, *, server_name: str = ""
    ) -> Tls:
        """Read PEM files; ``server_name`` as it is.

        Raises:
            OSError: one cannot be read.
            ValueError: one holds not what it should, or the key is another certificate's; names the file.
        """
        roots, chain, private = (path.read_bytes() if path is not None else None for path in (ca, certificate, key))
        for path, content in ((ca, roots), (certificate, chain)):
            if content is not None and not _CERTIFICATE.search(content):
                raise ValueError(f"{path} holds no certificate in PEM")
        if chain is not None and private is not None and (fault := _not_a_pair(chain, private)):
            raise ValueError(fault.format(certificate=certificate, key=key))
        return cls(roots, chain, private, server_name)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who calls: goes into the context of every call that does not bring its own.

    ``language`` (RFC 9110, 12.5.4, e.g. ``en``) is the one in which refusals are told; empty leaves it to the service.
    """

    agency_code: str = ""
    officer_id: str = ""
    counter_id: str = ""
    language: str = ""


def open_channel(server: str, tls: Tls | None) -> grpc.Channel:
    """Open a channel to the service; nothing is sent before the first call.

    Calls that find no connection are made again within their deadline, where that does nothing twice; the connection is
    kept alive. Of several servers each is called in turn, as long as it serves.

    Args:
        server: ``host:port``; of several servers ``ip:port,ip:port``, or ``dns:///host:port`` where the name has the
            addresses of all.
        tls: needed for every server that is not on this machine.

    Raises:
        ValueError: no TLS although a server is not on this machine, half a client certificate, or several servers that
            are no addresses, or have no name for TLS.
    """
    channel: grpc.Channel = _open(grpc, server, tls, _own_options(server))
    return channel


def open_aio_channel(server: str, tls: Tls | None) -> grpc.aio.Channel:
    """Open a channel whose calls are awaited; see :func:`open_channel`."""
    channel: grpc.aio.Channel = _open(grpc.aio, server, tls, _own_options(server))
    return channel


def open_foreign_channel(server: str, tls: Tls | None, *, largest: int = LARGEST_ANSWER) -> grpc.Channel:
    """Open a channel to somebody else's server, of which nothing is known: nothing is repeated, nothing kept alive.

    Args:
        server: ``host:port``.
        tls: see :func:`open_channel`.
        largest: bytes of an answer that is taken.

    Raises:
        ValueError: see :func:`open_channel`.
    """
    channel: grpc.Channel = _open(grpc, server, tls, [("grpc.max_receive_message_length", largest)])
    return channel


def _own_options(server: str) -> _Options:
    several = are_several(server)
    config = ("grpc.service_config", service_config(several=several))
    keepalive = _KEEPALIVE_OF_SEVERAL if several else _KEEPALIVE
    return [config, ("grpc.max_receive_message_length", LARGEST_ANSWER), *keepalive]


def _open(kind: Any, server: str, tls: Tls | None, options: _Options) -> Any:
    target = target_of(server)
    if tls is None:
        if not are_loopback(server):
            raise ValueError(
                "without TLS only a server on this machine is called; give the CA and a client certificate"
            )
        return kind.insecure_channel(target, options)
    if (tls.certificate is None) != (tls.private_key is None):
        raise ValueError("a client certificate and its key go together")
    if tls.server_name:
        options = [*options, ("grpc.default_authority", tls.server_name)]
    elif are_addresses(server):
        raise ValueError("the certificates of several addresses are for a name: give it as server_name")
    credentials = grpc.ssl_channel_credentials(tls.root_certificates, tls.private_key, tls.certificate)
    return kind.secure_channel(target, credentials, options)


def _not_a_pair(chain: bytes, private: bytes) -> str:
    """Tell why a certificate and a key do not go together; empty if they do. gRPC would say that nobody answers."""
    # Later than the module: who calls without TLS does not wait for it.
    from cryptography import x509  # noqa: PLC0415
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        Encoding,
        PublicFormat,
        load_pem_private_key,
    )

    found = _PRIVATE_KEY.search(private)
    try:
        own = load_pem_private_key(found[0], None).public_key() if found else None
    except (ValueError, TypeError, UnsupportedAlgorithm):  # TypeError: it is encrypted
        own = None
    if own is None:
        return "{key} holds no private key in PEM that opens without a password"
    try:
        theirs = x509.load_pem_x509_certificate(chain).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return "{certificate} holds no certificate in PEM"
    form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    return "" if own.public_bytes(*form) == theirs.public_bytes(*form) else "{key} is not the key of {certificate}"
