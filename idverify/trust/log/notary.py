"""Vouching for the log: signed checkpoints and proofs, by the keys of the file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from idverify.domain.model import LogHead, LogProof
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.keys import LogKeys, load_log_keys
from idverify.trust.log.notes import Note
from idverify.trust.log.proof_file import ProofFile
from idverify.trust.sealing import MasterKeys


class FileNotary:
    """Implements the port ``Notary``. The file is read anew each time: a rotation holds from the next checkpoint on.

    Args:
        path: of the keys, which are there.
        keys: that seal it.
    """

    def __init__(self, path: Path, keys: MasterKeys) -> None:
        self._path = path
        self._master = keys

    def keys(self) -> LogKeys:
        """Return the keys of the log.

        Raises:
            StoredDataError, OSError: the file cannot be used any more.
        """
        return load_log_keys(self._path, self._master)

    def checkpoint(self, head: LogHead) -> str:
        """Return a signed checkpoint. Raises as :meth:`keys`."""
        keys = self.keys()
        return str(keys.sign(Checkpoint(keys.origin, head.size, head.root).text()))

    def proof(self, checkpoint: str, proof: LogProof) -> str:
        """Return the file of a proof."""
        return str(ProofFile(proof.index, proof.path, Note.parse(checkpoint), proof.extra))

    def verifier_keys(self) -> tuple[Sequence[str], Sequence[str]]:
        """Return the keys that sign now, and those that did before; as text. Raises as :meth:`keys`."""
        keys = self.keys()
        return [str(key) for key in keys.signing()], [str(key) for key in keys.retired]
