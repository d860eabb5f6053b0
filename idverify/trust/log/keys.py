"""The keys that sign the log's checkpoints, and the file that holds them.

The *active* one signs; after a rotation the one before it signs too, until the next, so that whoever knows only that
one goes on; *retired* ones sign nothing more, and stay published: what they signed stays checkable. The name of all of
them is the log's *origin*, made with the first key from the issuer's name and chance: of two databases with one issuer,
no log is the other's.

The file is JSON, ``{"version": 1, "sealed": B64}``, all of it sealed as that of the keys of assertions.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.encoding import LogFormatError
from idverify.trust.log.notes import Kind, Note, NoteRejectedError, VerifierKey, signed
from idverify.trust.sealed_file import SealedForm
from idverify.trust.sealing import MasterKeys, Purpose
from idverify.trust.secret_file import create_secret_file, replace_secret_file

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

    def signing(self) -> list[VerifierKey]:
        """Return the keys that sign now, the active one first."""
        return [self._public(key) for key in (self.active, self.previous) if key is not None]

    def sign(self, text: str) -> Note:
        """Return a checkpoint, signed."""
        keys = (key for key in (self.active, self.previous) if key is not None)
        return Note(text, tuple(signed(text, self.origin, key) for key in keys))

    def signed(self, note: Note) -> bool:
        """Tell whether a checkpoint is one of this log: a key of it, of now or of before, signs it, and it holds."""
        try:
            vouched = note.verified([*self.signing(), *self.retired])
            return bool(vouched) and Checkpoint.parse(note.text).origin == self.origin
        except (LogFormatError, NoteRejectedError):
            return False

    def rotated(self, *, withdraw: bool) -> LogKeys:
        """Return the keys with a new one active; with ``withdraw`` those of before sign no more."""
        gone = self.signing() if withdraw else self.signing()[1:]
        previous = None if withdraw else self.active
        return LogKeys(self.origin, Ed25519PrivateKey.generate(), previous, (*gone, *self.retired))

    def renewed(self, issuer: str) -> LogKeys:
        """Return the keys of another log, for what does not go on from this one; those of this one stay known."""
        return LogKeys(_origin(issuer), Ed25519PrivateKey.generate(), None, (*self.signing(), *self.retired))

    def knows(self, key: str) -> bool:
        """Tell whether a key signs, or did."""
        return key in map(str, (*self.signing(), *self.retired))

    def _public(self, key: Ed25519PrivateKey) -> VerifierKey:
        return VerifierKey(self.origin, Kind.NOTE, key.public_key().public_bytes_raw())


def load_or_create_log_keys(path: Path, keys: MasterKeys, issuer: str) -> LogKeys:
    """Load the keys, making the file with a new one if there is none.

    Of several processes that start at once, all end up with the same file.

    Raises:
        StoredDataError: the file is readable by others, was changed, or belongs to another root secret.
        OSError: the file cannot be read or made.
    """
    try:
        return load_log_keys(path, keys)
    except FileNotFoundError:
        create_secret_file(path, _encode(LogKeys(_origin(issuer), Ed25519PrivateKey.generate()), keys))
        return load_log_keys(path, keys)


def load_log_keys(path: Path, keys: MasterKeys) -> LogKeys:
    """Load the keys. Raises as :func:`load_or_create_log_keys`, and FileNotFoundError."""
    content = _FORM.read(path, keys)
    try:
        fields = json.loads(content)
        active, *previous = (Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key)) for key in fields["signing"])
        retired = tuple(map(VerifierKey.parse, fields["retired"]))
        return LogKeys(fields["origin"], active, previous[0] if previous else None, retired)
    except (LogFormatError, ValueError, KeyError, TypeError):
        # Without the cause: its text may quote the content.
        raise _FORM.damaged(path) from None


def rotate_log_keys(path: Path, keys: MasterKeys, *, withdraw: bool = False) -> LogKeys:
    """Make a new key the active one, in the file; a running server signs with it from its next checkpoint on.

    Raises:
        StoredDataError, OSError: as :func:`load_log_keys`.
    """
    replace_secret_file(path, _encode(load_log_keys(path, keys).rotated(withdraw=withdraw), keys))
    return load_log_keys(path, keys)


def renew_log_keys(path: Path, keys: MasterKeys, issuer: str) -> LogKeys:
    """Begin another log, in the file. Raises as :func:`load_log_keys`."""
    replace_secret_file(path, _encode(load_or_create_log_keys(path, keys, issuer).renewed(issuer), keys))
    return load_log_keys(path, keys)


def _origin(issuer: str) -> str:
    name = "".join(c if c.isprintable() and not c.isspace() and c != "+" else "-" for c in _SCHEME.sub("", issuer))
    return f"{name.strip('/')}/audit/{os.urandom(4).hex()}"


def _encode(ring: LogKeys, keys: MasterKeys) -> bytes:
    content = {
        "origin": ring.origin,
        "signing": [key.private_bytes_raw().hex() for key in (ring.active, ring.previous) if key is not None],
        "retired": [str(key) for key in ring.retired],
    }
    return _FORM.written(json.dumps(content).encode(), keys)
