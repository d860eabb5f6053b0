"""The keys that sign the log's checkpoints, and the file that holds them.

The *active* one signs; after a rotation the one before it signs too, until the next, so that whoever knows only that
one goes on; *retired* ones sign nothing more, and stay published: what they signed stays checkable. How many entries
the log had when one of them ceased to sign is kept with it: a larger checkpoint by it was not signed by the service,
and is no evidence of anything. The name of all of them is the log's *origin*, made with the first key from the issuer's
name and chance: of two databases with one issuer, no log is the other's.

The file is JSON, ``{"version": 1, "sealed": B64}``, all of it sealed as that of the keys of assertions. Of a key in a
token it holds a reference.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
        until: of those by their texts, how many entries the log had then; of some of former versions it is not known.
    """

    origin: str
    active: Ed25519PrivateKey
    previous: Ed25519PrivateKey | None = None
    retired: tuple[VerifierKey, ...] = ()
    until: Mapping[str, int] = field(default_factory=dict)

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
        """Tell whether a checkpoint is one of this log: signed by a key of it, at a time at which that one signed."""
        try:
            checkpoint = Checkpoint.parse(note.text)
            by = [str(key) for key, _ in note.verified([*self.signing(), *self.retired]) if key.name == self.origin]
        except (LogFormatError, NoteRejectedError):
            return False
        in_time = any(checkpoint.size <= self.until.get(key, checkpoint.size) for key in by)
        return checkpoint.origin == self.origin and in_time

    def rotated(self, new: Ed25519PrivateKey, *, withdraw: bool, entries: int | None = None) -> LogKeys:
        """Return the keys with a new one active; with ``withdraw`` those of before sign no more.

        Args:
            new: the key.
            withdraw: those of before may be stolen.
            entries: of the log now; None: it is not known.
        """
        gone = self.signing() if withdraw else self.signing()[1:]
        previous = None if withdraw else self.active
        until = {**self.until, **({str(key): entries for key in gone} if entries is not None else {})}
        return LogKeys(self.origin, new, previous, (*gone, *self.retired), until)

    def renewed(self, issuer: str, new: Ed25519PrivateKey) -> LogKeys:
        """Return the keys of another log, for what does not go on from this one; those of this one stay known."""
        return LogKeys(_origin(issuer), new, None, (*self.signing(), *self.retired), self.until)

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


def rotate_log_keys(
    path: Path,
    keys: MasterKeys,
    home: KeyHome = FILES,
    *,
    withdraw: bool = False,
    entries: Callable[[], int | None] = lambda: None,
) -> LogKeys:
    """Make a new key the active one, in the file; a running server signs with it from its next checkpoint on.

    Args:
        path: of the file.
        keys: that seal it.
        home: in which the key is made.
        withdraw: no key of before signs any more: they may have been stolen.
        entries: tells how many the log has; None: it is not known.

    Raises:
        DomainError, StoredDataError, OSError: as :func:`load_or_create_log_keys`; whatever ``entries`` raises.
    """

    def step(ring: LogKeys) -> LogKeys:
        new = home.new_ed25519()
        return ring.rotated(new, withdraw=withdraw, entries=entries())

    return _file(path, keys, home).change(step)


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
        "until": dict(ring.until),
    }


def _decode(home: KeyHome, fields: dict[str, Any]) -> LogKeys:
    active, *previous = (_private(home, key) for key in fields["signing"])
    retired = tuple(map(VerifierKey.parse, fields["retired"]))
    until = {str(key): int(entries) for key, entries in fields.get("until", {}).items()}
    return LogKeys(fields["origin"], active, previous[0] if previous else None, retired, until)


def _private(home: KeyHome, key: str | dict[str, str]) -> Ed25519PrivateKey:
    return home.ed25519(key) if isinstance(key, dict) else Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key))
