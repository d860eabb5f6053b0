"""gRPC as a door."""

from __future__ import annotations

import math

import pytest

from idverify.rpc.door import address_of, stated_seconds


@pytest.mark.parametrize(
    ("remaining", "stated"), [(None, None), (math.inf, None), (1e12, None), (2.5, 2.5), (0.0, 0.0), (-1.0, 0.0)]
)
def test_a_client_states_its_time_or_nothing(remaining: float | None, stated: float | None) -> None:
    assert stated_seconds(remaining) == stated


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("ipv4:10.0.0.1:5000", "10.0.0.1"),
        ("ipv6:%5B::1%5D:5000", "::1"),
        ("ipv6:[2001:db8::7]:5000", "2001:db8::7"),
        ("unix:", ""),
        ("unix:/run/x", ""),
        ("", ""),
    ],
)
def test_a_peer_has_an_address_or_none(peer: str, address: str) -> None:
    assert address_of(peer) == address
