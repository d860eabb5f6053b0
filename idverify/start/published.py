"""What is published, held against the database: others write in that folder too, or put an older one in its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from idverify.domain.errors import StoredDataError
from idverify.ports import Deadline
from idverify.storage.store import SqlStore
from idverify.storage.trail.log_tree import LogView
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.keys import LogKeys
from idverify.trust.log.notes import Note
from idverify.trust.log.tiles import Differing, TileFolder

_PIECE = 1 << 12
"""Entries that are compared from one view of the database: sixteen tiles, some milliseconds."""


class PublishedLog:
    """A folder and the database that is published in it. Who publishes there waits meanwhile.

    Args:
        store: whose log.
        folder: where.
    """

    def __init__(self, store: SqlStore, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._tiles = TileFolder(folder)
        self._compared = 0

    def last(self, keys: LogKeys) -> tuple[Note | None, str]:
        """Return the checkpoint that was published last, if it is one of this log, and what is wrong with it.

        Raises:
            StoredDataError: the log does not go on from it: the database was taken back or changed.
            OSError: it cannot be read.
        """
        noted = self._store.published()
        before = noted[1] if noted is not None and noted[0] == keys.origin else None
        try:
            note = self._tiles.checkpoint()
        except StoredDataError:
            return None, "the published checkpoint is none that can be read"
        if note is None:
            return None, "" if before is None else f"the published checkpoint is gone, of {before} entries"
        if not keys.signed(note):
            return None, "the published checkpoint is not signed by this log"
        old = Checkpoint.parse(note.text)
        with self._store.reading() as view:
            if old.size > view.log.head().size or view.log.root(old.size) != old.root:
                raise StoredDataError(
                    f"the log that is published in {self._folder}, with {old.size} entries, is not what this one goes "
                    "on from: the database was taken back or changed"
                )
        if before is not None and old.size < before:
            return note, f"the published checkpoint, of {old.size} entries, is older than the one of {before} before it"
        return note, ""

    def mend_some(self, size: int) -> Differing:
        """Compare the next few tiles of what is published, put right what differs, and return it; in turn all of them.

        Raises:
            StoredDataError: the log was changed past the service.
            OSError: a file cannot be written.
        """
        part = range(self._compared, min(self._compared + _PIECE, size))
        self._compared = part.stop if part.stop < size else 0
        with self._store.reading() as view:
            return self._tiles.put_tiles(size, part, view.log.tile, view.log.entries)

    def mend(self, size: int) -> Differing:
        """Compare all of it. Raises as above."""
        self._compared = 0
        found = self.mend_some(size)
        while self._compared:
            found += self.mend_some(size)
        return found

    def findings(self, keys: LogKeys, deadline: Deadline, *, full: bool) -> Iterator[str]:
        """Say what is wrong with what is published; ``full``: with every tile, otherwise with the checkpoint.

        Raises:
            DomainError: DEADLINE_EXCEEDED.
            OSError: a file cannot be read.
        """
        try:
            note, wrong = self.last(keys)
            if wrong:
                yield wrong
            size, found = Checkpoint.parse(note.text).size if note and full else 0, Differing()
            for start in range(0, size, _PIECE):
                deadline.check()
                with self._store.reading() as view:
                    found += self._differing(view.log, size, range(start, min(start + _PIECE, size)))
        except StoredDataError as error:
            yield str(error)
            return
        if found != Differing():
            self._compared = 0  # to be put right first
            yield told(found)

    def _differing(self, log: LogView, size: int, part: range) -> Differing:
        return self._tiles.differing(size, part, log.tile, log.entries)


def told(found: Differing) -> str:
    """Return in words what is wrong with tiles."""
    return f"of the published tiles {found.missing} are missing and {found.changed} were changed"
