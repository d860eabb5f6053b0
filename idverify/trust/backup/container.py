"""The files of a backup: a tar archive in its envelope, the manifest first."""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from idverify.domain.errors import StoredDataError
from idverify.trust.backup.envelope import unsealing
from idverify.trust.backup.manifest import Manifest, Part

Progress = Callable[[str, int, int], object]
"""Told of what is done how many of how many bytes are done."""

_MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 1 << 20
_PIECE = 1 << 20


def part_of(name: str, path: Path) -> Part:
    """Return what a manifest says of a file. Raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Part(name, file.tell(), digest)


def write_parts(stream: BinaryIO, manifest: Manifest, files: Mapping[str, Path], progress: Progress) -> None:
    """Write manifest and files.

    Raises:
        OSError: a file cannot be read, or the stream not be written.
    """
    content = manifest.encoded()
    stream.write(_header(_MANIFEST, len(content)) + content + _padding(len(content)))
    for part in manifest.parts:
        stream.write(_header(part.name, part.size))
        done = 0
        with files[part.name].open("rb") as file:
            while piece := file.read(_PIECE):
                stream.write(piece)
                done += len(piece)
                progress(part.name, done, part.size)
        stream.write(_padding(part.size))
    stream.write(bytes(2 * tarfile.BLOCKSIZE))


def new_file(path: Path) -> BinaryIO:
    """Make a file that its owner alone can read. Raises OSError, also if there is one."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


@contextmanager
def opened(
    path: Path, identity: Path
) -> Iterator[tuple[Manifest, Callable[[Callable[[str], BinaryIO], Progress], None]]]:
    """Open a backup: yield its manifest, and what writes its files to what a function of their names opens.

    What was written is to be relied on when the block has ended without an error.

    Raises:
        SettingsError: the file of the private key holds none.
        StoredDataError: it is no backup, for another key, damaged or cut.
        OSError: a file cannot be read, or not be written.
    """
    with unsealing(path, identity) as stream:
        try:
            with tarfile.open(fileobj=stream, mode="r|") as archive:
                manifest = Manifest.parse(_next(archive, _MANIFEST, _LARGEST_MANIFEST).read(_LARGEST_MANIFEST))

                def extract(place: Callable[[str], BinaryIO], progress: Progress) -> None:
                    for part in manifest.parts:
                        _extract(_next(archive, part.name, part.size), part, place(part.name), progress)

                yield manifest, extract
        except tarfile.TarError:
            raise StoredDataError(f"{path} is no backup, or is damaged") from None


def _next(archive: tarfile.TarFile, name: str, size: int) -> BinaryIO:
    member = archive.next()
    file = archive.extractfile(member) if member is not None and member.isreg() else None
    if member is None or file is None or member.name != name or member.size > size:
        raise StoredDataError(f"the backup should go on with {name}, and does not")
    return file  # type: ignore[return-value]


def _extract(source: BinaryIO, part: Part, to: BinaryIO, progress: Progress) -> None:
    digest, done = hashlib.sha256(), 0
    with to as file:
        while piece := source.read(_PIECE):
            file.write(piece)
            digest.update(piece)
            done += len(piece)
            progress(part.name, done, part.size)
        file.flush()
        os.fsync(file.fileno())
    if (done, digest.hexdigest()) != (part.size, part.sha256):
        raise StoredDataError(f"{part.name} in the backup is not what its manifest says")


def _header(name: str, size: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member.tobuf()


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)
