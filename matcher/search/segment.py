"""A segment: the enrolled impressions that were put together at one time, and their part of the index.

Nothing in it changes but which impressions are still present; so searches need no lock, a picture of the gallery is
made by remembering its segments, and a segment that was written to disk once is never written again.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.search.codes import IndexFeatures
from matcher.search.lists import CoarseQuantiser
from matcher.search.postings import Postings, merge, post
from matcher.templates import columnar
from matcher.templates.columnar import MINUTIA_COLUMNS, TEMPLATE_COLUMNS, TemplateColumns
from matcher.templates.confidence import differing
from matcher.types import ByteArray

FLAT_UP_TO = 64
"""A segment of so few impressions has one list: looking through 3000 codes is quicker than finding lists for them."""

_LABEL_MIX = np.uint64(0x9E3779B97F4A7C15)  # odd: fingers of one person get different keys

KeyArray = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Impressions:
    """Which impressions they are, n of them, by ascending number.

    Attributes:
        entry_ids: int64, shape (n,): their numbers, ascending.
        labels: uint8, shape (n,): position of the finger, 0 if unknown.
        names: uint8: names of the people, UTF-8, one after the other.
        name_ends: int64, shape (n,): where each name ends.
        people: uint64, shape (n,): key of the person's name.
    """

    entry_ids: NDArray[np.int64]
    labels: ByteArray
    names: ByteArray
    name_ends: NDArray[np.int64]
    people: KeyArray

    def __len__(self) -> int:
        return int(self.entry_ids.shape[0])

    @property
    def fingers(self) -> KeyArray:
        """Key of the finger, person and position, of every impression."""
        return finger_keys(self.people, self.labels)

    def finger(self, row: int) -> np.uint64:
        """Return the key of one impression's finger."""
        return np.uint64(finger_keys(self.people[row : row + 1], self.labels[row : row + 1])[0])

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
        return Impressions(self.entry_ids[rows], self.labels[rows], self.names[letters], ends, self.people[rows])


def impressions(entry_ids: Sequence[int], groups: Sequence[str], labels: Sequence[int]) -> Impressions:
    """Put impressions into columns, in the order given."""
    encoded = [group.encode() for group in groups]
    return Impressions(
        np.array(entry_ids, np.int64),
        np.array(labels, np.uint8),
        np.frombuffer(b"".join(encoded), np.uint8),
        np.cumsum([len(name) for name in encoded], dtype=np.int64),
        np.array([person_key(name) for name in groups], np.uint64),
    )


def person_key(group: str) -> int:
    """Return 64 bits that stand for a name: two of a million people share a key with a chance of 3 in 10^8."""
    return int.from_bytes(hashlib.blake2b(group.encode(), digest_size=8).digest(), "little")


def finger_keys(people: KeyArray, labels: ByteArray) -> KeyArray:
    """Return 64 bits that stand for a person's finger."""
    return people ^ (labels.astype(np.uint64) * _LABEL_MIX)


class Segment:
    """Impressions with their templates and inverted lists.

    Attributes:
        name: unique for ever; equal names, equal content but for ``present``.
        impressions: which they are.
        templates: theirs.
        postings: their part of the index.
        present: bool, shape (n,): False for those that were removed since. The only thing that changes, and only from
            True to False.
    """

    def __init__(
        self,
        name: str,
        impressions: Impressions,
        templates: TemplateColumns,
        postings: Postings,
        present: NDArray[np.bool_],
    ) -> None:
        self.name = name
        self.impressions = impressions
        self.templates = templates
        self.postings = postings
        self.present = present
        self._by_finger = np.argsort(impressions.fingers, kind="stable").astype(np.int32)
        self._sorted_fingers = impressions.fingers[self._by_finger]

    def __len__(self) -> int:
        return len(self.impressions)

    @property
    def gone(self) -> int:
        """Number of impressions that were removed."""
        return len(self) - int(np.count_nonzero(self.present))

    def row_of(self, entry_id: int) -> int:
        """Return the row of an impression that is present; -1 if it is not here."""
        ids = self.impressions.entry_ids
        row = int(np.searchsorted(ids, entry_id))
        return row if row < len(ids) and ids[row] == entry_id and self.present[row] else -1

    def holds(self, entry_ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which impressions are here and present."""
        ids = self.impressions.entry_ids
        if not len(ids):
            return np.zeros(len(entry_ids), np.bool_)
        rows = np.searchsorted(ids, entry_ids).clip(max=len(ids) - 1)
        return np.asarray((ids[rows] == entry_ids) & self.present[rows])

    def impressions_of(self, finger: np.uint64) -> int:
        """Count the impressions of a finger that are present."""
        first, last = self._places(finger)
        return int(self.present[self._by_finger[first:last]].sum())

    def _places(self, fingers: KeyArray | np.uint64) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return where the impressions of fingers begin and end in the order by finger."""
        ordered = self._sorted_fingers
        first, last = np.searchsorted(ordered, fingers), np.searchsorted(ordered, fingers, side="right")
        return np.asarray(first), np.asarray(last)

    def fingers_present(self) -> tuple[KeyArray, ByteArray]:
        """Return the key and the label of each finger present, by ascending key, each once."""
        here = self._by_finger[self.present[self._by_finger]]
        keys = self.impressions.fingers[here]
        first = np.ones(len(keys), np.bool_)
        first[1:] = keys[1:] != keys[:-1]
        return keys[first], self.impressions.labels[here][first]

    def has_fingers(self, fingers: KeyArray) -> NDArray[np.bool_]:
        """Tell which fingers have an impression that is present. Cost: of the fingers asked for, not of the segment."""
        first, last = self._places(fingers)
        here = first < last
        for i in np.flatnonzero(here):
            here[i] = self.present[self._by_finger[first[i] : last[i]]].any()
        return here

    @property
    def nbytes(self) -> int:
        """Memory held, bytes."""
        own = sum(array.nbytes for array in self.arrays().values())
        return own + self.present.nbytes + self._by_finger.nbytes + self._sorted_fingers.nbytes

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return everything but name and ``present``, as arrays by name, without copying."""
        names = np.frombuffer(json.dumps(self.templates.extractors).encode(), np.uint8)
        return {
            **{f"impressions.{n}": getattr(self.impressions, n) for n in Impressions.__slots__},
            **{f"templates.{n}": getattr(self.templates, n) for n in _TEMPLATE_ARRAYS},
            "templates.extractors": names,
            **{f"postings.{n}": getattr(self.postings, n) for n in Postings.__slots__},
        }


_TEMPLATE_ARRAYS = ("offsets", *MINUTIA_COLUMNS, *TEMPLATE_COLUMNS)


def from_arrays(name: str, arrays: Mapping[str, NDArray[np.generic]], present: NDArray[np.bool_]) -> Segment:
    """Make a segment again of what :meth:`Segment.arrays` returned, without copying.

    Raises:
        KeyError: an array is missing.
    """
    extractors = tuple(json.loads(arrays["templates.extractors"].tobytes()))
    templates: dict[str, Any] = {n: arrays[f"templates.{n}"] for n in _TEMPLATE_ARRAYS if n != "reported"}
    templates["reported"] = (
        arrays["templates.reported"]
        if "templates.reported" in arrays
        else differing(templates["offsets"], templates["quality"])  # from before it was kept
    )
    return Segment(
        name,
        Impressions(*(arrays[f"impressions.{n}"] for n in Impressions.__slots__)),  # type: ignore[arg-type]
        TemplateColumns(**templates, extractors=extractors),
        Postings(*(arrays[f"postings.{n}"] for n in Postings.__slots__)),  # type: ignore[arg-type]
        np.array(present, np.bool_),
    )


def new_segment(
    impressions: Impressions, templates: TemplateColumns, features: IndexFeatures, coarse: CoarseQuantiser
) -> Segment:
    """Make a segment of impressions in any order."""
    order = np.argsort(impressions.entry_ids, kind="stable")
    if (order[1:] < order[:-1]).any():
        renumbered = np.empty(len(order), np.int32)
        renumbered[order] = np.arange(len(order))
        features = IndexFeatures(features.codes, renumbered[features.owner], features.minutia, features.direction)
        impressions, templates = impressions.take(order), templates.take(order)
    postings = _in_lists(features, _lists_for(len(impressions), coarse), coarse)
    return Segment(uuid.uuid4().hex, impressions, templates, postings, np.ones(len(impressions), np.bool_))


def merged(parts: Sequence[Segment], kept: Sequence[NDArray[np.bool_]], coarse: CoarseQuantiser) -> Segment:
    """Put segments together, with those of their impressions that are ``kept``."""
    joined = reduce(_joined, (part.impressions for part in parts))
    rows = np.flatnonzero(np.concatenate(list(kept)))
    rows = rows[np.argsort(joined.entry_ids[rows], kind="stable")]
    renumbered = np.full(len(joined), -1, np.int32)
    renumbered[rows] = np.arange(len(rows))
    numbers = np.split(renumbered, np.cumsum([len(part) for part in parts])[:-1])
    templates = columnar.concatenate(part.templates for part in parts).take(rows)
    lists = _lists_for(len(rows), coarse)
    sources = [_listed(part, lists, coarse) for part in parts]
    postings = merge(sources, numbers)
    return Segment(uuid.uuid4().hex, joined.take(rows), templates, postings, np.ones(len(rows), np.bool_))


def _joined(first: Impressions, second: Impressions) -> Impressions:
    columns = {n: np.concatenate([getattr(first, n), getattr(second, n)]) for n in Impressions.__slots__}
    columns["name_ends"] = np.concatenate([first.name_ends, second.name_ends + first.names.size])
    return Impressions(**columns)


def _listed(part: Segment, lists: int, coarse: CoarseQuantiser) -> Postings:
    """Return the postings of a segment in so many lists."""
    own = part.postings
    if own.lists == lists:
        return own
    features = IndexFeatures(own.codes, own.owner, own.minutia, own.direction)
    return _in_lists(features, lists, coarse)


def _lists_for(impressions: int, coarse: CoarseQuantiser) -> int:
    """Return in how many lists a segment of so many impressions has its codes."""
    return 1 if impressions <= FLAT_UP_TO else coarse.lists


def _in_lists(features: IndexFeatures, lists: int, coarse: CoarseQuantiser) -> Postings:
    of = np.zeros(len(features), np.int32) if lists == 1 else coarse.nearest(features.codes, 1)[:, 0]
    return post(features, of, lists)


def all_entry_ids(segments: Iterable[Segment]) -> NDArray[np.int64]:
    """Return the numbers of all impressions present, ascending."""
    present = [segment.impressions.entry_ids[segment.present] for segment in segments]
    return np.sort(np.concatenate([np.zeros(0, np.int64), *present]))
