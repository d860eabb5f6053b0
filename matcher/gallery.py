"""All enrolled fingers: add, remove and search while serving. The only module that imports FAISS."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import faiss
import numpy as np
from numpy.typing import NDArray

from matcher.codes import CODE_BITS, CodeBook, IndexFeatures, default_codebook
from matcher.comparison import compare, prepare
from matcher.cylinder_pool import CylinderPool
from matcher.enrolled import Entry, PreparedTemplates, SearchOutcome, ranked
from matcher.formats import compact
from matcher.formats.validation import require_coherent
from matcher.identification import RetrievalParams, largest, shortlist_size, votes, with_checkpoints
from matcher.read_write_lock import ReadWriteLock
from matcher.types import ByteArray, Template

UNKNOWN_POSITION = 0
"""Label of an impression of an unstated finger: it is searched whatever finger is asked for."""


@dataclass(frozen=True, slots=True)
class GalleryParams:
    """How the gallery searches and remembers.

    Attributes:
        retrieval: what is retrieved and how much of it is verified.
        prepared: enrolled templates kept ready for comparison, about 50 kB each; the least recently used goes first.
        checkpoint_every: comparisons between two calls of a search's ``checkpoint``.
    """

    retrieval: RetrievalParams = field(default_factory=RetrievalParams)
    prepared: int = 512
    checkpoint_every: int = 50


class CodeIndex:
    """Codes by row number; nearest by Hamming distance. Flat: exact, and fast enough to about a million codes.

    Behind this class the kind of index may change. Searches may run together, changes must be alone.
    """

    def __init__(self) -> None:
        self._codes = faiss.IndexBinaryFlat(CODE_BITS)  # kept: the map below does not own it
        self._index = faiss.IndexBinaryIDMap(self._codes)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, rows: NDArray[np.int64], codes: ByteArray) -> None:
        """Add codes, uint8 of shape (n, 32), under row numbers."""
        if rows.size:
            self._index.add_with_ids(np.ascontiguousarray(codes), rows)

    def remove(self, rows: NDArray[np.int64]) -> None:
        """Remove codes; one pass over the whole index whatever their number, so remove many at once."""
        if rows.size:
            self._index.remove_ids(faiss.IDSelectorBatch(rows))

    def nearest(self, codes: ByteArray, count: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return distances and row numbers, shape (n, min(count, len(self))), nearest first."""
        count = min(count, len(self))
        if not count or not len(codes):
            return np.zeros((len(codes), 0), np.int32), np.zeros((len(codes), 0), np.int64)
        distances, rows = self._index.search(np.ascontiguousarray(codes), count)
        return distances, rows


class Gallery:
    """The 1:N index. Thread-safe: searches run together, a change runs alone and is seen by every later search.

    Templates are held in their compact form and prepared on demand: a prepared template is some hundred times larger,
    and a search prepares only its short list.
    """

    def __init__(self, codes: CodeBook | None = None, params: GalleryParams | None = None) -> None:
        self._codes = codes or default_codebook()
        self._params = params or GalleryParams()
        self._lock = ReadWriteLock()
        self._entries: dict[int, Entry] = {}
        self._fingers: defaultdict[int, Counter[str]] = defaultdict(Counter)  # label: impressions of each group
        self._shards: defaultdict[int, CodeIndex] = defaultdict(CodeIndex)
        self._pool = CylinderPool(self._codes.words)
        self._prepared = PreparedTemplates(self._params.prepared, self._is_enrolled)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, entry_id: object) -> bool:
        return entry_id in self._entries

    def add(
        self, entry_ids: Sequence[int], templates: Sequence[Template], groups: Sequence[str], labels: Sequence[int]
    ) -> None:
        """Make impressions findable. One that is there already changes nothing. All or none are added.

        Args:
            entry_ids: numbers of the impressions, unique for ever.
            templates: their minutiae; one without minutiae is enrolled and never found.
            groups: name of the person each is of.
            labels: position of the finger, 0 if unknown.

        Raises:
            ValueError: the sequences are not of one length.
            TemplateInvalidError: a template is not coherent.
        """
        described = [
            (entry_id, compact.encode(template), self._codes.describe(template), group, label)
            for entry_id, template, group, label in zip(entry_ids, templates, groups, labels, strict=True)
            if entry_id not in self._entries
        ]
        with self._lock.writing():
            for entry_id, template, features, group, label in described:
                if entry_id not in self._entries:
                    self._insert(entry_id, features, template, group, label)

    def _insert(self, entry_id: int, features: IndexFeatures, template: bytes, group: str, label: int) -> None:
        rows = self._pool.add(features, entry_id)
        self._shards[label].add(rows, features.codes)
        self._entries[entry_id] = Entry(entry_id, group, label, template, rows)
        self._fingers[label][group] += 1

    def remove(self, entry_ids: Iterable[int]) -> None:
        """Make impressions unfindable; removing one that is not there changes nothing.

        Cost: one pass over the codes of each position concerned, so remove many at once.
        """
        with self._lock.writing():
            gone = [self._entries.pop(i) for i in set(entry_ids) if i in self._entries]
            for entry in gone:
                self._forget_finger(entry)
                self._prepared.forget(entry.entry_id)
            for label in {entry.label for entry in gone}:
                rows = np.concatenate([entry.rows for entry in gone if entry.label == label])
                self._shards[label].remove(rows)
                self._pool.free(rows)

    def _forget_finger(self, entry: Entry) -> None:
        impressions = self._fingers[entry.label]
        impressions[entry.group] -= 1
        if not impressions[entry.group]:
            del impressions[entry.group]

    def _is_enrolled(self, entry: Entry) -> bool:
        return self._entries.get(entry.entry_id) is entry

    def search(
        self,
        probe: Template,
        *,
        limit: int,
        position: int | None = None,
        checkpoint: Callable[[], None] = lambda: None,
    ) -> SearchOutcome:
        """Find the ``limit`` most alike people.

        Args:
            probe: the template searched for.
            limit: most hits to return, at least 1.
            position: search this finger and those of unknown position only; None or 0 searches all.
            checkpoint: called between the stages and every few comparisons; may raise to cancel.

        Returns:
            Everybody verified, ranked by raw score; whether anybody is a match is decided by the calibrated score.

        Raises:
            ValueError: ``limit`` is less than 1.
            TemplateInvalidError: the probe is not coherent.
        """
        if limit < 1:
            raise ValueError("limit must be at least 1")
        require_coherent(probe)
        checkpoint()
        features = self._codes.describe(probe)
        with self._lock.reading():
            entries, searched = self._shortlist(features, position)
        prepared = prepare(probe)
        compared = [
            (entry, compare(prepared, self._prepared.of(entry)))
            for entry in with_checkpoints(entries, self._params.checkpoint_every, checkpoint)
        ]
        checkpoint()
        with self._lock.reading():
            present = [(entry, comparison) for entry, comparison in compared if self._is_enrolled(entry)]
            hits = ranked(present, lambda entry: self._fingers[entry.label][entry.group])
        return SearchOutcome(tuple(hits[:limit]), searched, len(entries))

    def _shortlist(self, features: IndexFeatures, position: int | None) -> tuple[list[Entry], int]:
        """Return the impressions to verify, and how many fingers they stand for."""
        labels = [l for l in self._fingers if not position or l in {position, UNKNOWN_POSITION}]
        searched = sum(len(self._fingers[l]) for l in labels)
        impressions = sum(self._fingers[l].total() for l in labels)
        size = shortlist_size(impressions, self._params.retrieval)
        if size == impressions:
            return [e for e in self._entries.values() if e.label in labels], searched
        if not len(features):
            return [], searched
        owners, peaks = votes(features, self._nearest(features, labels), self._pool.rows(), self._params.retrieval)
        return [self._entries[i] for i in largest(owners, peaks, size)], searched

    def _nearest(self, features: IndexFeatures, labels: Sequence[int]) -> NDArray[np.int64]:
        """Merge the nearest of the shards of several positions."""
        count = self._params.retrieval.neighbours
        found = [self._shards[l].nearest(features.codes, count) for l in labels]
        distances, rows = (np.concatenate(parts, axis=1) for parts in zip(*found, strict=True))
        order = np.argsort(distances, axis=1, kind="stable")[:, :count]
        return np.take_along_axis(rows, order, axis=1)
