"""A witness: cosigns what goes on from what it cosigned before, and nothing else (c2sp.org/tlog-witness).

It is somebody else's: who takes a log back, or forks it, must have the witness take back its memory too. Of each log it
keeps the last checkpoint that it cosigned, with its own cosignature, in ``SHA-256 OF THE ORIGIN/checkpoint``.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from threading import Lock

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.encoding import LogFormatError, decoded_hash, encoded, number
from idverify.trust.log.merkle import EMPTY_ROOT, is_consistent
from idverify.trust.log.notes import Kind, Note, NoteRejectedError, VerifierKey, cosigned
from idverify.trust.log.proof_file import MOST_HASHES
from idverify.trust.secret_file import create_secret_file, make_folder, read_secret_file, replacing

_TEXT, _SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Request:
    """That a checkpoint be cosigned.

    Attributes:
        old: size of the last one that the witness has cosigned.
        path: proof that the log goes on from there.
        checkpoint: signed by the log.
    """

    old: int
    path: tuple[bytes, ...]
    checkpoint: Note

    def __str__(self) -> str:
        """Return the body of the request."""
        return "\n".join([f"old {self.old}", *map(encoded, self.path), "", str(self.checkpoint)])

    @classmethod
    def parse(cls, text: str) -> Request:
        """Read the body of a request. Raises LogFormatError."""
        head, blank, note = text.partition("\n\n")
        first, *path = head.split("\n")
        if not blank or not first.startswith("old ") or len(path) > MOST_HASHES:
            raise LogFormatError("a request is an old size, a proof, and a checkpoint")
        hashes = tuple(decoded_hash(line, "a hash of a proof") for line in path)
        return cls(number(first.removeprefix("old "), "an old size"), hashes, Note.parse(note))


@dataclass(frozen=True, slots=True)
class Answer:
    """What the witness answers: a status of HTTP, and text."""

    status: HTTPStatus
    text: str = ""
    content_type: str = _TEXT


class Witness:
    """Remembers, checks and cosigns; any thread. One process at a time works on a folder.

    Args:
        folder: of its key, made at the first start, and its memory.
        name: of its key.
        logs: keys of the logs that it knows.
        now: returns the time, in seconds since 1970.
    """

    def __init__(self, folder: Path, name: str, logs: Sequence[VerifierKey], now: Callable[[], int]) -> None:
        self._folder = folder
        self._logs = logs
        self._now = now
        self._name = name
        self._private = _private(folder / "witness-key")
        self._working = Lock()

    @property
    def key(self) -> VerifierKey:
        """Its public key."""
        return VerifierKey(self._name, Kind.COSIGNATURE, self._private.public_key().public_bytes_raw())

    def add_checkpoint(self, body: bytes) -> Answer:
        """Cosign a checkpoint, or say why not. Raises OSError if the folder cannot be written: nothing is cosigned."""
        try:
            request = Request.parse(body.decode())
            checkpoint = Checkpoint.parse(request.checkpoint.text)
        except (LogFormatError, UnicodeDecodeError):
            return Answer(HTTPStatus.BAD_REQUEST)
        keys = [key for key in self._logs if key.name == checkpoint.origin]
        if not keys:
            return Answer(HTTPStatus.NOT_FOUND)
        try:
            signed_by = request.checkpoint.verified(keys)
        except NoteRejectedError:
            signed_by = []
        if not signed_by:
            return Answer(HTTPStatus.FORBIDDEN)
        with self._working:
            return self._cosigned(request, checkpoint, [key for key, _ in signed_by])

    def checkpoint(self, hashed: str) -> Answer:
        """Return the last checkpoint of a log that was cosigned, by the SHA-256 of its origin, hexadecimal."""
        known = {origin_hash(key.name) for key in self._logs}
        try:
            text = self._file(hashed).read_text(encoding="utf-8") if hashed in known else ""
        except FileNotFoundError:
            text = ""
        return Answer(HTTPStatus.OK, text) if text else Answer(HTTPStatus.NOT_FOUND)

    def _cosigned(self, request: Request, new: Checkpoint, signed_by: Sequence[VerifierKey]) -> Answer:
        last = self._last(new.origin)
        if request.old > new.size:
            return Answer(HTTPStatus.BAD_REQUEST)
        if request.old != last.size:
            return Answer(HTTPStatus.CONFLICT, f"{last.size}\n", _SIZE)
        is_empty = new.size == 0 and new.root != EMPTY_ROOT
        if is_empty or not is_consistent(last.size, last.root, new.size, new.root, request.path):
            return Answer(HTTPStatus.UNPROCESSABLE_ENTITY)
        line = cosigned(request.checkpoint.text, self._name, self._private, self._now())
        verified = [s for s in request.checkpoint.signatures if any(s.is_by(key) for key in signed_by)]
        path = self._file(origin_hash(new.origin))
        make_folder(path.parent, 0o700)
        with replacing(path) as file:
            file.write(str(Note(request.checkpoint.text, (*verified, line))).encode())
        return Answer(HTTPStatus.OK, str(line))

    def _last(self, origin: str) -> Checkpoint:
        path = self._file(origin_hash(origin))
        if not path.exists():
            return Checkpoint(origin, 0, EMPTY_ROOT)
        return Checkpoint.parse(Note.parse(path.read_text(encoding="utf-8")).text)

    def _file(self, hashed: str) -> Path:
        return self._folder / hashed / "checkpoint"


def origin_hash(origin: str) -> str:
    """Return by what a log is asked for: the SHA-256 of its origin, hexadecimal."""
    return hashlib.sha256(origin.encode()).hexdigest()


def _private(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        create_secret_file(path, os.urandom(32).hex().encode())
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(read_secret_file(path).decode()))
