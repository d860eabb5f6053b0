"""What a power cut leaves on a disk: the recorded changes, replayed up to a moment, as far as they were synced.

What is synced is there. Of what is not, a disk may have anything: nothing, all, the last of the writes without those
before, half of a page. A name is there once the folder that it is in was synced; syncing the file does not do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

SECTOR = 512


@dataclass(frozen=True, slots=True)
class Change:
    """One change, or one mark: what, of what, and its bytes."""

    what: str
    fields: tuple[str, ...]
    content: bytes = b""


def read_record(record: bytes) -> Iterator[Change]:
    """Yield the changes of a record that the shim wrote."""
    at = 0
    while at < len(record):
        end = record.index(b"\n", at)
        what, *fields = record[at:end].decode().split("\t")
        at = end + 1
        length = int(fields[2]) if what == "write" else 0
        yield Change(what, tuple(fields), record[at : at + length])
        at += length


@dataclass
class _File:
    """A file: what is on the disk, and what was changed since."""

    synced: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        self.synced, self.pending = _changed(self.synced, self.pending), []


def _changed(content: bytes, changes: list[tuple[int, bytes | None]]) -> bytes:
    """Apply writes at a place, and new lengths (without bytes)."""
    changed = bytearray(content)
    for place, written in changes:
        if written is None:
            changed[place:] = b"\0" * max(0, place - len(changed))
        else:
            changed += b"\0" * max(0, place - len(changed))
            changed[place : place + len(written)] = written
    return bytes(changed)


def _torn(changes: list[tuple[int, bytes | None]]) -> list[tuple[int, bytes | None]]:
    """Return them with the last write cut in half, at the border of a sector where it has one."""
    if not changes or changes[-1][1] is None:
        return changes[:-1]
    place, written = changes[-1]
    assert written is not None
    half = len(written) // 2
    return [*changes[:-1], (place, written[: half // SECTOR * SECTOR or half])]


_Names = dict[PurePosixPath, dict[str, "_File | None"]]
"""Of each folder: what is in it; None: a folder."""

LEFT: Mapping[str, str] = {
    "nothing": "nothing that was not synced",
    "names": "names, and nothing of what was written",
    "torn": "all but half of the last write of each file",
    "last": "the last write of each file alone, and names",
    "all": "all, synced or not",
}
"""What may be left of changes that were not synced."""


class Replayed:
    """The disk after some of the changes."""

    def __init__(self, root: PurePosixPath) -> None:
        self._root = root
        self._now: _Names = {root: {}}
        self._synced: _Names = {root: {}}
        self._open: dict[str, _File | PurePosixPath] = {}

    def apply(self, change: Change) -> None:
        """Make one more change."""
        what = "_open_" if change.what == "open" else f"_{change.what}"
        getattr(self, what)(*change.fields, **({"content": change.content} if change.content else {}))

    def left(self, how: str) -> Iterator[tuple[PurePosixPath, bytes | None]]:
        """Yield folders (without bytes) and files that a cut at this moment may leave, beneath the root."""
        names = self._synced if how in {"nothing", "torn"} else self._now
        for path, file in _walk(names, self._root):
            if file is None:
                yield path.relative_to(self._root), None
            elif not path.name.endswith("-shm"):  # SQLite makes it anew
                pending = {"all": file.pending, "torn": _torn(file.pending), "last": file.pending[-1:]}.get(how, [])
                yield path.relative_to(self._root), _changed(file.synced, pending)

    def _mark(self, *_: str) -> None:
        """Nothing changes."""

    def _open_(self, number: str, made: str, emptied: str, name: str) -> None:
        path = PurePosixPath(name)
        if path in self._now:
            self._open[number] = path
            return
        folder = self._now[path.parent]
        if made == "1":
            folder[path.name] = _File()
        file = folder.get(path.name)
        if file is not None:
            self._open[number] = file
            if emptied == "1":
                file.pending.append((0, None))

    def _close(self, number: str) -> None:
        self._open.pop(number, None)

    def _write(self, number: str, place: str, length: str, content: bytes = b"") -> None:
        del length
        self._file(number).pending.append((int(place), content))

    def _length(self, number: str, length: str) -> None:
        self._file(number).pending.append((int(length), None))

    def _sync(self, number: str) -> None:
        what = self._open[number]
        if isinstance(what, _File):
            what.sync()
        else:
            self._synced[what] = dict(self._now[what])

    def _mkdir(self, name: str) -> None:
        path = PurePosixPath(name)
        self._now[path.parent][path.name] = None
        self._now[path], self._synced[path] = {}, {}

    def _rename(self, old: str, new: str) -> None:
        self._link(old, new)
        self._unlink(old)

    def _link(self, old: str, new: str) -> None:
        first, second = PurePosixPath(old), PurePosixPath(new)
        self._now[second.parent][second.name] = self._now[first.parent][first.name]

    def _unlink(self, name: str) -> None:
        path = PurePosixPath(name)
        del self._now[path.parent][path.name]

    def _file(self, number: str) -> _File:
        what = self._open[number]
        assert isinstance(what, _File)
        return what


def _walk(names: _Names, folder: PurePosixPath) -> Iterator[tuple[PurePosixPath, _File | None]]:
    for name, file in names[folder].items():
        path = folder / name
        yield path, file
        if file is None and path in names:
            yield from _walk(names, path)


@dataclass(frozen=True, slots=True)
class Cut:
    """A moment at which the power may go.

    Attributes:
        number: of the change before which it goes.
        acknowledged: what was answered before, step by step.
    """

    number: int
    acknowledged: dict[str, str]


def cuts(changes: list[Change]) -> Iterator[Cut]:
    """Yield the moments that differ: before every sync, after every answer, and at the end."""
    acknowledged: dict[str, str] = {}
    for number, change in enumerate(changes):
        if change.what == "sync":
            yield Cut(number, dict(acknowledged))
        if change.what == "mark":
            acknowledged[change.fields[0]] = change.fields[1]
            yield Cut(number + 1, dict(acknowledged))
    yield Cut(len(changes), dict(acknowledged))


def laid_out(changes: list[Change], cut: Cut, how: str, root: Path, to: Path) -> None:
    """Make the folder that a cut leaves."""
    disk = Replayed(PurePosixPath(root))
    for change in changes[: cut.number]:
        disk.apply(change)
    to.mkdir()
    for path, content in disk.left(how):
        if content is None:
            (to / path).mkdir(mode=0o700)
        else:
            (to / path).write_bytes(content)
            (to / path).chmod(0o600)
