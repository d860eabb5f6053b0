"""Files that are sealed whole: JSON, ``{"version": 1, "sealed": B64}``, readable by their owner only."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from idverify.trust.homes.changing import changing
from idverify.trust.homes.home import require_there
from idverify.trust.sealing import MasterKeys, Purpose, seal, unseal
from idverify.trust.secret_file import (
    KeyFileError,
    create_secret_file,
    read_secret_file,
    replace_secret_file,
)

_VERSION = 1
_T = TypeVar("_T")


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


@dataclass(frozen=True, slots=True)
class KeysInFile(Generic[_T]):
    """Keys that are kept sealed in one file: loaded, made at the first start, changed in one step.

    Attributes:
        path: of the file.
        master: seals it.
        form: of it.
        decode: makes the keys of its content, JSON. Raises ValueError, KeyError, TypeError.
        encode: makes its content of them.
        private: those of them that sign.
    """

    path: Path
    master: MasterKeys
    form: SealedForm
    decode: Callable[[Any], _T]
    encode: Callable[[_T], dict[str, Any]]
    private: Callable[[_T], tuple[object, ...]]

    def load(self) -> _T:
        """Load them.

        Raises:
            StoredDataError: the file is readable by others, was changed, or belongs to another root secret.
            OSError: the file cannot be read; FileNotFoundError: there is none.
        """
        content = self.form.read(self.path, self.master)
        try:
            return self.decode(json.loads(content))
        except (ValueError, KeyError, TypeError):
            # Without the cause: its text may quote the content.
            raise self.form.damaged(self.path) from None

    def load_or_make(self, make: Callable[[], _T]) -> _T:
        """Load them, and look whether they are there that lie in a token; make the file if there is none.

        Of several processes that start at once, all end up with the same file.

        Raises:
            DomainError: KEYS_UNAVAILABLE.
            StoredDataError, OSError: as :meth:`load`; also the file cannot be made.
        """
        try:
            keys = self.load()
        except FileNotFoundError:
            create_secret_file(self.path, self._written(make()))
            keys = self.load()
        require_there(*self.private(keys))
        return keys

    def change(self, step: Callable[[_T], _T]) -> _T:
        """Put others in their place; who reads meanwhile gets all of the old or all of the new.

        Of several who change them at once, each begins with what the one before left.

        Raises:
            DomainError, StoredDataError, OSError: as above; also another one is changing keys there all the time.
        """
        with changing(self.path):
            replace_secret_file(self.path, self._written(step(self.load())))
            return self.load()

    def _written(self, keys: _T) -> bytes:
        return self.form.written(json.dumps(self.encode(keys)).encode(), self.master)
