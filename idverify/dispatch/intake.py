"""Requests are read once their callers are known and admitted, and no more of them at a time than memory is for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from idverify.dispatch.byte_budget import ByteBudget, Pace
from idverify.dispatch.door import Arrival
from idverify.domain.errors import DomainError, Reason
from idverify.ports import UNWATCHED, Stage, Watch

_SMALL = 1 << 20  # bytes; requests of methods that take no more never wait behind larger ones
_SMALL_AT_ONCE = 4
_PATIENCE = 2.0  # seconds; what waits longer is told to come again
_READ_SECONDS = 10.0
_LEAST_RATE = 64 << 10
"""Bytes a second. Who sends more slowly than that, after some seconds, is read from no longer."""
_FAIR_SECONDS = 1.0
_FAIR_RATE = 256 << 10
"""Bytes a second. Who sends more slowly than that gives way to a client that holds less, if there is no room for it."""


class Intake:
    """Reads requests.

    Until it has been read, a request counts as the largest that any door takes, for nobody knows before what it will
    be and slow clients are read from for long, though not for ever; then as what it is, until it is answered. Small
    ones have a budget of their own, so that they never wait behind large ones.

    Args:
        memory: bytes of requests with samples that are held at the same time; one client may hold half of them.
        largest: bytes of the largest request that a door hands over.
        watch: told how long the reading takes.
    """

    def __init__(self, memory: int, largest: int, watch: Watch = UNWATCHED) -> None:
        self._watch = watch
        self._largest = largest
        self._large = ByteBudget(max(memory, largest), max(memory // 2, largest), _PATIENCE)
        self._large_answered = 0
        self._small = ByteBudget(_SMALL_AT_ONCE * largest, _SMALL_AT_ONCE // 2 * largest, _PATIENCE)

    @property
    def large_answered(self) -> int:
        """How many requests of more than a mebibyte were let go again so far."""
        return self._large_answered

    @property
    def held_bytes(self) -> int:
        """Bytes of requests that are held now."""
        return self._large.held + self._small.held

    @asynccontextmanager
    async def body(self, arrival: Arrival, client: str, most: int) -> AsyncIterator[bytes]:
        """Read the only request of a call, and hold its bytes for a block.

        Args:
            arrival: the call.
            client: who pays for the bytes.
            most: bytes that a request of this method may have.

        Raises:
            DomainError: SERVER_BUSY, REQUEST_TOO_LARGE, FIELD_INVALID if there is no request, DEADLINE_EXCEEDED if it
                does not come in time.
        """
        budget = self._small if most <= _SMALL else self._large
        async with budget.share(client, self._largest) as share:
            pace = Pace(_FAIR_SECONDS + most / _FAIR_RATE, _READ_SECONDS + most / _LEAST_RATE)
            with self._watch.stage(Stage.INTAKE):
                async with share.reading(pace):
                    body = await arrival.read()
            if body is None:
                raise DomainError(Reason.FIELD_INVALID, "there is no request in the call", {"field": "request"})
            try:
                require_size(body, most)
                budget.settle(share, len(body))
                yield body
            finally:
                self._large_answered += len(body) > _SMALL

    @asynccontextmanager
    async def held(self, body: bytes, client: str) -> AsyncIterator[None]:
        """Hold the bytes of a request of a stream, which has been read, for a block. Raises DomainError SERVER_BUSY."""
        try:
            async with self._large.share(client, len(body)):
                yield
        finally:
            self._large_answered += len(body) > _SMALL


def require_size(body: bytes | bytearray, most: int) -> None:
    """Raise DomainError REQUEST_TOO_LARGE if a request has more bytes than its method takes."""
    if len(body) > most:
        raise DomainError(
            Reason.REQUEST_TOO_LARGE, f"a request of this method has at most {most} bytes", {"limit_bytes": str(most)}
        )
