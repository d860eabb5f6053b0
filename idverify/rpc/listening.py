"""Where and how to listen: options of the gRPC server, certificates, and who a connection belongs to."""

from __future__ import annotations

import ssl

import grpc
import grpc.aio

from idverify.domain.errors import SettingsError
from idverify.settings import Settings
from idverify.start.calling.callers import certificates

_IDLE_MILLISECONDS = 900_000
"""After which a connection without a call is closed; clients open another with their next call, and do not notice."""


def server_options(settings: Settings) -> list[tuple[str, int]]:
    """Return the options of the gRPC server."""
    return [
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        # A second server on the same port would take every other connection, with a gallery of its own.
        ("grpc.so_reuseport", 0),
        # What nobody has asked for yet waits in memory, 64 KiB a call; gRPC would widen that where a client sends fast.
        # gRPC closes what comes beyond, before TLS: nobody knows yet whose it is.
        ("grpc.max_allowed_incoming_connections", settings.max_connections),
        ("grpc.max_connection_idle_ms", _IDLE_MILLISECONDS),
        # Else a counter that is never idle would stay for ever with a server that is to be drained.
        ("grpc.max_connection_age_ms", _milliseconds(settings.connection_minutes)),
        ("grpc.max_connection_age_grace_ms", _milliseconds(settings.connection_grace_minutes)),
        ("grpc.max_concurrent_streams", 128),
        ("grpc.http2.bdp_probe", 0),
        ("grpc.http2.lookahead_bytes", 64 << 10),
        # Notice counters that vanished; let those ping each five seconds that can go to another server, not cut off.
        ("grpc.keepalive_time_ms", 60_000),
        ("grpc.keepalive_timeout_ms", 20_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_ping_interval_without_data_ms", 5_000),
    ]


def _milliseconds(minutes: float) -> int:
    return max(1, round(minutes * 60_000))


def credentials(settings: Settings) -> grpc.ServerCredentials | None:
    """Return the credentials for mutual TLS, or None without certificates.

    Raises:
        SettingsError: a file cannot be read, is no certificate or key or of a kind that gRPC cannot use, or the key is
            another certificate's.
    """
    if settings.tls_cert is None or settings.tls_key is None or settings.tls_client_ca is None:
        return None
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)  # made to be checked only: gRPC brings its own TLS
        context.load_cert_chain(settings.tls_cert, settings.tls_key)
        context.load_verify_locations(settings.tls_client_ca)
        pair = (settings.tls_key.read_bytes(), settings.tls_cert.read_bytes())
        authority = settings.tls_client_ca.read_bytes()
        certificates(settings.tls_cert, "tls_cert")
        certificates(settings.tls_client_ca, "tls_client_ca")
    except OSError as error:  # ssl.SSLError is one
        raise SettingsError(f"tls_cert, tls_key or tls_client_ca cannot be used: {error}") from None
    return grpc.ssl_server_credentials([pair], root_certificates=authority, require_client_auth=True)


def listen(server: grpc.aio.Server, settings: Settings, tls: grpc.ServerCredentials | None) -> str:
    """Bind the address and return it, with the port that was free if the settings left it open.

    Raises:
        SettingsError: the address cannot be listened on.
    """
    address = settings.listen
    try:
        port = server.add_insecure_port(address) if tls is None else server.add_secure_port(address, tls)
    except RuntimeError:
        raise SettingsError(f"cannot listen on {address}: in use, or not an address of this machine") from None
    return address if address.startswith("unix") else f"{address.rpartition(':')[0]}:{port}"
