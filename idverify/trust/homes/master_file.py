"""A master in a file: 32 random bytes in base64, in a file of their own or beside what they unlock."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from idverify.domain.errors import StoredDataError
from idverify.trust.homes.unavailable import keys_unavailable
from idverify.trust.secret_file import creating, read_secret_file

_BYTES = 32


@dataclass(frozen=True, slots=True)
class FileMaster:
    """Implements :class:`idverify.trust.homes.home.Master`.

    Attributes:
        reference: ``home``, and either ``path`` of its file or ``key`` itself.
    """

    reference: Mapping[str, str]

    @classmethod
    def new(cls, path: Path) -> FileMaster:
        """Make one in a file of its own. Raises FileExistsError if there is one, OSError."""
        with creating(path) as file:
            file.write(base64.b64encode(os.urandom(_BYTES)) + b"\n")
        return cls({"home": "file", "path": str(path.absolute())})

    @classmethod
    def beside(cls) -> FileMaster:
        """Make one that stands in ``keys.json`` itself: whoever can read that has the secrets."""
        return cls({"home": "file", "key": base64.b64encode(os.urandom(_BYTES)).decode()})

    def wrap(self, key: bytes) -> bytes:
        """Wrap a key (RFC 3394). Raises DomainError KEYS_UNAVAILABLE."""
        return aes_key_wrap(self._key(), key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Unwrap it. Raises DomainError KEYS_UNAVAILABLE."""
        try:
            return aes_key_unwrap(self._key(), wrapped)
        except InvalidUnwrap:
            raise keys_unavailable("MASTER_OTHER", "a master is another one than that which wrapped the keys") from None

    def _key(self) -> bytes:
        try:
            if "key" in self.reference:
                return _decoded(self.reference["key"].encode())
            return _decoded(read_secret_file(Path(self.reference["path"])).strip())
        except OSError as error:
            path = self.reference["path"]
            raise keys_unavailable("MASTER_ABSENT", f"{path}, a master, cannot be read: {error.strerror}") from None
        except (StoredDataError, ValueError) as error:
            text = str(error) if isinstance(error, StoredDataError) else "a master is damaged: take it from its copy"
            raise keys_unavailable("MASTER_DAMAGED", text) from None


def _decoded(text: bytes) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != _BYTES:
        raise ValueError("a master of another length")
    return key
