"""How many calls a client may make in a minute, where its entry says so."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller


@dataclass(slots=True)
class _Bucket:
    left: float
    filled: float


class CallBudgets:
    """A bucket a client, which holds the calls of a minute and is filled again as time goes (token bucket).

    Used on the event loop, so that it needs no lock; only clients with a limit have a bucket.
    """

    def __init__(self) -> None:
        self._buckets: dict[str, _Bucket] = {}

    def spend(self, caller: Caller) -> None:
        """Count a call. Raises DomainError CALL_BUDGET_EXCEEDED if there is none left."""
        if caller.calls_per_minute is None:
            return
        most, now = float(caller.calls_per_minute), time.monotonic()
        bucket = self._buckets.setdefault(caller.name, _Bucket(most, now))
        bucket.left = min(most, bucket.left + (now - bucket.filled) * most / 60.0)
        bucket.filled = now
        if bucket.left < 1.0:
            wait = math.ceil((1.0 - bucket.left) * 60.0 / most)
            raise DomainError(
                Reason.CALL_BUDGET_EXCEEDED,
                "this client has made all the calls that it may make in a minute",
                {"calls_per_minute": str(caller.calls_per_minute), "retry_seconds": str(wait)},
            )
        bucket.left -= 1.0
