"""Keeps the trail's file a second behind the database, at most."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from idverify.domain.model import TrailHead
from idverify.trust.trail_file import TrailFile, Witness

EVERY_SECONDS = 1.0
"""How often the file is brought up to date. Writing it after each commit would cost as much as the commit."""


class TrailKeeper:
    """Writes down what is committed, and how much of it has been recomputed.

    Args:
        file: where.
        committed: returns an end of the trail that is on the disk.
        verified: up to where the chain was recomputed before.
    """

    def __init__(self, file: TrailFile, committed: Callable[[], TrailHead], verified: TrailHead) -> None:
        self._file = file
        self._committed = committed
        self._verified = verified
        self._written: Witness | None = None
        self._writing = Lock()

    def verified(self) -> TrailHead:
        """Return the event up to which the chain has been recomputed."""
        return self._verified

    def note_verified(self, head: TrailHead) -> None:
        """Note an event up to which it has been recomputed."""
        self._verified = head

    def write(self) -> None:
        """Bring the file up to date. Raises OSError if that fails; the former file is still there."""
        with self._writing:
            witness = Witness(self._committed(), self._verified)
            if witness != self._written:
                self._file.write(witness)
                self._written = witness
