"""Following what other servers write on the same database.

What a gallery is told waits apart from all else: its shards may be slow or silent, and who verifies needs none of them.
"""

from __future__ import annotations

import logging
import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from threading import Event, Lock, Thread

from idverify.domain.errors import DomainError, StoredDataError
from idverify.domain.model import StoredTemplate
from idverify.ports import Deadline
from idverify.start.housekeeping import UntilClosed
from idverify.start.several.followed import LONGEST_WAIT, Followed, in_turn, not_caught_up
from idverify.storage.following.feed import Feed
from idverify.storage.following.leading import Leading
from idverify.storage.following.listening import listening
from idverify.storage.store import SqlStore
from idverify.telemetry.troubles import Rarely, cause_of

_LOG = logging.getLogger(__name__)

POLL_SECONDS = 0.5
"""Between two looks where nothing is told."""

_BATCH = 2000


class Follower:
    """Implements the port ``Following``. Made before anything is read of the database that is to be followed.

    Args:
        store: of one of several servers.
        url: of its database.
        monotonic: seconds.
    """

    def __init__(self, store: SqlStore, url: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        assert store.feed is not None
        self._feed: Feed = store.feed
        self._store = store
        self._url = url
        self._monotonic = monotonic
        self._position = self._feed.end()
        self._leading = Leading(url)
        self._followed: Followed | None = None
        self._turn = Lock()
        self._untold: deque[tuple[Sequence[int], Sequence[StoredTemplate]]] = deque()
        """What left the database and what came, in its order, that the gallery was not told yet."""
        self._gallery_turn = Lock()
        self._began = -math.inf  # when the last round began that came to its end
        self._trouble = Rarely()
        self._stop = Event()
        self._thread = Thread(target=self._keep, name="follower", daemon=True)

    @property
    def position(self) -> int:
        """How new an answer is that is given now: what this server wrote itself counts, read again or not."""
        return max(self._position, self._feed.newest_own)

    @property
    def behind(self) -> bool:
        """Return True: the others may have written something since."""
        return True

    @property
    def followed(self) -> int:
        """How far this server has followed."""
        return self._position

    def begin(self, followed: Followed) -> None:
        """Follow from now on what was filled since this was made."""
        self._followed = followed
        self._thread.start()

    def close(self) -> None:
        """End."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self._leading.close()

    def leads(self) -> bool:
        """Tell whether this server does now what is done once for all."""
        return self._leading.leads()

    def catch_up(self, deadline: Deadline) -> None:
        """Return when whatever was committed before it was called has been followed.

        Of those who wait, one does it for all who came before it began.
        """
        asked = self._monotonic()
        with in_turn(self._turn, deadline):
            if self._began <= asked:
                began = self._monotonic()
                while not self._part():
                    deadline.check()
                self._began = began

    def catch_up_gallery(self, deadline: Deadline) -> None:
        """Return when the gallery has followed too.

        Raises:
            DomainError: STORE_UNAVAILABLE, DEADLINE_EXCEEDED.
        """
        self.catch_up(deadline)
        with in_turn(self._gallery_turn, deadline):
            self._tell_gallery(deadline)

    def compare(self) -> None:
        """Compare all that is kept with the database: the feed is not what it rests on.

        Raises:
            DomainError: STORE_UNAVAILABLE.
            StoredDataError: something stored cannot be read.
        """
        end = self._monotonic() + LONGEST_WAIT
        while not self._compared():
            if self._monotonic() > end or self._stop.wait(POLL_SECONDS):
                raise not_caught_up()

    def _compared(self) -> bool:
        """Compare, unless the gallery is being told something: who verifies would wait for that meanwhile."""
        with self._turn:
            return self._anew(patience=0.0)

    def _part(self) -> bool:
        """Follow some of it; return whether that was all."""
        part, followed = self._feed.after(self._position), self._followed
        if followed is None:
            return True
        if part is None:
            if not self._anew(patience=POLL_SECONDS):
                raise not_caught_up()
            return True
        if part.removed or part.added:
            self._untold.append((part.removed, part.added))
        followed.clients.fill(part.clients)
        if part.catalogue is not None:
            followed.catalogue.hold(part.catalogue)
        self._position = part.position
        return part.ended

    def _tell_gallery(self, deadline: Deadline) -> None:
        """Tell it what it was not told; in its turn, and what comes meanwhile too."""
        while self._untold:
            deadline.check()
            removed, added = self._untold[0]
            assert self._followed is not None
            if removed:
                self._followed.gallery.remove(removed)
            for first in range(0, len(added), _BATCH):
                self._followed.gallery.add(added[first : first + _BATCH])
            self._untold.popleft()

    def _anew(self, patience: float) -> bool:
        """Compare all, in both turns; return whether the gallery's, which is waited for so many seconds, was had."""
        assert self._followed is not None
        if not self._gallery_turn.acquire(timeout=patience):
            return False
        try:
            # Nothing of this server's is between memory and database then, and would be taken for a difference.
            with self._store.quiet():
                position = self._feed.end()
                self._store.forget_members()
                self._followed.compare()
                self._untold.clear()  # only now: what a comparison that fails has not seen is still to be told
            self._followed.fill(self._store)
            self._position = position
        finally:
            self._gallery_turn.release()
        return True

    def _keep(self) -> None:
        while not self._stop.is_set():
            try:
                self.catch_up_gallery(_UNTIL_STOPPED)
                with listening(self._url) as told:
                    self.catch_up_gallery(_UNTIL_STOPPED)
                    while not self._stop.is_set():
                        told(POLL_SECONDS)
                        self.catch_up_gallery(_UNTIL_STOPPED)
                        self._trouble.over()
            except (DomainError, StoredDataError) as error:
                if self._trouble.due(cause_of(error)):
                    _LOG.warning("following the other servers failed", extra={"cause": cause_of(error)})
                self._stop.wait(POLL_SECONDS)


_UNTIL_STOPPED = UntilClosed()  # which nobody closes: a round that has begun comes to its end
