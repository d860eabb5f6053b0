"""How far a register had come that a backup is restored of: what tells it of the events that are lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from idverify.domain.errors import StoredDataError
from idverify.settings import Settings
from idverify.start.check import published_by
from idverify.trust.backup.manifest import Manifest
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.encoding import LogFormatError
from idverify.trust.log.keys import LogKeys
from idverify.trust.log.notes import Note
from idverify.trust.sealing import MasterKeys
from idverify.trust.trail_file import TrailFile


@dataclass(frozen=True, slots=True)
class Evidence:
    """What outlived the register.

    Attributes:
        trail_head: its ``trail-head.json``; None: it is lost too.
        checkpoints: of its log, as it was published, or as a witness keeps it.
    """

    trail_head: Path | None = None
    checkpoints: Sequence[Path] = ()


def last_event(
    settings: Settings, keys: MasterKeys, log_keys: LogKeys, manifest: Manifest, evidence: Evidence
) -> int | None:
    """Return the last event that is known to have been; None: nothing tells of any.

    Raises:
        StoredDataError: what was given is another register's, or was changed.
        OSError: a file cannot be read.
    """
    known = []
    if evidence.trail_head is not None:
        known.append(TrailFile(evidence.trail_head, keys).read().head.sequence)
    sizes = [_checkpoint(path, log_keys).size for path in evidence.checkpoints]
    if published := published_by(settings, log_keys):
        sizes.append(published.size)
    return max([*known, *(manifest.log.after + size for size in sizes)], default=None)


def _checkpoint(path: Path, keys: LogKeys) -> Checkpoint:
    try:
        note = Note.parse(path.read_bytes().decode())
        if keys.signed(note):
            return Checkpoint.parse(note.text)
    except (LogFormatError, UnicodeDecodeError):
        pass
    raise StoredDataError(f"{path} is no checkpoint of the log of this register")
