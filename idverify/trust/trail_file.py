"""The end of the audit trail, kept outside the database: a file that says how far the trail had come at least.

The file is written after a commit, never before, so the database is as new as the file or newer, whatever ended the
process. A database that is older, or whose chain does not lead through the file's event, was taken back: by somebody
who has the database alone, or by whoever restored a backup.

JSON: ``{"version": 1, "sequence": N, "hash": HEX, "verified": [N, HEX], "counted": BOOL, "mac": B64}``; the MAC is
HMAC-SHA256 under a key derived from the root secret, so that who can write the file but not read ``keys.json`` cannot
move it.
"""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from idverify.domain.errors import StoredDataError
from idverify.domain.model import BEGINNING, TrailHead
from idverify.trust.sealing import MasterKeys, Purpose, keyed_hash
from idverify.trust.secret_file import read_secret_file, replace_secret_file

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Witness:
    """What the file says.

    Attributes:
        head: the end of the trail.
        verified: the event up to which the whole chain has been recomputed.
        counted: the end in the database has a count of the rows with it, as it has but before the first upgrade.
    """

    head: TrailHead
    verified: TrailHead = BEGINNING
    counted: bool = True


class TrailFile:
    """Reads and replaces the file. One thread at a time."""

    def __init__(self, path: Path, keys: MasterKeys) -> None:
        self._path = path
        self._key = keys.subkey(Purpose.TRAIL_FILE)

    def read(self) -> Witness:
        """Return what the file says.

        Raises:
            StoredDataError: it is readable by others, was changed, or belongs to another ``keys.json``.
            FileNotFoundError: there is none.
            OSError: it cannot be read.
        """
        damaged = StoredDataError(f"{self._path} was changed, is damaged, or belongs to another keys.json")
        try:
            fields: dict[str, Any] = json.loads(read_secret_file(self._path))
            if fields["version"] != _VERSION:
                raise StoredDataError(f"{self._path} was written by a newer version of this program")
            head, verified = TrailHead(fields["sequence"], fields["hash"]), TrailHead(*fields["verified"])
            witness = Witness(head, verified, fields["counted"])
            mac = base64.b64decode(fields["mac"], validate=True)
        except (ValueError, KeyError, TypeError):
            raise damaged from None
        if not hmac.compare_digest(mac, self._mac(witness)):
            raise damaged
        return witness

    def write(self, witness: Witness) -> None:
        """Replace the file; durable when it returns. A crash leaves the former file or this one.

        Raises:
            OSError: the disk is full or fails; the former file is still there.
        """
        fields = {
            "version": _VERSION,
            "sequence": witness.head.sequence,
            "hash": witness.head.hash,
            "verified": [witness.verified.sequence, witness.verified.hash],
            "counted": witness.counted,
            "mac": base64.b64encode(self._mac(witness)).decode(),
        }
        replace_secret_file(self._path, (json.dumps(fields) + "\n").encode())

    def _mac(self, witness: Witness) -> bytes:
        parts = (str(part) for head in (witness.head, witness.verified) for part in (head.sequence, head.hash))
        return keyed_hash(self._key, str(_VERSION), str(witness.counted), *parts)
