"""What a running service remembers of its trail, so that nobody takes it back, or over, under its hands."""

from __future__ import annotations

from collections import deque
from threading import Lock

from idverify.domain.errors import StoredDataError
from idverify.domain.model import LogHead, TrailHead
from idverify.storage.trail.trail_end import LastEnd, RegisterState, TrailEnd
from idverify.trust.log.merkle import Frontier

_LOGS = 4
"""Of what is rolled back one is of before: a call writes one event, seldom two or three."""


class TrailGuard:
    """Holds the last end that this process committed or read, and its claim to the database; any thread.

    Attributes:
        logs: the last ends of the log, perhaps never committed, and what appending to just those needs, the newest
            last; for who writes.
        end: an end of the trail, perhaps never committed; for who writes.
    """

    def __init__(self) -> None:
        self.logs: deque[tuple[LogHead, Frontier]] = deque(maxlen=_LOGS)
        self.end = LastEnd()
        self._lock = Lock()
        self._last: TrailHead | None = None
        self._claim: int | None = None

    @property
    def last(self) -> TrailHead | None:
        """The last end that is known to be committed; None: none yet."""
        return self._last

    def claimed(self, claim: int) -> None:
        """Note that the database is ours from now on: an end of another claim is refused."""
        self._claim = claim

    def committed(self, head: TrailHead) -> None:
        """Note an end that is on the disk."""
        with self._lock:
            if self._last is None or head.sequence >= self._last.sequence:
                self._last = head

    def require(self, end: TrailEnd, last: TrailHead | None) -> RegisterState:
        """Return the state of an end that may follow what is known.

        Args:
            end: as it was just read.
            last: :attr:`last` as it was before that.

        Raises:
            StoredDataError: it has no state, is older than one that was committed, another of the same number, or
                another server has taken the database.
        """
        if end.state is None:
            raise StoredDataError("the end of the audit trail is one of a former version of this program")
        if last is not None and end.head.sequence < last.sequence:
            what = f"from event {last.sequence} to {end.head.sequence}"
            raise StoredDataError(f"the audit trail was taken back {what} while the service ran")
        if last is not None and end.head.sequence == last.sequence and end.head.hash != last.hash:
            raise StoredDataError(f"event {last.sequence} of the audit trail was exchanged while the service ran")
        if self._claim is not None and end.state.claims != self._claim:
            raise StoredDataError("another server has opened this database since; stop one of the two")
        return end.state
