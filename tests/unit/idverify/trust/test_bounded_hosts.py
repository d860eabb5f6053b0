"""Hosts that are named are called, and no others, however an address is written."""

from __future__ import annotations

import pytest

from idverify.trust.bounded_http import is_of, named_host


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Abis.Example/x?y", "abis.example"),
        ("http://abis.example:8080", "abis.example:8080"),
        ("http://[::1]:80/", "::1:80"),
        ("ftp://abis.example/", None),
        ("abis.example", None),
        ("//abis.example/", None),
        ("https://good@evil.example/", None),
        ("https://@evil.example/", None),
        ("http://x:port/", None),
        ("http:///x", None),
        ("http://[::1", None),
    ],
)
def test_the_host_of_an_address(url: str, host: str | None) -> None:
    assert named_host(url) == host
    hosts = [host.upper()] if host else ["abis.example", "evil.example", ""]
    assert is_of(url, hosts, plain=True) is (host is not None)


@pytest.mark.parametrize(
    ("url", "named", "taken"),
    [
        ("https://abis.example/x", "abis.example", True),
        ("http://abis.example/x", "abis.example", False),
        ("http://abis.example:8080/x", "abis.example:8080", False),
        ("http://abis.example/x", "http://ABIS.example", True),
        ("http://abis.example/x", "http://abis.example/", True),
        ("http://abis.example:8080/x", "http://abis.example:8080", True),
        ("http://abis.example:8080/x", "http://abis.example", False),
        ("https://abis.example/x", "http://abis.example", False),
        ("https://abis.example/x", "https://abis.example", True),
        ("http://127.0.0.1:90/x", "127.0.0.1:90", True),
        ("http://[::1]:90/x", "::1:90", True),
        ("http://localhost/x", "localhost", True),
        ("http://localhost.example/x", "localhost.example", False),
    ],
)
def test_http_is_for_hosts_that_are_named_for_it(url: str, named: str, taken: bool) -> None:
    assert is_of(url, [named]) is taken
