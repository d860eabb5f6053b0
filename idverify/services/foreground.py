"""Calls that somebody waits for go before work in the background, which gives way to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition


class Foreground:
    """Knows how many calls are being worked on; any thread."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._working = 0
        self._giving_way = 0

    @contextmanager
    def working(self) -> Iterator[None]:
        """Count a call during a block."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    @contextmanager
    def stepping_back(self) -> Iterator[None]:
        """Count the call at hand no more during a block in which it only waits."""
        self._count(-1)
        try:
            yield
        finally:
            self._count(1)

    def give_way(self, patience: float) -> None:
        """Wait until no call is being worked on, for so many seconds at most: background work may not stand still."""
        with self._changed:
            self._giving_way += 1
            self._changed.wait_for(lambda: self._working == 0, patience)
            self._giving_way -= 1

    @property
    def giving_way(self) -> int:
        """How much background work stands still now."""
        return self._giving_way

    def _count(self, calls: int) -> None:
        with self._changed:
            self._working += calls
            if self._working == 0:
                self._changed.notify_all()
