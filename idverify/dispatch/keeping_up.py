"""Of several servers on one database: a call is answered from what was committed before it came, whoever did it.

A server asks the database what it has not followed yet before it looks who calls: a client that was revoked at another
one is refused, and one that was registered is known. Calls that come while it asks wait for the next time, together.
"""

from __future__ import annotations

import asyncio
import time
from functools import partial

from idverify.dispatch.deadline import CallDeadline
from idverify.dispatch.workers import WorkerPool
from idverify.domain.errors import DomainError, Reason
from idverify.ports import Following

WATERMARK = "idverify-watermark"
"""Metadata of gRPC and header of HTTP: with an answer, how far the server had followed; with a request, the same."""

_PATIENCE_SECONDS = 1.0
"""That a position which this server does not see is waited for: its database may be on the way there."""

_PAUSE_SECONDS = 0.05
_ROUND_SECONDS = 10.0
_LONGEST = 18


class KeepingUp:
    """Lets a call in when this server knows what was committed before. Made and used on the event loop.

    Args:
        following: what keeps the memory of this server as new as the database.
    """

    def __init__(self, following: Following) -> None:
        self._following = following
        self._pool = WorkerPool("keeping-up", 1, 1)
        self._running: asyncio.Task[None] | None = None
        self._next: asyncio.Task[None] | None = None

    @property
    def watermark(self) -> str:
        """What answers say of how new they are; empty: this server works alone."""
        return str(self._following.position or "")

    async def caught_up(self) -> None:
        """Return when what was committed before is known here. Raises DomainError STORE_UNAVAILABLE."""
        if self._following.behind:
            await self._round()

    async def come_to(self, watermark: str) -> bool:
        """Return when this server has come as far as another one that the client had an answer of.

        It can take a second: this is for callers who are known, and whose calls count.

        Args:
            watermark: of that answer; empty: of none.

        Returns:
            Whether there was something to wait for: the caller is to be looked at again.

        Raises:
            DomainError: STORE_UNAVAILABLE; NOT_FOLLOWED_YET if the database does not know what another server has told;
                FIELD_INVALID for what is no watermark.
        """
        if not self._following.position:
            return False
        wanted = _position(watermark)
        if wanted <= self._following.followed:
            return False
        end = time.monotonic() + _PATIENCE_SECONDS
        await self._round()
        while self._following.followed < wanted:
            if time.monotonic() >= end:
                raise DomainError(
                    Reason.NOT_FOLLOWED_YET,
                    "another server has answered from a newer state of the database than this one sees; try again",
                )
            await asyncio.sleep(_PAUSE_SECONDS)
            await self._round()
        return True

    async def close(self) -> None:
        """Wait for what runs."""
        await asyncio.to_thread(self._pool.close)

    async def _round(self) -> None:
        """Follow once, with all who came since the last time began."""
        if self._next is None:
            self._next = asyncio.create_task(self._follow(self._running))
            self._next.add_done_callback(_seen)
        await asyncio.shield(self._next)

    async def _follow(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait({before})
        self._running, self._next = self._next, None
        await self._pool.run(partial(self._following.catch_up, CallDeadline(_ROUND_SECONDS)))


def _position(watermark: str) -> int:
    if not watermark:
        return 0
    if not (watermark.isascii() and watermark.isdecimal()) or len(watermark) > _LONGEST:
        raise DomainError(
            Reason.FIELD_INVALID, f"{WATERMARK} must be as an answer of this service had it", {"field": WATERMARK}
        )
    return int(watermark)


def _seen(task: asyncio.Task[None]) -> None:
    """Whoever waited for it may have gone."""
    if not task.cancelled():
        task.exception()
