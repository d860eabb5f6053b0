"""How many bytes of requests are in memory at the same time."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from idverify.domain.errors import DomainError, Reason

_GRACE = 1.0
"""Seconds that any reading has before it may have to give way."""
_LOOK_SECONDS = 0.1
"""Between two looks of who waits whether a reading has to give way by now."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the reading of a request may take.

    Attributes:
        fair: seconds after which it gives way to a client that holds less.
        most: seconds after which it ends in any case.
    """

    fair: float
    most: float


@dataclass(slots=True, eq=False)
class Share:
    """What one request holds of a budget: first the most it may become, then what it is."""

    client: str
    size: int
    _began: float = field(default_factory=time.monotonic, init=False)
    _fair: float = field(default=0.0, init=False)
    _reading: asyncio.Timeout | None = field(default=None, init=False)

    @asynccontextmanager
    async def reading(self, pace: Pace) -> AsyncIterator[None]:
        """Read the request in a block, which ends sooner if it has to give way.

        Raises:
            DomainError: DEADLINE_EXCEEDED.
        """
        timer = asyncio.timeout(pace.most)
        try:
            async with timer:
                self._began, self._fair, self._reading = time.monotonic(), pace.fair, timer
                yield
        except TimeoutError:
            if not timer.expired():
                raise  # somebody else's
            raise DomainError(
                Reason.DEADLINE_EXCEEDED, "the request did not come in time; nothing was done, send it again"
            ) from None
        finally:
            self._reading = None

    def slower_than(self, seconds: float | None = None) -> bool:
        """Tell whether it has been read for so long, or for longer than is fair, and is not read to its end yet."""
        wanted = self._fair if seconds is None else seconds
        return self._reading is not None and time.monotonic() - self._began >= wanted

    def give_way(self) -> None:
        """End the reading."""
        if self._reading is not None and not self._reading.expired():
            self._reading.reschedule(asyncio.get_running_loop().time())
        self._reading = None


@dataclass(slots=True)
class _Waiting:
    share: Share
    granted: asyncio.Future[None]


class ByteBudget:
    """Shares a number of bytes among the clients. For the event loop only.

    Of those who wait, the one whose client holds least is served first, and slow readings of clients that hold more
    give way: nobody fills the memory and keeps it, by sending much or by sending slowly.

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
        self._shares: list[Share] = []
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
            self._shares.remove(share)
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
                while not waiting.granted.done():
                    self._make_room(share)
                    await asyncio.wait({waiting.granted}, timeout=_LOOK_SECONDS)
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
            self._shares.remove(waiting.share)
            self._give_back(waiting.share.client, waiting.share.size)

    def _make_room(self, wanted: Share) -> None:
        """End the slowest reading of a client that holds more, if that helps one who waits."""
        mine = self._held[wanted.client]
        if mine + wanted.size > self._each:
            return
        slow = [
            share
            for share in self._shares
            if (self._held[share.client] > mine and share.slower_than())
            or (self._held[share.client] > mine + wanted.size and share.slower_than(_GRACE))
        ]
        if slow:
            max(slow, key=lambda share: self._held[share.client]).give_way()

    def _fits(self, share: Share) -> bool:
        return self._held[share.client] + share.size <= self._each and self._taken_bytes + share.size <= self._total

    def _take(self, share: Share) -> None:
        self._shares.append(share)
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
