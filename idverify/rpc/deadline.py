"""How long a call may still take, asked from the thread that works on it."""

from __future__ import annotations

import time
from threading import Event

from idverify.domain.errors import DomainError, Reason


class CallDeadline:
    """Implements the port ``Deadline``. Made on the event loop, asked in a worker thread.

    Args:
        seconds: from now.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._given_up = Event()

    def give_up(self) -> None:
        """Note that nobody waits for the answer any more."""
        self._given_up.set()

    def check(self) -> None:
        """Raise DomainError DEADLINE_EXCEEDED if the time is up or the caller went away."""
        if self._given_up.is_set() or time.monotonic() >= self._end:
            raise deadline_exceeded()


def deadline_exceeded() -> DomainError:
    """Return the error of a call that came too late."""
    return DomainError(
        Reason.DEADLINE_EXCEEDED,
        "the deadline passed; it is not known whether the call had its effect: ask again with the same request_id",
    )


def seconds_left(time_remaining: float | None, default: float) -> float:
    """Return how long a call may take: what its client states, or the server's default."""
    # gRPC states the absence of a deadline as None or as a time beyond every clock.
    stated = time_remaining is not None and time_remaining < _LONGEST
    return max(0.0, time_remaining) if stated and time_remaining is not None else default


_LONGEST = 366 * 86_400.0
