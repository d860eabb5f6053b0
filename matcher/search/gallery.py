"""All enrolled fingers: add, remove and search while serving, without a reader ever waiting for a writer.

The impressions lie in segments (:mod:`matcher.search.segment`), in the manner of log-structured merge trees (O'Neil and
others, Acta Informatica 33, 1996): what is added becomes a small segment, small segments are merged into larger ones,
removing marks. A search takes the segments that there are when it begins.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from math import inf, log
from threading import Lock
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.comparison.compare import Comparison, PreparedTemplate, compare, prepare
from matcher.search.codes import CodeBook, IndexFeatures, default_codebook, joined_features
from matcher.search.hits import Entry, SearchOutcome, ranked
from matcher.search.lists import CoarseQuantiser, default_centres
from matcher.search.retrieval import (
    Candidates,
    Probe,
    RetrievalParams,
    candidates,
    centred_pose,
    evidence,
    joined,
    largest,
    lists_to_scan,
    near,
)
from matcher.search.segment import Segment, all_entry_ids, finger_keys, impressions, merged, new_segment, person_key
from matcher.templates import columnar
from matcher.templates.columnar import TemplateColumns
from matcher.templates.validation import require_coherent
from matcher.types import Template

UNKNOWN_POSITION = 0
"""Label of an impression of an unstated finger: it is searched whatever finger is asked for."""

_WEIGHED_AT_ONCE = 50  # candidates: one thread's piece of work
_SHARED_FROM = 256  # templates described at a time where several threads share the work

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class GalleryParams:
    """How the gallery searches and keeps itself in order.

    Attributes:
        retrieval: what is retrieved and how much of it is verified.
        threads: that one search, or one addition of many, computes with.
        fan_out: segments of about one size that are merged into one.
        merged_at_once: up to so many impressions are merged by whoever adds, more by :meth:`Gallery.merge`.
        largest_segment: impressions; such segments are not merged any more.
        gone_share: a segment is written anew when this part of it was removed.
    """

    retrieval: RetrievalParams = field(default_factory=RetrievalParams)
    threads: int = 1
    fan_out: int = 8
    merged_at_once: int = 512
    largest_segment: int = 262_144
    gone_share: float = 0.2


@dataclass(frozen=True, slots=True)
class Frozen:
    """A segment as it was at one moment: of what was removed later, ``present`` says nothing."""

    segment: Segment
    present: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An impression to be verified, and the evidence for it so far."""

    segment: Segment
    row: int
    evidence: float


class Gallery:
    """The 1:N index. Thread-safe.

    A search sees everything that was added before it began, and returns nothing that was removed before it ends.
    """

    def __init__(
        self,
        codes: CodeBook | None = None,
        coarse: CoarseQuantiser | None = None,
        params: GalleryParams | None = None,
        segments: Iterable[Segment] = (),
    ) -> None:
        self._codes = codes or default_codebook()
        self._coarse = coarse or CoarseQuantiser(default_centres(self._codes.id))
        self._params = params or GalleryParams()
        self._segments: tuple[Segment, ...] = ()
        self._writing = Lock()
        self._merging: set[str] = set()
        self._pool = ThreadPoolExecutor(self._params.threads, "gallery") if self._params.threads > 1 else None
        self._fingers: Counter[int] = Counter()  # label: fingers that have impressions
        for segment in segments:
            self._fingers += self._new_fingers(segment)
            self._segments = (*self._segments, segment)

    @property
    def index_id(self) -> str:
        """Name of codes and lists: segments of galleries of equal names can be exchanged."""
        return self._coarse.id

    def __len__(self) -> int:
        return sum(int(np.count_nonzero(segment.present)) for segment in self._segments)

    def __contains__(self, entry_id: object) -> bool:
        return isinstance(entry_id, int) and any(s.row_of(entry_id) >= 0 for s in self._segments)

    @property
    def nbytes(self) -> int:
        """Memory held, bytes."""
        return sum(segment.nbytes for segment in self._segments)

    @property
    def segments(self) -> int:
        """Number of segments."""
        return len(self._segments)

    def entry_ids(self) -> NDArray[np.int64]:
        """Return the numbers of all impressions that can be found, ascending."""
        return all_entry_ids(self._segments)

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
        if not len(entry_ids) == len(templates) == len(groups) == len(labels):
            raise ValueError("entry_ids, templates, groups and labels must have one length")
        for template in templates:
            require_coherent(template)
        first = {entry_id: i for i, entry_id in reversed(list(enumerate(entry_ids)))}
        chosen = sorted(first.values())
        self.add_columns(
            [entry_ids[i] for i in chosen],
            columnar.of_templates([templates[i] for i in chosen]),
            [groups[i] for i in chosen],
            [labels[i] for i in chosen],
        )

    def add_columns(
        self, entry_ids: Sequence[int], templates: TemplateColumns, groups: Sequence[str], labels: Sequence[int]
    ) -> None:
        """Make many impressions findable, as :meth:`add`; the numbers differ from each other."""
        new = impressions(entry_ids, groups, labels)
        absent = np.flatnonzero(~self._held(new.entry_ids))
        if len(absent) < len(new):
            new, templates = new.take(absent), templates.take(absent)
        if not len(new):
            return
        segment = new_segment(new, templates, self._describe(templates), self._coarse)
        with self._writing:
            # Somebody may have added one of them meanwhile.
            segment.present &= ~self._held(segment.impressions.entry_ids)
            self._fingers += self._new_fingers(segment)
            self._segments = (*self._segments, segment)
        while self._merge_some(self._params.merged_at_once):
            pass

    def remove(self, entry_ids: Iterable[int]) -> None:
        """Make impressions unfindable; removing one that is not there changes nothing.

        What was removed leaves the memory when its segment is written anew; see :meth:`merge` and :meth:`erase`.
        """
        with self._writing:
            for entry_id in entry_ids:
                for segment in self._segments:
                    row = segment.row_of(entry_id)
                    if row >= 0:
                        segment.present[row] = False
                        self._forget_finger(segment, row)

    def merge(self) -> bool:
        """Do one piece of the work that keeps searches quick and memory small; False if there was none to do.

        May take seconds, and holds up neither searches nor changes. To be called now and then from one thread.
        """
        return self._merge_some(self._params.largest_segment)

    def erase(self) -> None:
        """Write every segment anew that holds something removed, so that nothing of it is left.

        Costs as much as merging; to be called from time to time, from the thread that merges.
        """
        while self._rewrite(lambda free: [segment for segment in free if segment.gone][:1]):
            pass

    def freeze(self) -> tuple[Frozen, ...]:
        """Return what can be found at this moment, in the time it takes to copy one bit for each impression."""
        with self._writing:
            return tuple(Frozen(segment, segment.present.copy()) for segment in self._segments)

    def search(
        self,
        probe: Template | PreparedTemplate,
        *,
        limit: int,
        position: int | None = None,
        exclude: str | None = None,
        beyond_doubt: float = inf,
        checkpoint: Callable[[], None] = lambda: None,
    ) -> SearchOutcome:
        """Find the ``limit`` most alike people.

        Args:
            probe: the template searched for; prepared, if it is compared elsewhere too.
            limit: most hits to return, at least 1.
            position: search this finger and those of unknown position only; None or 0 searches all.
            exclude: a person who is not searched.
            beyond_doubt: raw score from which nobody is verified any more but those with comparable votes.
            checkpoint: called between the stages and every few comparisons; may raise to cancel.

        Returns:
            Everybody verified, ranked by raw score; whether anybody is a match is decided by the calibrated score.

        Raises:
            ValueError: ``limit`` is less than 1.
            TemplateInvalidError: the probe is not coherent.
        """
        if limit < 1:
            raise ValueError("limit must be at least 1")
        segments = self._segments
        fingers = self._searched_fingers(position, exclude)
        checkpoint()
        prepared = probe if isinstance(probe, PreparedTemplate) else prepare(probe)
        masks = [_searched(segment, position, exclude) for segment in segments]
        if sum(int(np.count_nonzero(mask)) for mask in masks) <= self._params.retrieval.exhaustive_up_to:
            wanted = [
                _Wanted(s, int(row), inf)
                for s, mask in zip(segments, masks, strict=True)
                for row in np.flatnonzero(mask)
            ]
        else:
            wanted = self._shortlist(self._described(prepared, segments), segments, masks, checkpoint)
        compared = self._verified(prepared, wanted, beyond_doubt, checkpoint)
        checkpoint()
        # Asked of the segments that there are now: what a search began with may have been merged away since.
        present = [(entry, comparison) for entry, comparison in compared if entry.entry_id in self]
        hits = ranked(present, partial(_impressions_of, self._segments))
        return SearchOutcome(tuple(hits[:limit]), fingers, len(compared))

    # --- searching ----------------------------------------------------------------------------------------------------

    def _described(self, prepared: PreparedTemplate, segments: Sequence[Segment]) -> Probe:
        columns = columnar.of_templates([prepared.template])
        features = self._codes.describe(columns)
        codes = sum(len(segment.postings) for segment in segments)
        count = lists_to_scan(codes, self._coarse.lists, self._params.retrieval)
        lists = None if count is None else self._coarse.nearest(features.codes, count)
        return Probe(prepared, features, lists, centred_pose(columns, features.minutia))

    def _shortlist(
        self,
        probe: Probe,
        segments: Sequence[Segment],
        masks: Sequence[NDArray[np.bool_]],
        checkpoint: Callable[[], None],
    ) -> list[_Wanted]:
        """Return the impressions to verify, most evidence first."""
        params = self._params.retrieval

        scans = self._each(lambda part: near(part, segments, masks, params), probe.split(self._params.threads))
        checkpoint()
        limits = np.concatenate([own for _, own in scans])

        def voted(number: int) -> Candidates:
            found = joined([found[number] for found, _ in scans])
            return candidates(probe, segments[number], found, limits, params)

        voters = self._each(voted, range(len(segments)))
        checkpoint()
        return self._weighed(probe, segments, voters)

    def _weighed(self, probe: Probe, segments: Sequence[Segment], voters: Sequence[Candidates]) -> list[_Wanted]:
        params = self._params.retrieval
        chosen = largest([each.peaks for each in voters], params.weighed)
        pieces = [
            (segment, of, piece)
            for segment, of, own in zip(segments, voters, chosen, strict=True)
            for piece in np.split(own, range(_WEIGHED_AT_ONCE, len(own), _WEIGHED_AT_ONCE))
        ]
        weights = self._each(lambda p: evidence(probe, *p, params), pieces)
        best = largest(weights, params.shortlist)
        wanted = [
            _Wanted(segment, int(of.rows[piece[i]]), float(weight[i]))
            for (segment, of, piece), weight, own in zip(pieces, weights, best, strict=True)
            for i in own
        ]
        return sorted(wanted, key=lambda one: -one.evidence)

    def _verified(
        self,
        probe: PreparedTemplate,
        wanted: Sequence[_Wanted],
        beyond_doubt: float,
        checkpoint: Callable[[], None],
    ) -> list[tuple[Entry, Comparison]]:
        """Compare with the wanted impressions, most evidence first, until the rest can be nobody."""
        params = self._params.retrieval

        def verified(one: _Wanted) -> tuple[Entry, Comparison]:
            reference = prepare(one.segment.templates.template(one.row))
            return Entry.of(one.segment, one.row), compare(probe, reference)

        compared: list[tuple[Entry, Comparison]] = []
        least = params.least_evidence
        for first in range(0, len(wanted), params.batch):
            batch = [one for one in wanted[first : first + params.batch] if not first or one.evidence >= least]
            if not batch:
                break
            checkpoint()
            results = self._each(verified, batch)
            compared += results
            for one, (_, comparison) in zip(batch, results, strict=True):
                if comparison.score >= beyond_doubt:
                    least = max(least, params.certain_share * one.evidence)
        return compared

    def _each(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """Do the same with every item, in the search's threads."""
        return list(self._pool.map(work, items) if self._pool else map(work, items))

    def _searched_fingers(self, position: int | None, exclude: str | None) -> int:
        """Count the fingers that a search looks at."""
        labels = [label for label in self._fingers if _is_searched(label, position)]
        fingers = sum(self._fingers[label] for label in labels)
        if exclude is not None:
            person = np.uint64(person_key(exclude))
            own = finger_keys(np.full(len(labels), person), np.array(labels, np.uint8))
            fingers -= sum(any(s.impressions_of(key) for s in self._segments) for key in own)
        return fingers

    # --- changing -----------------------------------------------------------------------------------------------------

    def _describe(self, templates: TemplateColumns) -> IndexFeatures:
        if not self._pool or len(templates) < _SHARED_FROM:
            return self._codes.describe(templates)
        pieces = [templates[i : i + _SHARED_FROM] for i in range(0, len(templates), _SHARED_FROM)]
        return joined_features(self._each(self._codes.describe, pieces), [len(piece) for piece in pieces])

    def _held(self, entry_ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        held = np.zeros(len(entry_ids), np.bool_)
        for segment in self._segments:
            held |= segment.holds(entry_ids)
        return held

    def _new_fingers(self, segment: Segment) -> Counter[int]:
        """Count, by label, the fingers of a new segment that none of the others has."""
        keys, labels = segment.fingers_present()
        new = np.ones(len(keys), np.bool_)
        for other in self._segments:
            new &= ~other.has_fingers(keys)
        return Counter(labels[new].tolist())

    def _forget_finger(self, segment: Segment, row: int) -> None:
        finger = segment.impressions.finger(row)
        if not any(other.impressions_of(finger) for other in self._segments):
            self._fingers[int(segment.impressions.labels[row])] -= 1

    def _merge_some(self, largest: int) -> bool:
        """Merge the first segments that are due and make no more than ``largest`` impressions."""
        return self._rewrite(lambda free: self._due(free, largest))

    def _rewrite(self, choose: Callable[[list[Segment]], list[Segment]]) -> bool:
        """Make one segment of those chosen, if any, of all that nobody else is rewriting."""
        with self._writing:
            chosen = choose([s for s in self._segments if s.name not in self._merging])
            if not chosen:
                return False
            self._merging |= {segment.name for segment in chosen}
        try:
            kept = [segment.present.copy() for segment in chosen]
            whole = merged(chosen, kept, self._coarse)
            with self._writing:
                self._replace(chosen, kept, whole)
        finally:
            with self._writing:
                self._merging -= {segment.name for segment in chosen}
        return True

    def _due(self, free: Sequence[Segment], largest: int) -> list[Segment]:
        for segment in free:
            if segment.gone > self._params.gone_share * len(segment) and len(segment) <= largest:
                return [segment]
        tiers: defaultdict[int, list[Segment]] = defaultdict(list)
        for segment in free:
            tiers[self._tier(segment)].append(segment)
        for tier in sorted(tiers):
            ends = np.cumsum([len(segment) for segment in tiers[tier]])
            fitting = int(np.searchsorted(ends, self._params.largest_segment, side="right"))
            count = min(fitting, self._params.fan_out)
            # Fewer than the fan-out are merged where one more would make too large a segment.
            complete = count == self._params.fan_out or fitting < len(ends)
            if count > 1 and complete and ends[count - 1] <= largest:
                return tiers[tier][:count]
        return []

    def _tier(self, segment: Segment) -> int:
        return int(log(max(1, len(segment)), self._params.fan_out) + 1e-9)

    def _replace(self, old: Sequence[Segment], kept: Sequence[NDArray[np.bool_]], whole: Segment) -> None:
        """Put ``whole`` in the place of the segments that it was made of, without what was removed meanwhile."""
        for segment, mask in zip(old, kept, strict=True):
            for entry_id in segment.impressions.entry_ids[mask & ~segment.present]:
                whole.present[whole.row_of(int(entry_id))] = False
        left = [s for s in self._segments if s not in old]
        self._segments = (*left, whole) if len(whole) else tuple(left)


def _searched(segment: Segment, position: int | None, exclude: str | None) -> NDArray[np.bool_]:
    """Return which impressions of a segment are searched."""
    searched = segment.present
    if position:
        labels = segment.impressions.labels
        searched = searched & ((labels == position) | (labels == UNKNOWN_POSITION))
    if exclude is not None:
        searched = searched & (segment.impressions.people != np.uint64(person_key(exclude)))
    return searched


def _is_searched(label: int, position: int | None) -> bool:
    return not position or label in {position, UNKNOWN_POSITION}


def _impressions_of(segments: Sequence[Segment], entry: Entry) -> int:
    return sum(segment.impressions_of(entry.finger) for segment in segments)
