"""Notices that the clock of the machine is set while the service runs: by a clock that nobody can set."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from idverify.domain.clock_steps import TOLERANCE, clock_stepped
from idverify.ports import Clock, Store

_LOG = logging.getLogger(__name__)


class ClockWatch:
    """Compares the two clocks from time to time.

    Args:
        clock: dates events and assertions.
        store: holds the trail.
    """

    def __init__(self, clock: Clock, store: Store) -> None:
        self._clock = clock
        self._store = store
        self._last = self._clock.now(), time.monotonic()

    def look(self) -> None:
        """Say by how much the clock was set since the last look, if it was: in the log and in the trail.

        That it was set back the trail says by itself, before the next event.

        Raises:
            DomainError, StoredDataError: the trail cannot be written; the next look tries again.
        """
        now, ticks = self._clock.now(), time.monotonic()
        step = (now - self._last[0]).total_seconds() - (ticks - self._last[1])
        if abs(step) > TOLERANCE.total_seconds():
            _LOG.warning("the clock was set", extra={"seconds": round(step)})
            if step > 0:
                with self._store.transaction() as uow:
                    uow.audit.append(clock_stepped(now, timedelta(seconds=step), "running"))
        self._last = now, ticks
