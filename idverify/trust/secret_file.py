"""Files that hold secrets: whole or not there, readable by their owner only, replaced in one step."""

from __future__ import annotations

import errno
import os
import stat
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO

from idverify.domain.errors import StoredDataError

_LARGEST = 1 << 20


class KeyFileError(StoredDataError):
    """The key file is missing its guard or its content; says what to do, never what is in it."""


def read_secret_file(path: Path) -> bytes:
    """Read a file of a mebibyte at most that nobody else may read or change.

    Raises:
        KeyFileError: it is readable by others, or no regular file.
        OSError: the file cannot be read.
    """
    return read_secret_bytes(path, _LARGEST)


def read_secret_bytes(path: Path, most: int = -1) -> bytes:
    """Read the first so many bytes of such a file, all of them if negative. Raises as :func:`read_secret_file`."""
    with path.open("rb") as file:
        # Asked of the open file, not of the path: what is checked is what is read.
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise KeyFileError(f"{path} is not a regular file")
        if status.st_mode & 0o077:
            raise KeyFileError(f"{path} can be read or changed by others; run: chmod 600 {path}")
        return file.read(most)


def create_secret_file(path: Path, content: bytes) -> None:
    """Put a complete file at ``path`` unless somebody was quicker; a crash leaves either no file or a whole one."""
    make_folder(path.parent, 0o700)
    with _written_beside(path, partial(_link_unless_taken, path)) as file:
        file.write(content)


def replace_secret_file(path: Path, content: bytes) -> None:
    """Put other content at ``path``; whoever reads meanwhile gets all of the old or all of the new."""
    with replacing(path) as file:
        file.write(content)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file that is put at ``path``, durable, when its block ends, and is not there at all if that fails."""
    with _written_beside(path, lambda whole: whole.replace(path)) as file:
        yield file


@contextmanager
def creating(path: Path) -> Iterator[BinaryIO]:
    """Open a file as :func:`replacing` does, where there is none. Raises FileExistsError if there is one."""
    with _written_beside(path, path.hardlink_to) as file:
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        yield file


@contextmanager
def _written_beside(path: Path, put: Callable[[Path], object]) -> Iterator[BinaryIO]:
    """Open a file beside ``path``; ``put`` gives it its name when it is whole and on the disk."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        put(temporary)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _link_unless_taken(path: Path, whole: Path) -> None:
    # A hard link, unlike a rename, fails if the name is taken: a secret in use is never overwritten.
    with suppress(FileExistsError):
        path.hardlink_to(whole)


Stamp = tuple[int, int, int]


def stamp_of(path: Path) -> Stamp:
    """Return what differs between a file and the one that took its place. Raises OSError."""
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size


def remove_leftovers(path: Path) -> None:
    """Remove what a crash left beside a file while it was replaced. Nobody may be replacing it."""
    for temporary in path.parent.glob(f".{path.name}.*"):
        temporary.unlink(missing_ok=True)


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Make a folder, and those above it, unless they are there; what is made is still there after a power cut.

    Whatever is synced within a folder goes with it if the folder's own name was not.

    Args:
        folder: to be made.
        mode: of it, less the umask; those above have their parents' usual one.

    Raises:
        OSError: one cannot be made; none of those that this call made stays then.
    """
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(mode=mode, parents=True, exist_ok=True)
    try:
        for made in reversed(missing):
            sync_folder(made.parent)
    except OSError:
        for made in missing:
            with suppress(OSError):  # another process put something into it meanwhile
                made.rmdir()
        raise


def sync_folder(folder: Path) -> None:
    """Make names that were given or taken in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
