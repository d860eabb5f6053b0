"""Files that are sealed whole: JSON, ``{"version": 1, "sealed": B64}``, readable by their owner only."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path

from idverify.trust.sealing import MasterKeys, Purpose, seal, unseal
from idverify.trust.secret_file import KeyFileError, read_secret_file

_VERSION = 1


@dataclass(frozen=True, slots=True)
class SealedForm:
    """One kind of such files.

    Attributes:
        what: of which they are files, as an error says it.
        purpose: of the key that seals them.
        place: what they are sealed to.
    """

    what: str
    purpose: Purpose
    place: tuple[str, ...]

    def read(self, path: Path, keys: MasterKeys) -> bytes:
        """Return the content of a file.

        Raises:
            StoredDataError: the file is readable by others, was changed, or belongs to another root secret.
            OSError: the file cannot be read.
        """
        try:
            text = json.loads(read_secret_file(path))
            version, sealed = text["version"], base64.b64decode(text["sealed"], validate=True)
        except (ValueError, KeyError, TypeError):
            # Without the cause: its text may quote the content.
            raise self.damaged(path) from None
        if version != _VERSION:
            raise KeyFileError(f"{path} was written by a newer version of this program")
        return unseal(keys.subkey(self.purpose), sealed, *self.place)

    def written(self, content: bytes, keys: MasterKeys) -> bytes:
        """Return a file with this content."""
        sealed = seal(keys.subkey(self.purpose), content, *self.place)
        return (json.dumps({"version": _VERSION, "sealed": base64.b64encode(sealed).decode()}) + "\n").encode()

    def damaged(self, path: Path) -> KeyFileError:
        """Return the error of a file that is none of these."""
        return KeyFileError(f"{path} is not a file of {self.what}, or is damaged; restore it from a backup")
