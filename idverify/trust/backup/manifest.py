"""What a backup says of itself: JSON, the first file in it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from idverify.domain.errors import StoredDataError
from idverify.domain.model import LogHead, TrailHead
from idverify.trust.backup.erasure_list import Mark

FORMAT = "idverify-backup-1"
DATABASE = "idverify.db"
LOG_KEYS = "log-keys.json"
REQUIRED = ("keys.json", "signing-keys.json", LOG_KEYS)
NAMES = (*REQUIRED, "document-key.json", DATABASE)
"""Every file that a backup may hold, the database last: whoever restores it has the keys by then."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Part:
    """A file in a backup: its name, bytes, and SHA-256, hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself.

    Attributes:
        taken: when the database was copied.
        issuer: of the service.
        schema: version of the database's tables.
        trail: the last event in it, the watermark: what was answered until then is in the backup.
        log: where the log over the trail ends.
        checkpoint: of the log there, signed by its keys.
        counts: rows by table.
        erasures: how far the erasure list had come.
        parts: the files, in the order in which they follow.
    """

    taken: datetime
    issuer: str
    schema: str
    trail: TrailHead
    log: LogHead
    checkpoint: str
    counts: Mapping[str, int]
    erasures: Mark
    parts: Sequence[Part]

    def encoded(self) -> bytes:
        """Return it as a file."""
        return (json.dumps(self.as_dict(), indent=2) + "\n").encode()

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "format": FORMAT,
            "taken": self.taken.isoformat(),
            "issuer": self.issuer,
            "schema": self.schema,
            "trail": [self.trail.sequence, self.trail.hash],
            "log": [self.log.after, self.log.size, self.log.root.hex()],
            "checkpoint": self.checkpoint,
            "counts": dict(self.counts),
            "erasures": [self.erasures.erasures, self.erasures.mac],
            "files": [[part.name, part.size, part.sha256] for part in self.parts],
        }

    @classmethod
    def parse(cls, content: bytes) -> Manifest:
        """Read the file.

        Raises:
            StoredDataError: it is none, or of a newer version of the program.
        """
        try:
            fields: dict[str, Any] = json.loads(content)
            if fields["format"] != FORMAT:
                raise StoredDataError("the backup was made by a newer version of this program; use that version")
            (sequence, digest), (after, size, root), (lines, mac) = fields["trail"], fields["log"], fields["erasures"]
            parts = tuple(Part(_text(name), _count(size), _text(sha)) for name, size, sha in fields["files"])
            manifest = cls(
                datetime.fromisoformat(fields["taken"]),
                _text(fields["issuer"]),
                _text(fields["schema"]),
                TrailHead(_count(sequence), _text(digest)),
                LogHead(_count(after), _count(size), bytes.fromhex(root)),
                _text(fields["checkpoint"]),
                {name: _count(count) for name, count in fields["counts"].items()},
                Mark(_count(lines), _text(mac)),
                parts,
            )
            _require_parts(parts)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise StoredDataError("the backup does not begin with its manifest") from None
        return manifest


def _require_parts(parts: Sequence[Part]) -> None:
    """Raise ValueError unless they are files of a backup: each once, in order, and none missing."""
    names = [part.name for part in parts]
    if names != [name for name in NAMES if name in names] or not {*REQUIRED, DATABASE} <= set(names):
        raise ValueError("other files, or in another order")
    if not all(_SHA256.fullmatch(part.sha256) for part in parts):
        raise ValueError("no digest")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("no count")
    return value
