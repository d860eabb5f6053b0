"""Which requests are worked on beside each other: so many that nobody can tell it from one after another.

A search knows all who were inserted, and nobody who was deleted, before it was asked for; of one person, and of one
request that comes again, one thing is done after another. What is searched for may be found in somebody who was
inserted after it: each of two who are inserted side by side is searched for after both.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition
from typing import Generic, TypeVar

from idverify.mosip.abis.messages import Asked, Operation

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Turn(Generic[T]):
    """A request in its place.

    Attributes:
        asked: what it says.
        item: what came with it.
    """

    asked: Asked
    item: T


class InOrder(Generic[T]):
    """Requests in the order in which they came; any thread."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._waiting: deque[Turn[T]] = deque()
        self._working: list[Turn[T]] = []

    def __len__(self) -> int:
        """Return how many have no answer."""
        return len(self._waiting) + len(self._working)

    def put(self, asked: Asked, item: T) -> None:
        """Take one in, behind all others."""
        with self._changed:
            self._waiting.append(Turn(asked, item))
            self._changed.notify_all()

    @contextmanager
    def next(self, seconds: float) -> Iterator[T | None]:
        """Give the first that has to wait for none before it, for a block; None: there is none for so many seconds."""
        with self._changed:
            turn = self._changed.wait_for(self._ready, seconds)
            if turn is not None:
                self._waiting.remove(turn)
                self._working.append(turn)
        if turn is None:
            yield None
            return
        try:
            yield turn.item
        finally:
            with self._changed:
                self._working.remove(turn)
                self._changed.notify_all()

    def _ready(self) -> Turn[T] | None:
        before = list(self._working)
        for turn in self._waiting:
            if not any(waits(turn.asked, each.asked) for each in before):
                return turn
            before.append(turn)
        return None


def waits(later: Asked, earlier: Asked) -> bool:
    """Tell whether a request has to wait for one that came before it."""
    if later.request_id == earlier.request_id or _whom(later) == _whom(earlier):
        return True
    if later.operation is Operation.IDENTIFY:
        return earlier.operation is not Operation.IDENTIFY
    return later.operation is Operation.DELETE and earlier.operation is Operation.IDENTIFY


def _whom(asked: Asked) -> str:
    return str(asked.content.get("referenceId"))
