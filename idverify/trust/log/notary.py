"""Vouching for the log: signed checkpoints and proofs, by the keys of the file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from idverify.domain.errors import StoredDataError
from idverify.domain.model import LogHead, LogProof
from idverify.trust.homes.home import FILES, KeyHome
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.keys import LogKeys, load_log_keys
from idverify.trust.log.notes import Note
from idverify.trust.log.proof_file import ProofFile
from idverify.trust.log.tiles import TileFolder, published_in
from idverify.trust.sealing import MasterKeys


class FileNotary:
    """Implements the port ``Notary``. The file is read anew each time: a rotation holds from the next checkpoint on.

    Args:
        path: of the keys, which are there.
        keys: that seal it.
        folder: in which logs are published; None: nowhere.
        home: of the keys.
    """

    def __init__(self, path: Path, keys: MasterKeys, folder: Path | None = None, home: KeyHome = FILES) -> None:
        self._path = path
        self._master = keys
        self._folder = folder
        self._home = home

    def keys(self) -> LogKeys:
        """Return the keys of the log.

        Raises:
            StoredDataError, OSError: the file cannot be used any more.
        """
        return load_log_keys(self._path, self._master, self._home)

    def checkpoint(self, head: LogHead) -> str:
        """Return a signed checkpoint. Raises as :meth:`keys`, and DomainError KEYS_UNAVAILABLE."""
        keys = self.keys()
        return str(keys.sign(Checkpoint(keys.origin, head.size, head.root).text()))

    def published(self) -> tuple[int, bytes, str] | None:
        """Return size and root of what is published, and its checkpoint, perhaps cosigned; None: nothing that holds.

        Whoever publishes mends what is there and does not hold. Raises as :meth:`keys`.
        """
        keys = self.keys()
        try:
            note = TileFolder(published_in(self._folder, keys.origin)).checkpoint() if self._folder else None
        except StoredDataError:
            note = None
        if note is None or not keys.signed(note):
            return None
        checkpoint = Checkpoint.parse(note.text)
        return checkpoint.size, checkpoint.root, str(note)

    def folder(self) -> Path | None:
        """Return where the log is published. Raises as :meth:`keys`."""
        return published_in(self._folder, self.keys().origin) if self._folder else None

    def proof(self, checkpoint: str, proof: LogProof) -> str:
        """Return the file of a proof."""
        return str(ProofFile(proof.index, proof.path, Note.parse(checkpoint), proof.extra))

    def verifier_keys(self) -> tuple[Sequence[str], Sequence[str]]:
        """Return the keys that sign now, and those that did before; as text. Raises as :meth:`keys`."""
        keys = self.keys()
        return [str(key) for key in keys.signing()], [str(key) for key in keys.retired]
