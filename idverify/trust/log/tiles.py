"""A log as static files, that any web server gives out (c2sp.org/tlog-tiles).

``checkpoint``, ``tile/L/N`` with the hashes of a tile, ``tile/entries/N`` with the entries below it; of what is not
full yet, ``N.p/W`` with the first W. Files are put whole, and the checkpoint last: whoever reads it finds its tiles.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from idverify.domain.errors import StoredDataError
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.encoding import LogFormatError
from idverify.trust.log.merkle import TILE_HEIGHT
from idverify.trust.log.notes import Note
from idverify.trust.log.proofs import TILE_WIDTH, ReadTile, tile_width
from idverify.trust.secret_file import make_folder, replacing

ReadEntries = Callable[[int, int], Sequence[bytes]]
"""Returns so many entries, by the first and how many."""

_CHECKPOINT = "checkpoint"
_ENTRIES = "entries"
_READABLE = 0o644


@dataclass(frozen=True, slots=True)
class Differing:
    """How many tiles of those looked at are not there, and how many are there with another content."""

    missing: int = 0
    changed: int = 0

    def __add__(self, other: Differing) -> Differing:
        """Return both together."""
        return Differing(self.missing + other.missing, self.changed + other.changed)


class TileFolder:
    """A folder with a published log. One thread at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def checkpoint(self) -> Note | None:
        """Return what was published last; None: nothing.

        Raises:
            StoredDataError: it is no checkpoint.
            OSError: it cannot be read.
        """
        try:
            note = Note.parse((self._path / _CHECKPOINT).read_bytes().decode())
            Checkpoint.parse(note.text)
        except FileNotFoundError:
            return None
        except (LogFormatError, UnicodeDecodeError):
            raise StoredDataError(
                f"{self._path / _CHECKPOINT} is no checkpoint of a log; take it from a copy"
            ) from None
        return note

    def put_tiles(self, size: int, part: range, read: ReadTile, entries: ReadEntries) -> Differing:
        """Write the tiles over some entries of a tree, where they are not there as they should be.

        Args:
            size: of the tree.
            part: the entries, by their index.
            read: gives its tiles.
            entries: gives its entries.

        Returns:
            How many were missing, and how many were there otherwise: laid down by others, or before a crash.
        """
        found = [
            self._put_tile(kind, number, width, content)
            for kind, number, width, content in _tiles(size, part, read, entries)
        ]
        return Differing(found.count(None), found.count(False))

    def differing(self, size: int, part: range, read: ReadTile, entries: ReadEntries) -> Differing:
        """Return what :meth:`put_tiles` would, and change nothing."""
        found = [self._holds(*tile) for tile in _tiles(size, part, read, entries)]
        return Differing(found.count(None), found.count(False))

    def put_checkpoint(self, note: Note) -> None:
        """Publish a checkpoint whose tiles are there."""
        self._put(self._path / _CHECKPOINT, str(note).encode())

    def _holds(self, kind: str, number: int, width: int, content: bytes) -> bool | None:
        """Tell whether a tile is there as it should be; None: it is not there."""
        path = self._path / tile_path(kind, number, width)
        try:
            with path.open("rb") as file:
                return file.read(len(content) + 1) == content
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            return False  # a folder, or what cannot be read

    def _put_tile(self, kind: str, number: int, width: int, content: bytes) -> bool | None:
        found = self._holds(kind, number, width, content)
        path = self._path / tile_path(kind, number, width)
        if not found:
            self._put(path, content)
        if width == TILE_WIDTH:
            shutil.rmtree(path.with_name(f"{path.name}.p"), ignore_errors=True)
        return found

    def _put(self, path: Path, content: bytes) -> None:
        make_folder(path.parent)
        with replacing(path) as file:
            os.fchmod(file.fileno(), _READABLE)
            file.write(content)


def _tiles(size: int, part: range, read: ReadTile, entries: ReadEntries) -> Iterator[tuple[str, int, int, bytes]]:
    """Yield the tiles of a tree that lie over some of its entries: kind, number, width and content."""
    for level in range(size.bit_length() // TILE_HEIGHT + 1):
        above = TILE_HEIGHT * (level + 1)
        for number in range(part.start >> above, (part.stop >> above) + 1):
            if width := tile_width(size, level, number):
                yield str(level), number, width, b"".join(read(level, number, width))
                if not level:
                    yield _ENTRIES, number, width, bundle(entries(number * TILE_WIDTH, width))


def published_in(folder: Path, origin: str) -> Path:
    """Return where a log of this name is published: in a folder that bears the end of the name, which is its own."""
    return folder / origin.rpartition("/")[2]


def tile_path(kind: str, number: int, width: int) -> str:
    """Return where a tile lies, from the prefix of the log.

    Args:
        kind: its level, or ``entries``.
        number: in its level.
        width: 256 if it is full.
    """
    parts = [f"{number % 1000:03}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03}")
    part = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{kind}/{'/'.join(parts)}{part}"


def bundle(entries: Sequence[bytes]) -> bytes:
    """Return entries of less than 64 KiB as they lie in a file: each after its length, two bytes."""
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)
