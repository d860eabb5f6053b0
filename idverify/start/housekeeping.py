"""What has to be done again and again while the service runs, in a thread of its own."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread

from idverify.domain.errors import DomainError, Reason, SettingsError, StoredDataError
from idverify.ports import UNWATCHED, Figure, Shown, Watch
from idverify.telemetry.troubles import Rarely, cause_of

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to do.

    Attributes:
        name: as the log calls it.
        seconds: between two times.
        work: does it.
        first: seconds before the first time, if it is sooner.
        at_end: it is done once more when the service ends.
    """

    name: str
    seconds: float
    work: Callable[[], object]
    first: float | None = None
    at_end: bool = False


class UntilClosed:
    """Implements the port ``Deadline`` for chores that take long: until the service ends."""

    def __init__(self) -> None:
        self.closed = Event()

    def check(self) -> None:
        """Raise DomainError DEADLINE_EXCEEDED if it ends."""
        if self.closed.is_set():
            raise DomainError(Reason.DEADLINE_EXCEEDED, "the service ends")

    def seconds_left(self) -> float:
        """Return infinity: nobody waits."""
        return math.inf


class Housekeeper:
    """Does chores one after another until it is closed; one that fails is done again when it is due.

    Args:
        name: of the thread.
        chores: each is done first when its seconds have passed.
        life: what long ones look at.
        watch: told of each, and shown which are overdue.
    """

    def __init__(
        self, name: str, chores: Sequence[Chore], life: UntilClosed | None = None, watch: Watch = UNWATCHED
    ) -> None:
        self._watch = watch
        self._due: dict[str, float] = {}
        self._chores = chores
        self._troubles = {chore.name: Rarely() for chore in chores}
        self._stop = (life or UntilClosed()).closed
        self._thread = Thread(target=self._keep, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._watch.show(self.figures)
        self._thread.start()

    def close(self) -> None:
        """End, when the chore at hand is done or has looked at its life."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        for chore in self._chores:
            if chore.at_end:
                self._do(chore)

    def figures(self) -> Sequence[Figure]:
        """Return by how much each chore is overdue; the one at hand is from when it was due."""
        now = time.monotonic()
        return [Figure(Shown.CHORE_LATE, max(0.0, now - due), name) for name, due in list(self._due.items())]

    def _keep(self) -> None:
        now = time.monotonic()
        due = self._due
        due.update({c.name: now + (c.seconds if c.first is None else c.first) for c in self._chores})
        while not self._stop.wait(max(0.0, min(due.values()) - time.monotonic())):
            for chore in self._chores:
                if time.monotonic() >= due[chore.name] and not self._stop.is_set():
                    self._do(chore)
                    due[chore.name] = time.monotonic() + chore.seconds

    def _do(self, chore: Chore) -> None:
        trouble, began = self._troubles[chore.name], time.monotonic()
        try:
            chore.work()
        except (DomainError, SettingsError, StoredDataError, OSError) as error:
            given_up = self._stop.is_set() and not chore.at_end
            if not given_up and trouble.due(cause_of(error)):
                _LOG.error("%s failed", chore.name, extra={"cause": cause_of(error)})
            if not given_up:
                self._watch.chore(chore.name, time.monotonic() - began, failed=True)
        else:
            self._watch.chore(chore.name, time.monotonic() - began, failed=False)
            if trouble.over():
                _LOG.info("%s works again", chore.name)
