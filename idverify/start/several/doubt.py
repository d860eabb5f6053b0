"""A server that works alone on PostgreSQL, and lost it while it committed: whether it did, the database alone knows."""

from __future__ import annotations

from threading import Lock

from idverify.ports import Deadline
from idverify.start.several.followed import Followed, in_turn
from idverify.storage.store import SqlStore


class AfterDoubt:
    """Implements the port ``Following``: what is in memory is compared with the database before the next call.

    Args:
        store: of a server that works alone.
    """

    position = followed = 0

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._followed: Followed | None = None
        self._turn = Lock()

    @property
    def behind(self) -> bool:
        """Whether the last commit is in doubt."""
        return self._store.in_doubt

    def begin(self, followed: Followed) -> None:
        """Look from now on after what is in memory."""
        self._followed = followed

    def close(self) -> None:
        """End; nothing runs by itself."""

    def leads(self) -> bool:
        """Return True."""
        return True

    def catch_up(self, deadline: Deadline) -> None:
        """Return when what is in memory is what was committed; at once, if there is no doubt.

        Raises:
            DomainError: STORE_UNAVAILABLE, also while the commit in doubt goes on; DEADLINE_EXCEEDED.
            StoredDataError: something stored cannot be read.
        """
        if self._followed is None or not self.behind:
            return
        with in_turn(self._turn, deadline):
            if self.behind:
                with self._store.settling():
                    self._followed.compare()
                    self._followed.fill(self._store)

    catch_up_gallery = catch_up
