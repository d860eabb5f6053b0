"""How long calls take, as measured: by method, and how busy the more urgent ones keep the workers."""

from __future__ import annotations

import math

from idverify.dispatch.fair_queue import Priority

_WEIGHT, _DEVIATION_WEIGHT = 1 / 8, 1 / 4
"""Of the newest measurement, as TCP weighs its round trips (RFC 6298)."""
_DEVIATIONS = 2.0
_FARTHEST = 3.0
"""Deviations by which a measurement counts as apart at most: a database that was away for seconds is forgotten with the
calls that waited for it, and what takes longer from now on is learnt within two dozen calls all the same."""
_LEAST_DEVIATION = 0.001  # seconds; where all took the same, it could grow by nothing
_MEMORY = 10.0  # seconds over which the load is averaged
_MOST_LOAD = 0.9


class ServiceTimes:
    """Smoothed mean and deviation of the seconds that a worker spends on a call, by method. Unknown ones take none."""

    def __init__(self) -> None:
        self._mean: dict[str, float] = {}
        self._deviation: dict[str, float] = {}

    def expected(self, method: str) -> float:
        """Return the mean in seconds."""
        return self._mean.get(method, 0.0)

    def at_most(self, method: str) -> float:
        """Return what few calls exceed, in seconds."""
        return self.expected(method) + _DEVIATIONS * self._deviation.get(method, 0.0)

    def took(self, method: str, seconds: float) -> None:
        """Take a measurement in."""
        if method not in self._mean:
            self._mean[method], self._deviation[method] = seconds, seconds / 2
            return
        farthest = _FARTHEST * max(self._deviation[method], _LEAST_DEVIATION)
        error = min(seconds - self._mean[method], farthest)
        self._mean[method] += _WEIGHT * error
        self._deviation[method] += _DEVIATION_WEIGHT * (abs(error) - self._deviation[method])


class Load:
    """Which part of the workers each priority has kept busy lately.

    Args:
        workers: how many there are.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._busy = dict.fromkeys(Priority, 0.0)
        self._at = 0.0

    def worked(self, priority: Priority, seconds: float, now: float) -> None:
        """Note that a worker has worked so long."""
        self._fade(now)
        self._busy[priority] += seconds / self._workers / _MEMORY

    def above(self, priority: Priority, now: float) -> float:
        """Return the part that more urgent work takes, from 0 to 0.9."""
        self._fade(now)
        return min(_MOST_LOAD, sum(busy for other, busy in self._busy.items() if other < priority))

    def _fade(self, now: float) -> None:
        factor = math.exp((self._at - now) / _MEMORY)
        self._busy = {priority: busy * factor for priority, busy in self._busy.items()}
        self._at = now
