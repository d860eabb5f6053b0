"""Publishing the log: its tiles as files, and its checkpoint, cosigned, last."""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from idverify.domain.errors import SettingsError
from idverify.domain.findings import refuse
from idverify.ports import Clock, Deadline, Figure, Shown
from idverify.settings import Settings
from idverify.start.check import look
from idverify.start.keys.home import key_home
from idverify.start.published import PublishedLog, told
from idverify.start.witnesses import witnesses_of
from idverify.storage.store import SqlStore, open_store
from idverify.telemetry.troubles import Rarely
from idverify.trust.log.asking import WitnessAsked, WitnessSilentError
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.keys import LogKeys, load_or_create_log_keys
from idverify.trust.log.notary import FileNotary
from idverify.trust.log.notes import Note, NoteRejectedError, Signature
from idverify.trust.log.tiles import Differing, TileFolder
from idverify.trust.secret_file import make_folder

_LOG = logging.getLogger(__name__)
_AT_A_TIME = 1 << 16
"""Entries that are published from one view of the database."""


class Publisher:
    """Publishes in one folder; any thread, and any process.

    Args:
        store: whose log.
        notary: signs.
        folder: where; made if missing.
        witnesses: cosign.
    """

    def __init__(
        self, store: SqlStore, notary: FileNotary, folder: Path, witnesses: Sequence[WitnessAsked] = ()
    ) -> None:
        self._store = store
        self._notary = notary
        self._folder = folder
        self._witnesses = witnesses
        self._published = PublishedLog(store, folder)
        self._spoilt = Rarely()
        self._troubles = {witness.key.name: Rarely() for witness in witnesses}
        self._began = time.monotonic()
        self._last: tuple[int, float] | None = None
        self._cosigned = {witness.key.name: self._began for witness in witnesses}

    def publish(self, *, full: bool = False) -> Checkpoint:
        """Bring the folder up to date; return what is published then.

        What others changed there is put right, and told in the log of the service: the checkpoint at once, of the tiles
        some each time; with ``full`` all of them.

        Raises:
            StoredDataError: the log does not go on from what was published, or from what a witness has seen; nothing
                is published.
            OSError: a file cannot be written.
        """
        with _alone(self._folder):
            while not self._some():
                pass
            note = TileFolder(self._folder).checkpoint()
            assert note is not None
            checkpoint, now = Checkpoint.parse(note.text), time.monotonic()
            mend = self._published.mend if full else self._published.mend_some
            self._tell_differing(mend(checkpoint.size))
            self._last = checkpoint.size, now
            signers = {signature.name for signature in note.signatures}
            self._cosigned |= dict.fromkeys(signers & self._cosigned.keys(), now)
            return checkpoint

    def findings(self, deadline: Deadline, *, full: bool) -> Sequence[str]:
        """Say what is wrong with what is published. Raises as :meth:`PublishedLog.findings`."""
        with _alone(self._folder):
            return list(self._published.findings(self._notary.keys(), deadline, full=full))

    def figures(self) -> Sequence[Figure]:
        """Return how old what is published is, and each cosignature, since the start of the service at most.

        What is published whole is as new as when that was last looked at: a log to which nothing is added does not age.

        Raises:
            DomainError: STORE_UNAVAILABLE.
        """
        now = time.monotonic()
        size, published = self._last or (0, self._began)
        unpublished = [self._store.log_entries() - size] if self._last else []
        return [
            Figure(Shown.LOG_CHECKPOINT_AGE, now - published),
            *(Figure(Shown.LOG_UNPUBLISHED, max(0, entries)) for entries in unpublished),
            *(Figure(Shown.LOG_COSIGNED_AGE, now - cosigned, name) for name, cosigned in self._cosigned.items()),
        ]

    def _some(self) -> bool:
        """Publish some entries; tell whether those were all."""
        tiles, keys = TileFolder(self._folder), self._notary.keys()
        before, wrong = self._published.last(keys)
        if wrong:
            self._tell(wrong)
        published = Checkpoint.parse(before.text).size if before else 0
        with self._store.reading() as view:
            whole = view.log.head().size
            size = min(whole, published + _AT_A_TIME)
            note = keys.sign(Checkpoint(keys.origin, size, view.log.root(size)).text())
            if before and size == published and self._is_signed(before, keys):
                self._note(keys, size)
                return True
            found = tiles.put_tiles(size, range(published, size), view.log.tile, view.log.entries)
        self._tell_differing(Differing(0, found.changed))
        cosigned = [line for each in self._witnesses for line in self._asked(each, note, keys)]
        tiles.put_checkpoint(note.with_signatures(cosigned))
        self._note(keys, size)
        return size == whole

    def _is_signed(self, note: Note, keys: LogKeys) -> bool:
        """Tell whether all sign it who should, and it holds."""
        should = [*keys.signing(), *(each.key for each in self._witnesses)]
        try:
            return {key for key, _ in note.verified(should)} >= set(should)
        except NoteRejectedError:
            self._tell("a signature of the published checkpoint does not hold")
            return False

    def _note(self, keys: LogKeys, size: int) -> None:
        """Keep in the database what is published: a checkpoint that is gone later is missed."""
        if self._store.published() != (keys.origin, size):
            with self._store.transaction() as uow:
                uow.audit.note_published(keys.origin, size)

    def _tell_differing(self, found: Differing) -> None:
        if found != Differing():
            self._tell(told(found))

    def _tell(self, wrong: str) -> None:
        if self._spoilt.due(wrong):
            _LOG.error("what is published was changed by others, and is put right", extra={"cause": wrong})

    def _asked(self, witness: WitnessAsked, note: Note, keys: LogKeys) -> Sequence[Signature]:
        """Return what a witness says: nothing, if it is silent or proves nothing, which the service's log tells."""
        size, trouble = Checkpoint.parse(note.text).size, self._troubles[witness.key.name]

        def prove(old: int) -> Sequence[bytes]:
            with self._store.reading() as view:
                return view.log.consistency(old, size)

        try:
            cosignature = witness.cosignature(note, keys, prove)
        except WitnessSilentError as error:
            if trouble.due(str(error)):
                _LOG.warning("a witness does not cosign", extra={"cause": f"{witness.key.name}: {error}"})
            return []
        if trouble.over():
            _LOG.info("%s cosigns again", witness.key.name)
        return [cosignature]


def open_publisher(settings: Settings, store: SqlStore, notary: FileNotary) -> Publisher | None:
    """Return what publishes the log; None: it is published nowhere.

    Raises:
        SettingsError: a witness cannot be understood.
    """
    folder = notary.folder()
    if folder is None:
        return None
    return Publisher(store, notary, folder, witnesses_of(settings))


def publish_log(settings: Settings, clock: Clock) -> tuple[Path, Checkpoint] | None:
    """Publish the log now, also while the service runs; return where, and what. None: there is none.

    Raises:
        SettingsError, DomainError: it is published nowhere; the database cannot be reached.
        StoredDataError: something is lost or was changed; as :meth:`Publisher.publish`.
        OSError: a file cannot be written.
    """
    if settings.log_dir is None:
        raise SettingsError("log_dir: says where the log is published, and is not set")
    state = look(settings, clock)
    refuse(state.findings)
    if state.keys is None or not state.begun:
        return None
    home = key_home(settings)
    load_or_create_log_keys(settings.log_key_file, state.keys, settings.issuer, home)
    notary = FileNotary(settings.log_key_file, state.keys, settings.log_dir, home)
    with closing(open_store(settings.store_url, state.keys)) as store:
        publisher, folder = open_publisher(settings, store, notary), notary.folder()
        assert publisher is not None
        assert folder is not None
        return folder, publisher.publish(full=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes from publishing in a folder."""
    make_folder(folder)
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
