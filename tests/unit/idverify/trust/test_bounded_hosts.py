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
    assert is_of(url, [host.upper()] if host else ["abis.example", "evil.example", ""]) is (host is not None)
