"""The directories of a TIFF file: numbers of each, where they stand, and a copy in which some are changed."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from matcher.errors import SampleInvalidError

MOST_DIRECTORIES = 64
MOST_ENTRIES = 512
MOST_VALUES = 16
_CODES = {1: "B", 3: "H", 4: "I", 13: "I"}  # BYTE, SHORT, LONG, IFD
_FIRST = 4
"""Where a file says where its first directory is."""


@dataclass(frozen=True, slots=True)
class Directory:
    """One directory.

    Attributes:
        data: the file.
        order: ``<`` or ``>``, as :mod:`struct` has it.
        offset: where it is.
        entries: where the entry of each tag is.
        repeats: a tag has two entries, of which one decoder takes the first and another the last.
    """

    data: bytes
    order: str
    offset: int
    entries: Mapping[int, int]
    repeats: bool

    def values(self, tag: int) -> tuple[int, ...]:
        """Return the whole numbers of a tag, at most 16 of them; none if it is not there, or holds others."""
        at = self.entries.get(tag)
        if at is None:
            return ()
        kind, count = struct.unpack_from(f"{self.order}HI", self.data, at + 2)
        if kind not in _CODES or not 0 < count <= MOST_VALUES:
            return ()
        form = f"{self.order}{count}{_CODES[kind]}"
        start = at + 8 if struct.calcsize(form) <= 4 else struct.unpack_from(f"{self.order}I", self.data, at + 8)[0]
        try:
            return struct.unpack_from(form, self.data, start)
        except struct.error:
            return ()

    def value(self, tag: int, otherwise: int) -> int:
        """Return the first whole number of a tag; ``otherwise`` if it has none."""
        return next(iter(self.values(tag)), otherwise)


def chained(data: bytes, offset: int | None = None) -> Iterator[Directory]:
    """Yield the directories of a chain, at most 64; one that is not whole ends it.

    Args:
        data: the file.
        offset: where the chain begins; None: where the file says.

    Raises:
        SampleInvalidError: the file's first directory is not there.
    """
    order = "<" if data.startswith(b"II") else ">"
    first = offset is None
    seen = set[int]()
    try:
        at: int = struct.unpack_from(f"{order}I", data, _FIRST)[0] if offset is None else offset
        while at and at not in seen and len(seen) < MOST_DIRECTORIES:
            count = struct.unpack_from(f"{order}H", data, at)[0]
            end = at + 2 + 12 * count
            follows: int = struct.unpack_from(f"{order}I", data, end)[0] if end + 4 <= len(data) else 0
            if not 0 < count <= MOST_ENTRIES or end > len(data):
                break
            tags = (struct.unpack_from(f"{order}H", data, at + 2 + 12 * entry)[0] for entry in range(count))
            seen.add(at)
            entries = {tag: at + 2 + 12 * entry for entry, tag in enumerate(tags)}
            yield Directory(data, order, at, entries, len(entries) < count)
            at = follows
    except struct.error:
        pass
    if first and not seen:
        raise SampleInvalidError("the image file is corrupt or truncated")


def pointing_to(data: bytes, directory: Directory, changes: Mapping[int, int]) -> bytes:
    """Return a copy of the file whose first directory is this one, with other values of tags that hold one each."""
    start = struct.pack(f"{directory.order}I", directory.offset)
    if data[_FIRST : _FIRST + 4] == start and not changes:
        return data
    copy = bytearray(data)
    copy[_FIRST : _FIRST + 4] = start
    for tag, value in changes.items():
        at = directory.entries[tag]
        kind = struct.unpack_from(f"{directory.order}H", data, at + 2)[0]
        struct.pack_into(f"{directory.order}{_CODES[kind]}", copy, at + 8, value)
    return bytes(copy)
