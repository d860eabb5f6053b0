"""The keys that sign the log's checkpoints, and the file that holds them.

The *active* one signs; after a rotation the one before it signs too, until the next, so that whoever knows only that
one goes on; *retired* ones sign nothing more, and stay published: what they signed stays checkable. The name of all of
them is the log's *origin*, made with the first key from the issuer's name and chance: of two databases with one issuer,
no log is the other's.

The file is JSON, ``{"version": 1, "sealed": B64}``, all of it sealed as that of the keys of assertions. Of a key in a
token it holds a reference.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from idverify.trust.homes.home import FILES, KeyHome, kept
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.encoding import LogFormatError
from idverify.trust.log.notes import Kind, Note, NoteRejectedError, VerifierKey, signed
from idverify.trust.sealed_file import KeysInFile, SealedForm
from idverify.trust.sealing import MasterKeys, Purpose

_FORM = SealedForm("log keys", Purpose.LOG_KEYS, ("log_keys", "ring"))
_SCHEME = re.compile(r"^[a-z]+://")


@dataclass(frozen=True, slots=True)
class LogKeys:
    """All keys of one log.

    Attributes:
        origin: name of the log, and of its keys.
        active: signs.
        previous: signs too; None: there was none, or it was withdrawn.
        retired: those that sign nothing more, newest first.
    """

    origin: str
    active: Ed25519PrivateKey
    previous: Ed25519PrivateKey | None = None
    retired: tuple[VerifierKey, ...] = ()

    def private(self) -> tuple[Ed25519PrivateKey, ...]:
        """Return the keys that sign now, the active one first."""
        return (self.active,) if self.previous is None else (self.active, self.previous)

    def signing(self) -> list[VerifierKey]:
        """Return what checks what they sign."""
        return [self._public(key) for key in self.private()]

    def sign(self, text: str) -> Note:
        """Return a checkpoint, signed."""
        return Note(text, tuple(signed(text, self.origin, key) for key in self.private()))

    def signed(self, note: Note) -> bool:
        """Tell whether a checkpoint is one of this log: a key of it, of now or of before, signs it, and it holds."""
        try:
            vouched = note.verified([*self.signing(), *self.retired])
            return bool(vouched) and Checkpoint.parse(note.text).origin == self.origin
        except (LogFormatError, NoteRejectedError):
            return False

    def rotated(self, new: Ed25519PrivateKey, *, withdraw: bool) -> LogKeys:
        """Return the keys with a new one active; with ``withdraw`` those of before sign no more."""
        gone = self.signing() if withdraw else self.signing()[1:]
        previous = None if withdraw else self.active
        return LogKeys(self.origin, new, previous, (*gone, *self.retired))

    def renewed(self, issuer: str, new: Ed25519PrivateKey) -> LogKeys:
        """Return the keys of another log, for what does not go on from this one; those of this one stay known."""
        return LogKeys(_origin(issuer), new, None, (*self.signing(), *self.retired))

    def knows(self, key: str) -> bool:
        """Tell whether a key signs, or did."""
        return key in map(str, (*self.signing(), *self.retired))

    def _public(self, key: Ed25519PrivateKey) -> VerifierKey:
        return VerifierKey(self.origin, Kind.NOTE, key.public_key().public_bytes_raw())


def load_or_create_log_keys(path: Path, keys: MasterKeys, issuer: str, home: KeyHome = FILES) -> LogKeys:
    """Load the keys, making the file with a new one if there is none. Raises as :meth:`KeysInFile.load_or_make`."""
    return _file(path, keys, home).load_or_make(lambda: LogKeys(_origin(issuer), home.new_ed25519()))


def load_log_keys(path: Path, keys: MasterKeys, home: KeyHome = FILES) -> LogKeys:
    """Load the keys. Raises as :meth:`KeysInFile.load`."""
    return _file(path, keys, home).load()


def rotate_log_keys(path: Path, keys: MasterKeys, home: KeyHome = FILES, *, withdraw: bool = False) -> LogKeys:
    """Make a new key the active one, in the file; a running server signs with it from its next checkpoint on.

    Raises:
        DomainError, StoredDataError, OSError: as :func:`load_or_create_log_keys`.
    """
    return _file(path, keys, home).change(lambda ring: ring.rotated(home.new_ed25519(), withdraw=withdraw))


def renew_log_keys(path: Path, keys: MasterKeys, issuer: str, home: KeyHome = FILES) -> LogKeys:
    """Begin another log, in the file. Raises as :func:`load_or_create_log_keys`."""
    load_or_create_log_keys(path, keys, issuer, home)
    return _file(path, keys, home).change(lambda ring: ring.renewed(issuer, home.new_ed25519()))


def _file(path: Path, keys: MasterKeys, home: KeyHome) -> KeysInFile[LogKeys]:
    return KeysInFile(path, keys, _FORM, partial(_decode, home), _encode, LogKeys.private)


def _origin(issuer: str) -> str:
    name = "".join(c if c.isprintable() and not c.isspace() and c != "+" else "-" for c in _SCHEME.sub("", issuer))
    return f"{name.strip('/')}/audit/{os.urandom(4).hex()}"


def _encode(ring: LogKeys) -> dict[str, Any]:
    return {
        "origin": ring.origin,
        "signing": [kept(key) or key.private_bytes_raw().hex() for key in ring.private()],
        "retired": [str(key) for key in ring.retired],
    }


def _decode(home: KeyHome, fields: dict[str, Any]) -> LogKeys:
    active, *previous = (_private(home, key) for key in fields["signing"])
    retired = tuple(map(VerifierKey.parse, fields["retired"]))
    return LogKeys(fields["origin"], active, previous[0] if previous else None, retired)


def _private(home: KeyHome, key: str | dict[str, str]) -> Ed25519PrivateKey:
    return home.ed25519(key) if isinstance(key, dict) else Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key))
