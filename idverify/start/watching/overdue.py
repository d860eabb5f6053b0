"""How many requests of citizens about their data are late, for whoever watches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock

from idverify.ports import Clock, Figure, Shown, Store

_EVERY = timedelta(minutes=10)
"""Their deadlines are days away, and each request is sealed: they are not gone through whenever somebody looks."""

_AT_A_TIME = 500


class OverdueRequests:
    """Counts them; any thread.

    Args:
        store: of the requests.
        clock: the time.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._counting = Lock()
        self._counted: tuple[datetime, int] | None = None

    def figures(self) -> Sequence[Figure]:
        """Return how many there were in the last ten minutes. Raises DomainError STORE_UNAVAILABLE."""
        with self._counting:
            now = self._clock.now()
            if self._counted is None or not timedelta() <= now - self._counted[0] < _EVERY:
                self._counted = now, self._count(now)
            return [Figure(Shown.SUBJECT_REQUESTS_OVERDUE, self._counted[1])]

    def _count(self, now: datetime) -> int:
        overdue, last = 0, 0
        while True:
            with self._store.reading() as view:
                some = view.subject_requests.page(last, _AT_A_TIME)
            if not some:
                return overdue
            overdue += sum(request.overdue(now) for _, request in some)
            last = some[-1][0]
