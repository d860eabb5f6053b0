"""Publishing the log: its tiles as files, and its checkpoint, cosigned, last."""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from idverify.domain.errors import SettingsError, StoredDataError
from idverify.domain.findings import refuse
from idverify.ports import Clock
from idverify.settings import Settings
from idverify.start.check import look
from idverify.storage.store import SqlStore, open_store
from idverify.storage.trail.log_tree import LogView
from idverify.telemetry.troubles import Rarely
from idverify.trust.log.asking import WitnessAsked, WitnessSilentError
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.encoding import LogFormatError
from idverify.trust.log.keys import load_or_create_log_keys
from idverify.trust.log.notary import FileNotary
from idverify.trust.log.notes import Note, Signature
from idverify.trust.log.tiles import TileFolder

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
        self._troubles = {witness.key.name: Rarely() for witness in witnesses}

    def publish(self) -> Checkpoint:
        """Bring the folder up to date; return what is published then.

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
            return Checkpoint.parse(note.text)

    def _some(self) -> bool:
        """Publish some entries; tell whether those were all."""
        tiles, keys = TileFolder(self._folder), self._notary.keys()
        before = tiles.checkpoint()
        with self._store.reading() as view:
            whole, published = view.log.head().size, self._published(before, view.log)
            size = min(whole, published + _AT_A_TIME)
            note = keys.sign(Checkpoint(keys.origin, size, view.log.root(size)).text())
            signers = {(key.name, key.key_id) for key in (*keys.signing(), *(each.key for each in self._witnesses))}
            if before and size == published and signers <= {(s.name, s.key_id) for s in before.signatures}:
                return True
            tiles.put_tiles(size, view.log.tile, view.log.entries)
        cosigned = [line for each in self._witnesses for line in self._asked(each, note)]
        tiles.put_checkpoint(note.with_signatures(cosigned))
        return size == whole

    def _published(self, before: Note | None, log: LogView) -> int:
        """Return how many entries are published. Raises StoredDataError if the log does not go on from them."""
        if before is None:
            return 0
        old = Checkpoint.parse(before.text)
        if old.size > log.head().size or log.root(old.size) != old.root:
            raise StoredDataError(
                f"the log that is published in {self._folder}, with {old.size} entries, is not what this one goes on "
                "from: the database was taken back or changed"
            )
        return old.size

    def _asked(self, witness: WitnessAsked, note: Note) -> Sequence[Signature]:
        """Return what a witness says: nothing, if it is silent, which is told in the log of the service."""
        size, trouble = Checkpoint.parse(note.text).size, self._troubles[witness.key.name]

        def prove(old: int) -> Sequence[bytes]:
            with self._store.reading() as view:
                return view.log.consistency(old, size)

        try:
            cosignature = witness.cosignature(note, prove)
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
    try:
        witnesses = list(map(WitnessAsked.of, settings.log_witnesses))
    except LogFormatError as error:
        raise SettingsError(f"log_witnesses: {error}") from None
    return Publisher(store, notary, folder, witnesses)


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
    load_or_create_log_keys(settings.log_key_file, state.keys, settings.issuer)
    notary = FileNotary(settings.log_key_file, state.keys, settings.log_dir)
    with closing(open_store(settings.store_url, state.keys)) as store:
        publisher, folder = open_publisher(settings, store, notary), notary.folder()
        assert publisher is not None
        assert folder is not None
        return folder, publisher.publish()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes from publishing in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
