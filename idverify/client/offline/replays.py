"""Remembering which assertions were used, where one is to be used once."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Protocol


class ReplayCache(Protocol):
    """Remembers ids of tokens. A verifier of several processes brings its own, over what they share."""

    def first_use(self, token_id: str, expires: float) -> bool:
        """Note a token; False if it was noted before.

        Args:
            token_id: ``jti``.
            expires: seconds since 1970 until when it must be remembered.
        """


class MemoryReplayCache:
    """Remembers in this process. Thread-safe; what has expired is forgotten."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """Begin with nothing. ``clock``: seconds since 1970."""
        self._clock = clock
        self._until: dict[str, float] = {}
        self._lock = Lock()

    def first_use(self, token_id: str, expires: float) -> bool:
        """Note a token; see :meth:`ReplayCache.first_use`."""
        now = self._clock()
        with self._lock:
            self._until = {known: until for known, until in self._until.items() if until > now}
            if token_id in self._until:
                return False
            self._until[token_id] = expires
            return True
