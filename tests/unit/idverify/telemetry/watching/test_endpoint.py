"""The door of the figures: plain on loopback, by mutual TLS elsewhere."""

from __future__ import annotations

import socket
import ssl
import urllib.request
from pathlib import Path
from urllib.error import URLError

import pytest
from prometheus_client import CollectorRegistry, Counter

from idverify.telemetry.watching.endpoint import Tls, open_endpoint
from tests.e2e.certificates import Authority


@pytest.fixture
def registry() -> CollectorRegistry:
    made = CollectorRegistry()
    Counter("seen", "Seen", registry=made)
    return made


def read(address: str, context: ssl.SSLContext | None = None) -> str:
    with urllib.request.urlopen(address, context=context, timeout=30) as answer:
        return bytes(answer.read()).decode()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_figures_are_given_until_the_door_is_closed(registry: CollectorRegistry, host: str) -> None:
    endpoint = open_endpoint(f"{host}:0", registry, None)
    assert "seen_total 0.0" in read(f"http://{host}:{endpoint.port}/metrics")
    endpoint.close()
    with pytest.raises(URLError):
        read(f"http://{host}:{endpoint.port}/metrics")


def test_a_taken_address_is_an_error(registry: CollectorRegistry) -> None:
    endpoint = open_endpoint("127.0.0.1:0", registry, None)
    with pytest.raises(OSError, match="in use"):
        open_endpoint(f"127.0.0.1:{endpoint.port}", registry, None)
    endpoint.close()


def test_by_tls_only_who_has_a_certificate_is_answered(
    registry: CollectorRegistry, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    authority, stranger = Authority(tmp_path), Authority(tmp_path, "stranger")
    for name, issuer in (("server", authority), ("prometheus", authority), ("other", stranger)):
        issuer.issue(name)
    tls = Tls(tmp_path / "server.crt", tmp_path / "server.key", authority.path)
    endpoint = open_endpoint("127.0.0.1:0", registry, tls)
    address = f"https://127.0.0.1:{endpoint.port}/metrics"
    comers: list[tuple[str | None, bool]] = [("prometheus", True), ("other", False), (None, False)]
    for comer, is_let_in in comers:
        context = ssl.create_default_context(cafile=str(authority.path))
        if comer is not None:
            context.load_cert_chain(tmp_path / f"{comer}.crt", tmp_path / f"{comer}.key")
        if is_let_in:
            assert "seen_total" in read(address, context)
        else:
            with pytest.raises(OSError, match=r"ssl|SSL|reset|closed|alert"):
                read(address, context)
    with pytest.raises(OSError, match=r"reset|closed|Bad|Remote"):
        read(f"http://127.0.0.1:{endpoint.port}/metrics")
    endpoint.close()
    assert capfd.readouterr().err == "", "what is on stderr is the log"


def test_who_says_nothing_holds_nobody_up(registry: CollectorRegistry, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    for name in ("server", "prometheus"):
        authority.issue(name)
    tls = Tls(tmp_path / "server.crt", tmp_path / "server.key", authority.path)
    endpoint = open_endpoint("127.0.0.1:0", registry, tls)
    context = ssl.create_default_context(cafile=str(authority.path))
    context.load_cert_chain(tmp_path / "prometheus.crt", tmp_path / "prometheus.key")
    with socket.create_connection(("127.0.0.1", endpoint.port)):
        assert "seen_total" in read(f"https://127.0.0.1:{endpoint.port}/metrics", context)
    endpoint.close()


def test_ipv6(registry: CollectorRegistry) -> None:
    try:
        endpoint = open_endpoint("[::1]:0", registry, None)
    except OSError:
        pytest.skip("no IPv6 here")
    assert "seen_total" in read(f"http://[::1]:{endpoint.port}/metrics")
    endpoint.close()
