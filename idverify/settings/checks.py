"""What an address to listen on and a database must look like."""

from __future__ import annotations

import importlib
import ipaddress
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

SQLITE = "sqlite:///"
_POSTGRESQL = ("postgresql://", "postgresql+psycopg://")
_HIGHEST_PORT = 65_535
_PORTS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?", re.ASCII)
_MOST_SCANNER_PORTS = 200
SIGN_IN_FIELDS = ("oidc_issuer", "oidc_client_id", "page_url", "page_client", "http")
"""What it takes to let officers sign in."""
_NEEDS_TLS = "set tls_cert, tls_key, tls_client_ca, clients_file to listen elsewhere"


def check_address(listen: str) -> None:
    """Raise ValueError unless it is an address to listen on."""
    if not _is_address(listen):
        raise ValueError("listen must be host:port, [IPv6]:port or unix:/path")


def check_http(address: str, *, local: bool) -> None:
    """Raise ValueError unless it is empty or an address to answer HTTP at, and what answers there is installed.

    ``local``: it must be one that nobody outside this machine can reach.
    """
    if not address:
        return
    if address.startswith("unix") or not _is_address(address):
        raise ValueError("http must be host:port or [IPv6]:port")
    if local and not is_local(address):
        raise ValueError("http: without TLS it is opened on loopback only (127.0.0.1, ::1, localhost)")
    try:
        importlib.import_module("fastapi")
        importlib.import_module("uvicorn")
    except ImportError:
        raise ValueError("http needs the extra 'http'; in a checkout: pip install '.[http]'") from None


def ports_of(ports: str) -> range:
    """Return the ports that ``FIRST-LAST`` stands for, or one; empty: none.

    Raises:
        ValueError: they are no ports, or more than anybody looks through.
    """
    if not ports:
        return range(0)
    stated = _PORTS.fullmatch(ports)
    if stated is None:
        raise ValueError("scanner_ports must be FIRST-LAST, such as 4501-4600")
    found = range(int(stated[1]), int(stated[2] or stated[1]) + 1)
    if not found or found[0] == 0 or found[-1] > _HIGHEST_PORT or len(found) > _MOST_SCANNER_PORTS:
        raise ValueError(f"scanner_ports must be 1 to {_MOST_SCANNER_PORTS} ports, from 1 to {_HIGHEST_PORT}")
    return found


def is_local(listen: str) -> bool:
    """Tell whether nobody outside this machine can reach an address to listen on."""
    if listen.startswith(("unix:", "unix-abstract:")):
        return True
    host = listen.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_watched(listen: str, *, tls: bool) -> None:
    """Raise ValueError unless it is empty or an address to give figures at; elsewhere than on loopback by TLS only."""
    if not listen:
        return
    if not _is_address(listen) or not listen.rpartition(":")[2].isdecimal():
        raise ValueError("watch_listen must be host:port or [IPv6]:port")
    if not is_local(listen) and not tls:
        raise ValueError(f"watch_listen: without TLS on loopback only (127.0.0.1, ::1, localhost); {_NEEDS_TLS}")
    _require("prometheus_client", "watch", "watch_listen: figures for Prometheus need")


def check_mosip(broker: str, client: str, *, sdk: bool, http: bool, tls: bool) -> None:
    """Raise ValueError unless what MOSIP asks can be answered.

    Args:
        broker: its address; empty: none.
        client: whom the registry has for MOSIP.
        sdk: the Bio-SDK is answered.
        http: there is an address for it.
        tls: callers are clients of the registry.
    """
    if sdk and not http:
        raise ValueError("mosip_sdk needs http: it is answered at that address")
    if not broker:
        return
    parts = urlsplit(broker)
    if parts.scheme not in {"stomp", "stomp+tls"} or not parts.hostname or parts.path or not _port(parts.netloc):
        raise ValueError("mosip_broker must be stomp://host:port or stomp+tls://host:port")
    if tls and not client:
        raise ValueError("mosip_broker needs mosip_client: with TLS every caller is a client of the registry")
    _require("stomp", "mosip", "mosip_broker needs")


def _port(place: str) -> bool:
    port = place.rpartition(":")[2]
    return port.isdecimal() and 0 < int(port) <= _HIGHEST_PORT


def check_collector(endpoint: str) -> None:
    """Raise ValueError unless it is empty or the address of a collector."""
    if not endpoint:
        return
    parts = urlsplit(endpoint)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("trace_endpoint must be http://host:port or https://host:port")
    _require("opentelemetry.exporter.otlp.proto.grpc", "watch", "trace_endpoint: traces need")


def check_server_name(name: str) -> None:
    """Raise ValueError unless it is empty or names a folder and a server."""
    if name and not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,62}", name):
        raise ValueError(
            "server_name may have small letters, digits, dots and hyphens, begins with a letter or digit, and has 63"
            " characters at most"
        )


def check_database(url: str, *, several: bool) -> None:
    """Raise ValueError unless it is empty or a database that can be opened here; by ``several`` servers at once."""
    if several and not url.startswith(_POSTGRESQL):
        raise ValueError("server_name needs database_url postgresql://...: one server alone works on SQLite")
    allowed = (SQLITE, *_POSTGRESQL)
    if url and not url.startswith(allowed):
        raise ValueError(f"database_url must begin with {' or '.join(allowed)}")
    if url.startswith(SQLITE) and _is_no_file(url.removeprefix(SQLITE)):
        raise ValueError("database_url must name a file: sqlite:///path")
    if url.startswith(_POSTGRESQL):
        _require("psycopg", "postgres", "database_url: PostgreSQL needs")


def check_sign_in(given: Mapping[str, str], *, both: bool) -> None:
    """Raise ValueError unless nobody signs in, or all is said that it takes.

    Args:
        given: the :data:`SIGN_IN_FIELDS`.
        both: a key and a secret are given.
    """
    if not given["oidc_issuer"]:
        return
    if missing := [name for name, value in given.items() if not value]:
        raise ValueError(f"oidc_issuer needs {', '.join(missing)}")
    for name in ("oidc_issuer", "page_url"):
        _check_url(name, given[name])
    if urlsplit(given["page_url"]).path or given["page_url"] != given["page_url"].lower():
        raise ValueError("page_url must be https://host or https://host:port, in small letters")
    if both:
        raise ValueError("oidc_client_key_file and oidc_client_secret_file exclude each other")


def _check_url(name: str, url: str) -> None:
    parts = urlsplit(url)
    local = is_local(f"{parts.hostname}:0")
    if (
        parts.query
        or parts.fragment
        or not parts.hostname
        or parts.scheme not in {"https", "http" if local else "https"}
    ):
        raise ValueError(f"{name} must be https://..., or http://... on loopback")


def check_token(home: str, module: Path | None, label: str) -> None:
    """Raise ValueError unless a token is named where keys are to lie in one."""
    if home == "pkcs11" and module is None:
        raise ValueError("key_home pkcs11 needs pkcs11_module, pkcs11_token and pkcs11_pin_file")
    if module is not None and not label:
        raise ValueError("pkcs11_module needs pkcs11_token: which of its tokens")


def check_witnesses(witnesses: Sequence[str], folder: Path | None, *, plain: bool) -> None:
    """Raise ValueError unless what they cosign is published, and they are asked by TLS or on this machine."""
    if witnesses and folder is None:
        raise ValueError("log_witnesses needs log_dir: witnesses cosign what is published")
    places = (place for text in witnesses for place in text.split(" ")[1:] if place.startswith("http://"))
    if not plain and not all(is_local(f"{_host(place)}:") for place in places):
        raise ValueError("log_witnesses: https:// elsewhere than on loopback, or set log_witness_plain_http")


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _is_no_file(path: str) -> bool:
    return path.partition("?")[0] in {"", ":memory:"} or path.startswith("file:")


def check_gallery(where: str, *, key: bool) -> None:
    """Raise ValueError unless the gallery can be where it is to be."""
    if where != "ray":
        return
    if not key:
        raise ValueError("gallery = ray needs gallery_key_file: what goes to shards is sealed")
    _require("ray", "cluster", "gallery = ray needs")


def _require(module: str, extra: str, who: str) -> None:
    try:
        importlib.import_module(module)
    except ImportError:  # also where psycopg is there and PostgreSQL's own library is not
        raise ValueError(f"{who} the extra '{extra}'; in a checkout: pip install '.[{extra}]'") from None


def _is_address(listen: str) -> bool:
    scheme, _, path = listen.partition(":")
    if scheme in {"unix", "unix-abstract"}:
        return bool(path)
    host, _, port = listen.rpartition(":")
    return bool(host) and port.isdecimal() and int(port) <= _HIGHEST_PORT
