"""How many bytes of requests are in memory at the same time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from idverify.domain.errors import DomainError, Reason


@dataclass(slots=True)
class Share:
    """What one request holds of a budget: first the most it may become, then what it is."""

    client: str
    size: int


@dataclass(slots=True)
class _Waiting:
    share: Share
    granted: asyncio.Future[None]


class ByteBudget:
    """Shares a number of bytes among the clients. For the event loop only.

    Of those who wait, the one whose client holds least is served first: nobody fills the memory and keeps it.

    Args:
        total: bytes.
        each: of them, that one client may hold.
        patience: seconds that a request may wait for its bytes before it is refused.
    """

    def __init__(self, total: int, each: int, patience: float) -> None:
        self._total = total
        self._each = each
        self._patience = patience
        self._held: Counter[str] = Counter()
        self._taken_bytes = 0
        self._waiting: list[_Waiting] = []

    @property
    def held(self) -> int:
        """Bytes that are held now."""
        return self._taken_bytes

    @asynccontextmanager
    async def share(self, client: str, size: int) -> AsyncIterator[Share]:
        """Hold so many bytes for a client during a block.

        Raises:
            DomainError: SERVER_BUSY if they do not come free in time.
        """
        share = Share(client, size)
        await self._taken(share)
        try:
            yield share
        finally:
            self._give_back(share.client, share.size)

    def settle(self, share: Share, size: int) -> None:
        """Keep ``size`` bytes of a share, which is no more than it holds, and give back the rest."""
        rest, share.size = share.size - size, size
        self._give_back(share.client, rest)

    async def _taken(self, share: Share) -> None:
        if not self._waiting and self._fits(share):
            self._take(share)
            return
        waiting, taken = _Waiting(share, asyncio.get_running_loop().create_future()), False
        self._waiting.append(waiting)
        self._serve()
        try:
            async with asyncio.timeout(self._patience):
                await waiting.granted
            taken = True
        except TimeoutError:
            raise DomainError(Reason.SERVER_BUSY, "too many large requests at once; try again shortly") from None
        finally:
            if not taken:
                self._leave(waiting)

    def _leave(self, waiting: _Waiting) -> None:
        if waiting in self._waiting:
            self._waiting.remove(waiting)
        else:  # granted in the same moment
            self._give_back(waiting.share.client, waiting.share.size)

    def _fits(self, share: Share) -> bool:
        return self._held[share.client] + share.size <= self._each and self._taken_bytes + share.size <= self._total

    def _take(self, share: Share) -> None:
        self._held[share.client] += share.size
        self._taken_bytes += share.size

    def _give_back(self, client: str, size: int) -> None:
        self._taken_bytes -= size
        self._held[client] -= size
        if not self._held[client]:
            del self._held[client]  # clients come and go
        self._serve()

    def _serve(self) -> None:
        while fitting := [one for one in self._waiting if not one.granted.done() and self._fits(one.share)]:
            first = min(fitting, key=lambda one: self._held[one.share.client])
            self._waiting.remove(first)
            self._take(first.share)
            first.granted.set_result(None)
