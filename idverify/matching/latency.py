"""How long something takes, counted by the time it took: no identifiers, a few numbers, never reset."""

from __future__ import annotations

from bisect import bisect_left
from threading import Lock

from idverify.ports import Histogram

BOUNDS_SECONDS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5)


class Latency:
    """Counts. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts = [0] * (len(BOUNDS_SECONDS) + 1)
        self._sum = 0.0

    def note(self, seconds: float) -> None:
        """Count one."""
        with self._lock:
            self._counts[bisect_left(BOUNDS_SECONDS, seconds)] += 1
            self._sum += seconds

    def histogram(self) -> Histogram:
        """Return the counts so far."""
        with self._lock:
            return Histogram(BOUNDS_SECONDS, tuple(self._counts), self._sum)
