"""Keeps the gallery: opens it at start, in order while it serves, and on disk for the next start.

The database has the last word. A snapshot is believed only if its watermark is an event of this database's audit trail:
then both come from one history, template ids mean the same in both, and comparing ids tells all that happened since. A
restored backup or another database has no such event, and the gallery is made of the database from the beginning.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from threading import Event, Lock, Thread
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from idverify.domain.errors import DomainError, StoredDataError
from idverify.domain.model import StoredTemplate
from idverify.matching.picture import GalleryPicture, SegmentPicture
from idverify.matching.snapshot import SnapshotFolder, SnapshotUnusableError
from idverify.ports import Clock, Gallery, Store
from idverify.telemetry.troubles import cause_of

_LOG = logging.getLogger(__name__)

_BATCH = 2000
"""Templates added at a time: a gallery describes many at once quicker, and none is held twice in memory."""

_TICK_SECONDS = 1.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 15.0, 900.0
"""After a snapshot that could not be written; twice as long after each further one."""


class KeptGallery(Gallery, Protocol):
    """A gallery that can be put away and taken up again."""

    @property
    def index_id(self) -> str:
        """Name of what makes segments now."""

    @property
    def index_ids(self) -> Sequence[str]:
        """Names of what can be taken over."""

    @property
    def changes(self) -> int:
        """How many templates were added or removed since it was made."""

    def entry_ids(self) -> NDArray[np.int64]:
        """Return the ids of all templates that can be found, ascending."""

    def merge(self) -> bool:
        """Do one piece of the work that keeps searches quick; False if there was none to do."""

    def erase(self) -> None:
        """Leave nothing of what was removed."""

    def freeze(self) -> Sequence[SegmentPicture]:
        """Return what can be found at this moment, in no time."""

    def restore(self, picture: GalleryPicture) -> None:
        """Take over what another gallery froze, and go on with its codes. Raises KeyError, ValueError."""

    def turn(self, key: bytes) -> None:
        """Have codes that are comparable with those of the same secret alone; before anything is in it."""


@dataclass(frozen=True, slots=True)
class SnapshotTimes:
    """When to write one: if anything changed, after so many seconds, or at once after so many changes."""

    seconds: float
    changes: int


class GalleryKeeper:
    """Owns the thread that works on a gallery between the calls.

    Args:
        gallery: empty.
        store: the database.
        folder: where snapshots are.
        clock: the time.
        times: when to write one.
        others: folders of other servers on this database, which are read where this one has none.
    """

    def __init__(
        self,
        gallery: KeptGallery,
        store: Store,
        folder: SnapshotFolder,
        clock: Clock,
        times: SnapshotTimes,
        others: Sequence[SnapshotFolder] = (),
    ) -> None:
        self._gallery = gallery
        self._store = store
        self._folder = folder
        self._clock = clock
        self._times = times
        self._others = others
        self._saving = Lock()
        self._saved: datetime | None = None
        self._saved_changes = -1  # nothing is saved yet
        self._stop = Event()
        self._thread = Thread(target=self._keep, name="gallery-keeper", daemon=True)

    def open(self) -> None:
        """Fill the gallery, from the snapshot if it can be used, so that it agrees with the database; begin to keep it.

        Raises:
            DomainError: STORE_UNAVAILABLE.
            StoredDataError: the database cannot be trusted.
        """
        if not any(self._restored(folder) for folder in (self._folder, *self._others)):
            fill_gallery(self._gallery, self._store)
            self._merge()
        self._thread.start()

    def snapshot_time(self) -> datetime | None:
        """Return when the newest snapshot was taken."""
        return self._saved

    def save(self) -> bool:
        """Write a snapshot if anything changed since the last; False if it cannot be written now.

        What was removed leaves memory and disk with it.

        One at a time; neither searches nor enrolments wait, except while the moment is fixed: a bit a template.
        """
        with self._saving:
            if self._gallery.changes == self._saved_changes:
                return True
            began = time.monotonic()
            self._gallery.erase()
            try:
                picture, changes = self._picture()
                if picture.watermark.sequence:  # an empty history is that of every database
                    self._folder.save(picture)
            except (OSError, DomainError, StoredDataError) as error:
                _LOG.warning("gallery snapshot failed", extra={"cause": cause_of(error)})
                return False
            self._saved, self._saved_changes = picture.time, changes
            facts = {"segments": len(picture.segments), "seconds": round(time.monotonic() - began, 3)}
            _LOG.info("gallery snapshot written", extra=facts)
            return True

    def close(self) -> None:
        """End the thread and write what changed."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self.save()

    def _picture(self) -> tuple[GalleryPicture, int]:
        """Freeze the gallery inside a write transaction: there is no other, so it is what the database is."""
        with self._store.transaction() as uow:
            watermark = uow.audit.head()
            changes = self._gallery.changes
            segments = self._gallery.freeze()
        return GalleryPicture(self._gallery.index_id, watermark, self._clock.now(), segments), changes

    def _restored(self, folder: SnapshotFolder) -> bool:
        try:
            self._restore(folder)
        except SnapshotUnusableError as unusable:
            facts = {"cause": str(unusable)} | ({} if folder is self._folder else {"server": folder.of})
            _LOG.info("gallery snapshot not used", extra=facts)
            return False
        return True

    def _restore(self, folder: SnapshotFolder) -> None:
        began = time.monotonic()
        picture = folder.load(self._gallery.index_ids)
        with self._store.reading() as view:
            if not view.audit.holds(picture.watermark):
                raise SnapshotUnusableError("of another history: the database was restored or replaced")
        try:
            self._gallery.restore(picture)
        except (KeyError, ValueError):
            raise SnapshotUnusableError("not understood") from None
        if folder is self._folder:
            self._saved, self._saved_changes = picture.time, self._gallery.changes
        added, removed = self.reconcile()
        facts: dict[str, object] = {"added": added, "removed": removed, "seconds": round(time.monotonic() - began, 3)}
        if folder is not self._folder:
            facts["server"] = folder.of
        _LOG.info("gallery restored", extra={"templates": len(self._gallery), **facts})

    def reconcile(self) -> tuple[int, int]:
        """Bring the gallery to what the database is; return how many templates were added and removed."""
        stored, findable = self._store.template_ids(), self._gallery.entry_ids()
        surplus = np.setdiff1d(findable, stored, assume_unique=True)
        missing = np.setdiff1d(stored, findable, assume_unique=True)
        if surplus.size:
            self._gallery.remove(surplus.tolist())
        for batch in _batches(self._store.templates_of(missing.tolist()), _BATCH):
            self._gallery.add(batch)
        return int(missing.size), int(surplus.size)

    def _keep(self) -> None:
        due = time.monotonic() + self._times.seconds
        not_before, pause = 0.0, _FIRST_PAUSE_SECONDS
        while not self._stop.wait(_TICK_SECONDS):
            self._merge()
            changed = self._gallery.changes - max(0, self._saved_changes)
            now = time.monotonic()
            if now < not_before or not (changed >= self._times.changes or (changed and now >= due)):
                continue
            if self.save():
                due, pause = time.monotonic() + self._times.seconds, _FIRST_PAUSE_SECONDS
            else:
                not_before, pause = time.monotonic() + pause, min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _merge(self) -> None:
        while not self._stop.is_set() and self._gallery.merge():
            pass


def fill_gallery(gallery: Gallery, store: Store) -> None:
    """Make everything that is enrolled findable."""
    began = time.monotonic()
    for batch in _batches(store.all_templates(), _BATCH):
        gallery.add(batch)
    seconds = round(time.monotonic() - began, 3)
    _LOG.info("gallery filled", extra={"templates": len(gallery), "seconds": seconds})


def _batches(templates: Iterable[StoredTemplate], size: int) -> Iterator[list[StoredTemplate]]:
    iterator = iter(templates)
    while batch := list(islice(iterator, size)):
        yield batch
