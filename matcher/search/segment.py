"""A segment: the enrolled impressions that were put together at one time, and their part of the index.

Nothing in it changes but which impressions are still present; so searches need no lock, a picture of the gallery is
made by remembering its segments, and a segment that was written to disk once is never written again.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.search._posting_kernels import spans
from matcher.search.arrays import Enrolled, Postings
from matcher.search.codes import IndexFeatures
from matcher.search.impressions import UNKNOWN_POSITION, Impressions, KeyArray, Selection, person_key
from matcher.search.impressions import joined as joined_impressions
from matcher.search.lists import CoarseQuantiser
from matcher.search.postings import features_of, merge, of_stored, post, stored
from matcher.templates import columnar
from matcher.templates.columnar import MINUTIA_COLUMNS, TEMPLATE_COLUMNS, TemplateColumns
from matcher.templates.confidence import differing
from matcher.types import ByteArray

FLAT_UP_TO = 64
"""A segment of so few impressions has one list: looking through 3000 codes is quicker than finding lists for them."""


class Segment:
    """Impressions with their templates and inverted lists.

    Attributes:
        name: unique for ever; equal names, equal content but for ``present``.
        impressions: which they are.
        templates: theirs.
        enrolled: the minutiae of these, as the compiled loops take them.
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
        self.enrolled = Enrolled.of(templates)
        self.postings = postings
        self.present = present
        self._by_person = np.lexsort((impressions.labels, impressions.people)).astype(np.int32)

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

    def impressions_of(self, person: np.uint64, label: int, only: Selection | None = None) -> int:
        """Count the impressions of a person's finger that are present, and are looked at; None: all are."""
        (first,), (last,) = spans(self.impressions.people, self._by_person, np.array([person], np.uint64))
        rows = self._by_person[first:last]
        here = self.present[rows] & (self.impressions.labels[rows] == label)
        return int((here if only is None else here & only.of(self.impressions.entry_ids[rows])).sum())

    def fingers_present(self) -> tuple[KeyArray, ByteArray]:
        """Return the person and the label of each finger present, each once."""
        here = self._by_person[self.present[self._by_person]]
        people, labels = self.impressions.people[here], self.impressions.labels[here]
        first = np.ones(len(here), np.bool_)
        first[1:] = (people[1:] != people[:-1]) | (labels[1:] != labels[:-1])
        return people[first], labels[first]

    def has_fingers(self, people: KeyArray, labels: ByteArray) -> NDArray[np.bool_]:
        """Tell which fingers have an impression that is present. Cost: of the fingers asked for, not of the segment."""
        first, last = spans(self.impressions.people, self._by_person, people)
        here = first < last
        for i in np.flatnonzero(here):
            rows = self._by_person[first[i] : last[i]]
            here[i] = (self.present[rows] & (self.impressions.labels[rows] == labels[i])).any()
        return here

    def searched(self, position: int | None, exclude: str | None, only: Selection | None = None) -> NDArray[np.bool_]:
        """Tell which impressions are searched, for a finger or all (None or 0), without a person or with all (None)."""
        searched = self.present
        if position:
            labels = self.impressions.labels
            searched = searched & ((labels == position) | (labels == UNKNOWN_POSITION))
        if exclude is not None:
            searched = searched & (self.impressions.people != np.uint64(person_key(exclude)))
        if only is not None:
            searched = searched & only.of(self.impressions.entry_ids)
        return searched

    @property
    def nbytes(self) -> int:
        """Memory held, bytes."""
        own = sum(array.nbytes for array in self.arrays().values())
        return own + self.present.nbytes + self._by_person.nbytes

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return everything but name and ``present``, as arrays by name, without copying."""
        names = np.frombuffer(json.dumps(self.templates.extractors).encode(), np.uint8)
        return {
            **{f"impressions.{n}": getattr(self.impressions, n) for n in Impressions.__slots__},
            **{f"templates.{n}": getattr(self.templates, n) for n in _TEMPLATE_ARRAYS},
            "templates.extractors": names,
            **{f"postings.{n}": array for n, array in stored(self.postings).items()},
        }


@dataclass(frozen=True, slots=True)
class Frozen:
    """A segment as it was at one moment: of what was removed later, ``present`` says nothing."""

    segment: Segment
    present: NDArray[np.bool_]


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
        of_stored({n.removeprefix("postings."): array for n, array in arrays.items() if n.startswith("postings.")}),
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
        features = IndexFeatures(features.codes, renumbered[features.owner], features.minutia)
        impressions, templates = impressions.take(order), templates.take(order)
    postings = _in_lists(features, _lists_for(len(impressions), coarse), coarse)
    return Segment(uuid.uuid4().hex, impressions, templates, postings, np.ones(len(impressions), np.bool_))


def merged(parts: Sequence[Segment], kept: Sequence[NDArray[np.bool_]], coarse: CoarseQuantiser) -> Segment:
    """Put segments together, with those of their impressions that are ``kept``."""
    joined = reduce(joined_impressions, (part.impressions for part in parts))
    rows = np.flatnonzero(np.concatenate(list(kept)))
    rows = rows[np.argsort(joined.entry_ids[rows], kind="stable")]
    renumbered = np.full(len(joined), -1, np.int32)
    renumbered[rows] = np.arange(len(rows))
    numbers = np.split(renumbered, np.cumsum([len(part) for part in parts])[:-1])
    templates = columnar.concatenate(part.templates for part in parts).take(rows)
    flat = all(part.postings.lists == 1 for part in parts)  # of what lies in lists, all of the codes is not there
    lists = _lists_for(len(rows), coarse) if flat else coarse.lists
    sources = [_listed(part, lists, coarse) for part in parts]
    postings = merge(sources, numbers)
    return Segment(uuid.uuid4().hex, joined.take(rows), templates, postings, np.ones(len(rows), np.bool_))


def _listed(part: Segment, lists: int, coarse: CoarseQuantiser) -> Postings:
    """Return the postings of a segment in so many lists."""
    own = part.postings
    if own.lists == lists:
        return own
    return _in_lists(features_of(own), lists, coarse)


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
