"""Leaving a source in peace that does not answer, so that no citizen waits for it in vain.

A dozen lines of our own: the packages for it bring stores, listeners and clocks with them, and none can be told the
time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock

FAILURES = 5
"""In a row."""
REST = timedelta(seconds=30)


class Circuit:
    """Counts answers and silences of one source. Thread-safe.

    After so many silences in a row it is open: nobody is let through for a while, then one, whose fate decides.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._failures = 0
        self._opens: datetime | None = None

    def admits(self, now: datetime) -> bool:
        """Tell whether the source may be asked; whoever is told yes says how it went."""
        with self._lock:
            if self._failures < FAILURES:
                return True
            if self._opens is None or now < self._opens:
                return False
            self._opens = now + REST  # this one is let through, and no other meanwhile
            return True

    def answered(self) -> None:
        """Note that the source said something, if only that it refuses."""
        with self._lock:
            self._failures, self._opens = 0, None

    def silent(self, now: datetime) -> None:
        """Note that it said nothing."""
        with self._lock:
            self._failures += 1
            self._opens = now + REST
