"""What is shown of a register to whoever watches: how large it is, how old its copies are, how far it was checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from json import loads
from pathlib import Path

from idverify.domain.attempts import Scope
from idverify.ports import Clock, Figure, Gallery, Shown, Watch
from idverify.services.trail_check import TrailCheckService
from idverify.settings import Settings
from idverify.start.backup.last_taken import last_taken
from idverify.start.opening import Register
from idverify.start.publishing import Publisher
from idverify.start.watching.overdue import OverdueRequests
from idverify.trust.document_key import load_document_key


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept.

    Attributes:
        register: database, keys and trail.
        publisher: of the log; None: it is published nowhere.
        checks: of the trail and the rows.
        gallery: everybody, to be found.
        snapshot_time: when the newest gallery on disk was taken; None: there is none.
        settings: say where the keys lie, and when a backup was taken.
        clock: the time.
    """

    register: Register
    publisher: Publisher | None
    checks: TrailCheckService
    gallery: Gallery
    snapshot_time: Callable[[], datetime | None]
    settings: Settings
    clock: Clock

    def show(self, watch: Watch) -> None:
        """Have a watch ask for it."""
        overdue = OverdueRequests(self.register.store, self.clock)
        others = (self.register.store.figures, self.checks.figures, overdue.figures)
        own = (self._gallery, self._trail, self._locks, self._keys, self._documents, self._key_files, self._backup)
        for figures in (*others, *own):
            watch.show(figures)
        if self.publisher is not None:
            watch.show(self.publisher.figures)

    def _gallery(self) -> Sequence[Figure]:
        figures, taken = self.gallery.figures(), self.snapshot_time()
        ages = [] if taken is None else [(self.clock.now() - taken).total_seconds()]
        return [
            Figure(Shown.GALLERY_IMPRESSIONS, figures.impressions),
            Figure(Shown.GALLERY_BYTES, figures.bytes),
            Figure(Shown.GALLERY_SEGMENTS, figures.segments),
            *(Figure(Shown.GALLERY_SNAPSHOT_AGE, age) for age in ages),
        ]

    def _trail(self) -> Sequence[Figure]:
        behind = self.register.store.last_head().sequence - self.register.trail.verified().sequence
        return [
            Figure(Shown.LOG_ENTRIES, self.register.store.log_entries()),
            Figure(Shown.TRAIL_UNVERIFIED, max(0, behind)),
        ]

    def _locks(self) -> Sequence[Figure]:
        with self.register.store.reading() as view:
            closed = view.attempts.closed(self.clock.now())
        locked = Counter(counted.scope for counted, standing in closed if standing.locked)
        return [Figure(Shown.ATTEMPTS_LOCKED, locked[scope], scope.value.lower()) for scope in Scope]

    def _keys(self) -> Sequence[Figure]:
        return [Figure(Shown.SIGNING_KEYS, len(loads(self.register.signer.key_set()[0])["keys"]))]

    def _documents(self) -> Sequence[Figure]:
        until = load_document_key(self.settings.document_key_file, self.register.keys, self.register.home).expires
        return [Figure(Shown.EXPIRES_IN, (until - self.clock.now()).total_seconds(), "document")]

    def _key_files(self) -> Sequence[Figure]:
        now = self.clock.now().timestamp()
        return [
            Figure(Shown.KEY_FILE_AGE, max(0.0, now - path.stat().st_mtime), name)
            for name, path in _key_files_of(self.settings).items()
        ]

    def _backup(self) -> Sequence[Figure]:
        taken = last_taken(self.settings.data_dir)
        return [] if taken is None else [Figure(Shown.BACKUP_AGE, (self.clock.now() - taken).total_seconds())]


def _key_files_of(settings: Settings) -> Mapping[str, Path]:
    """Return the files of keys, by what their keys are for."""
    return {
        "secrets": settings.master_key_file,
        "signing": settings.signing_key_file,
        "log": settings.log_key_file,
        "document": settings.document_key_file,
    }
