"""How long a call may still take, asked from the thread that works on it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from idverify.domain.errors import DomainError, Reason


class CallDeadline:
    """Implements the port ``Deadline``. Made on the event loop, asked in a worker thread.

    Args:
        seconds: from now.

    Attributes:
        ends: when the time is up, by ``time.monotonic``.
    """

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds
        self._given_up = False

    def give_up(self) -> None:
        """Note that nobody waits for the answer any more."""
        self._given_up = True

    def check(self) -> None:
        """Raise DomainError DEADLINE_EXCEEDED if the time is up or the caller went away."""
        if self._given_up or time.monotonic() >= self.ends:
            raise _exceeded()

    def seconds_left(self) -> float:
        """Return how long the caller still waits."""
        return 0.0 if self._given_up else max(0.0, self.ends - time.monotonic())


@asynccontextmanager
async def within(seconds: float) -> AsyncIterator[CallDeadline]:
    """Give a block so much time; whatever it began in a thread knows when it has ended.

    Raises:
        DomainError: DEADLINE_EXCEEDED.
    """
    deadline, timer = CallDeadline(seconds), asyncio.timeout(seconds)
    try:
        async with timer:
            yield deadline
    except TimeoutError:
        if not timer.expired():
            raise  # somebody else's: an unexpected error
        raise _exceeded() from None
    finally:
        deadline.give_up()


def _exceeded() -> DomainError:
    return DomainError(
        Reason.DEADLINE_EXCEEDED,
        "the deadline passed; it is not known whether the call had its effect: ask again with the same request_id",
    )
