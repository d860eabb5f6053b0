"""The envelope of a backup: encrypted to public keys, whose private ones are kept elsewhere (age-encryption.org/v1).

Who has the machine that makes backups cannot read them. Any program for age opens one (``age -d -i KEY FILE``): inside
is a tar archive.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from threading import Thread
from typing import BinaryIO

import pyrage
from pyrage import x25519

from idverify.domain.errors import SettingsError, StoredDataError
from idverify.trust.secret_file import creating, read_secret_file

_PIECE = 1 << 16


def new_identity(path: Path) -> str:
    """Write a new private key to a file, as ``age-keygen`` does; return the public one.

    Raises:
        FileExistsError: there is a file.
        OSError: it cannot be written.
    """
    identity = x25519.Identity.generate()
    public = str(identity.to_public())
    with creating(path) as file:
        file.write(f"# public key: {public}\n{identity}\n".encode("ascii"))
    return public


def require_recipients(recipients: Sequence[str]) -> None:
    """Raise SettingsError unless there are any, and each is a public key."""
    for text in recipients:
        _recipient(text)
    if not recipients:
        raise SettingsError("a backup needs a recipient: the public key of whoever may read it")


@contextmanager
def sealing(file: BinaryIO, recipients: Sequence[str]) -> Iterator[BinaryIO]:
    """Open a stream whose content is written to a file encrypted, all of it when the block ends.

    Args:
        file: open for writing.
        recipients: public keys, ``age1...``.

    Raises:
        SettingsError: one is none.
        OSError: the file cannot be written.
    """
    keys, sink = [_recipient(text) for text in recipients], _Told(file)

    def encrypt(end: _Told) -> None:
        try:
            pyrage.encrypt_io(end, sink, keys)
        except pyrage.EncryptError as error:
            raise sink.error or OSError(str(error)) from None

    ours, theirs = reversed(os.pipe())
    with _beside(encrypt, os.fdopen(ours, "wb", _PIECE), os.fdopen(theirs, "rb", 0)) as stream:
        yield stream


@contextmanager
def unsealing(path: Path, identity: Path) -> Iterator[BinaryIO]:
    """Open a stream with what is in an encrypted file.

    Only when the block has ended without an error it is certain that what was read is what was written.

    Raises:
        SettingsError: the file of the private key holds none.
        StoredDataError: the file is not encrypted to this key; it is damaged or cut.
        OSError: a file cannot be read.
    """
    keys = _identities(identity)
    with path.open("rb") as file:
        source = _Told(file)

        def decrypt(end: _Told) -> None:
            try:
                pyrage.decrypt_io(source, end, keys)
            except pyrage.DecryptError:
                raise source.error or StoredDataError(f"{path} is no backup, or one for another key") from None
            except OSError:
                raise source.error or StoredDataError(f"{path} is damaged or cut") from None

        ours, theirs = os.pipe()
        with _beside(decrypt, os.fdopen(ours, "rb", _PIECE), os.fdopen(theirs, "wb", 0)) as stream:
            yield stream
            while stream.read(_PIECE):  # to the end, where it shows whether the file was cut
                pass


class _Told:
    """A file that remembers its error: those who call it from Rust tell of none but that there was one."""

    def __init__(self, file: BinaryIO | FileIO) -> None:
        self._file = file
        self.error: OSError | None = None

    def read(self, size: int) -> bytes:
        """Read at most so many bytes."""
        try:
            return self._file.read(size) or b""
        except OSError as error:
            self.error = error
            raise

    def write(self, content: bytes) -> int:
        """Write all of it."""
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[self._file.write(rest) or 0 :]
        except OSError as error:
            self.error = error
            raise
        return len(content)

    def flush(self) -> None:
        """Do nothing: whoever made the file ends it."""


@contextmanager
def _beside(work: Callable[[_Told], object], ours: BinaryIO, theirs: FileIO) -> Iterator[BinaryIO]:
    """Let a thread work at one end of a pipe; the block has the other.

    What went wrong in the thread is raised, whatever the block made of it; but that the block left early.
    """
    end, failed = _Told(theirs), []

    def run() -> None:
        try:
            with theirs:
                work(end)
        except Exception as error:  # noqa: BLE001 - raised where the block ends
            failed.append(error)

    thread = Thread(target=run, name="sealing")
    thread.start()
    try:
        yield ours
    finally:
        with suppress(BrokenPipeError):
            ours.close()
        thread.join()
        if failed and not isinstance(end.error, BrokenPipeError):
            raise failed[0]


def _recipient(text: str) -> x25519.Recipient:
    try:
        return x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise SettingsError("a recipient is a public key, age1...; 'idverify backup new-key' makes one") from None


def _identities(path: Path) -> list[x25519.Identity]:
    lines = (line.strip() for line in read_secret_file(path).decode("utf-8", "replace").splitlines())
    try:
        keys = [x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError:
        keys = []
    if not keys:
        raise SettingsError(f"{path} holds no private key, AGE-SECRET-KEY-1...")
    return keys
