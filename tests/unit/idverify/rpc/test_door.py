"""gRPC as a door."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import grpc
import pytest
from grpc_status import rpc_status

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Language
from idverify.rpc.door import address_of, refuse, stated_seconds
from idverify.rpc.errors import domain_status


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


class Told:
    """A call as far as a refusal needs it."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.status: list[object] = []
        self.ended = grpc.aio.AbortError()

    def invocation_metadata(self) -> tuple[tuple[str, str], ...]:
        return (("accept-language", self.language),)

    async def abort(self, *status: object) -> None:
        self.status += status
        raise self.ended


def test_what_many_are_told_is_each_one_s_own_refusal() -> None:
    def busy(seconds: str) -> DomainError:
        return DomainError(Reason.SERVER_BUSY, "too many calls are waiting", {"retry_seconds": seconds})

    kinds = [
        (busy("2"), "Verify", Language.VI),
        (busy("3"), "Verify", Language.VI),
        (busy("2"), "Verify", Language.EN),
        (busy("2"), "CheckQuality", Language.EN),
        (DomainError(Reason.TOO_MANY_OPEN, "too many calls are waiting"), "Verify", Language.VI),
        (DomainError(Reason.CLIENT_UNKNOWN, "nobody"), "Verify", Language.VI),
    ]
    for error, action, language in kinds * 2:
        call: Any = Told(language.value)
        asyncio.run(refuse(call, error, action))
        alone = rpc_status.to_status(domain_status(error, action, language))
        assert call.status == [alone.code, alone.details, alone.trailing_metadata]
        assert call.ended.__traceback__ is None
