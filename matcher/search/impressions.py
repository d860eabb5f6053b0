"""Which impressions are enrolled: their numbers, the people they are of, and the keys that stand for fingers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.types import ByteArray

UNKNOWN_POSITION = 0
"""Label of an impression of an unstated finger: it is searched whatever finger is asked for."""

_LABEL_MIX = np.uint64(0x9E3779B97F4A7C15)  # odd: fingers of one person get different keys

KeyArray = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Impressions:
    """Which impressions they are, n of them, by ascending number.

    Attributes:
        entry_ids: int64, shape (n,): their numbers, ascending.
        labels: uint8, shape (n,): position of the finger, 0 if unknown.
        names: uint8: names of the people, UTF-8, one after the other.
        name_ends: uint32, shape (n,): where each name ends; int64 where it was stored before 2026-12.
        people: uint64, shape (n,): key of the person's name.
    """

    entry_ids: NDArray[np.int64]
    labels: ByteArray
    names: ByteArray
    name_ends: NDArray[np.uint32] | NDArray[np.int64]
    people: KeyArray

    def __len__(self) -> int:
        return int(self.entry_ids.shape[0])

    @property
    def fingers(self) -> KeyArray:
        """Key of the finger, person and position, of every impression: 64 bits."""
        return self.people ^ (self.labels.astype(np.uint64) * _LABEL_MIX)

    def group(self, row: int) -> str:
        """Return the name of the person."""
        begin = int(self.name_ends[row - 1]) if row else 0
        return self.names[begin : int(self.name_ends[row])].tobytes().decode()

    def take(self, rows: NDArray[np.int64]) -> Impressions:
        """Return some impressions in the order asked for."""
        begins = np.concatenate([np.zeros(1, np.int64), self.name_ends[:-1]])[rows]
        lengths = self.name_ends[rows] - begins
        ends = np.cumsum(lengths)
        letters = np.arange(lengths.sum()) + np.repeat(begins - (ends - lengths), lengths)
        return Impressions(
            self.entry_ids[rows], self.labels[rows], self.names[letters], ends.astype(np.uint32), self.people[rows]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """Which impressions a search looks at. ``entry_ids``: ascending; ``listed``: these, else all but these."""

    entry_ids: NDArray[np.int64]
    listed: bool = True

    def of(self, entry_ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which of some impressions, by ascending number, are looked at."""
        if not len(self.entry_ids):
            return np.full(len(entry_ids), not self.listed)
        places = np.searchsorted(self.entry_ids, entry_ids).clip(max=len(self.entry_ids) - 1)
        return np.asarray((self.entry_ids[places] == entry_ids) == self.listed)


def impressions(entry_ids: Sequence[int], groups: Sequence[str], labels: Sequence[int]) -> Impressions:
    """Put impressions into columns, in the order given."""
    encoded = [group.encode() for group in groups]
    return Impressions(
        np.array(entry_ids, np.int64),
        np.array(labels, np.uint8),
        np.frombuffer(b"".join(encoded), np.uint8),
        np.cumsum([len(name) for name in encoded], dtype=np.uint32),
        np.array([person_key(name) for name in groups], np.uint64),
    )


def person_key(group: str) -> int:
    """Return 64 bits that stand for a name: two of a million people share a key with a chance of 3 in 10^8."""
    return int.from_bytes(hashlib.blake2b(group.encode(), digest_size=8).digest(), "little")


def joined(first: Impressions, second: Impressions) -> Impressions:
    """Put impressions one after the other; numbers need not ascend any more."""
    columns = {n: np.concatenate([getattr(first, n), getattr(second, n)]) for n in Impressions.__slots__}
    columns["name_ends"] = np.concatenate([first.name_ends, second.name_ends + np.uint32(first.names.size)])
    return Impressions(**columns)
