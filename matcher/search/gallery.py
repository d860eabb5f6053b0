"""All enrolled fingers: add, remove and search while serving, without a reader ever waiting for a writer.

The impressions lie in segments (:mod:`matcher.search.segment`), in the manner of log-structured merge trees (O'Neil and
others, Acta Informatica 33, 1996): what is added becomes a small segment, small segments are merged into larger ones,
removing marks. A search takes the segments that there are when it begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import inf
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from matcher.comparison.prepared import PreparedTemplate, prepare
from matcher.search.codes import CodeBook, IndexFeatures, default_codebook, joined_features
from matcher.search.fingers import FingerCount, fingers_under
from matcher.search.hits import SearchOutcome, ranked
from matcher.search.impressions import Selection, impressions
from matcher.search.lists import CoarseQuantiser, default_centres
from matcher.search.merging import due
from matcher.search.params import GalleryParams
from matcher.search.retrieval import AimedProbe
from matcher.search.searcher import Searcher
from matcher.search.segment import Frozen, Segment, all_entry_ids, merged, new_segment
from matcher.search.threads import Threads
from matcher.templates import columnar
from matcher.templates.columnar import TemplateColumns
from matcher.templates.validation import require_coherent
from matcher.types import Template

_SHARED_FROM = 256  # templates described at a time where several threads share the work


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
        self._threads = Threads(self._params.threads)
        self._searcher = Searcher(self._codes, self._coarse, self._params.retrieval, self._threads)
        self._fingers = FingerCount()
        for segment in segments:
            self._fingers.add(segment, self._segments)
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

    @property
    def codes(self) -> int:
        """Number of codes in the index, those of what was removed and is not merged away among them."""
        return sum(segment.postings.size for segment in self._segments)

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
            self._fingers.add(segment, self._segments)
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
                        self._fingers.forget(segment, row, self._segments)

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

    def aimed(self, probe: PreparedTemplate, codes: int) -> AimedProbe:
        """Do once what a search of several galleries with this one's index would do in each.

        Args:
            probe: who is looked for.
            codes: how many the galleries have together; 0: it is not known.
        """
        return self._searcher.aimed(probe, codes)

    def search(
        self,
        probe: Template | PreparedTemplate | AimedProbe,
        *,
        limit: int,
        position: int | None = None,
        exclude: str | None = None,
        only: Selection | None = None,
        beyond_doubt: float = inf,
        checkpoint: Callable[[], None] = lambda: None,
    ) -> SearchOutcome:
        """Find the ``limit`` most alike people.

        Args:
            probe: the template searched for; prepared, if it is compared elsewhere too; aimed, if other galleries of
                this index are searched too.
            limit: most hits to return, at least 1.
            position: search this finger and those of unknown position only; None or 0 searches all.
            exclude: a person who is not searched.
            only: impressions that are searched; None: all.
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
        masks = [segment.searched(position, exclude, only) for segment in segments]
        if only is None:
            fingers = self._fingers.searched(position, exclude, segments)
        else:
            fingers = fingers_under(masks, segments)
        checkpoint()
        ready = probe if isinstance(probe, PreparedTemplate | AimedProbe) else prepare(probe)
        wanted = self._searcher.wanted(ready, segments, masks, checkpoint)
        prepared = ready.prepared if isinstance(ready, AimedProbe) else ready
        compared = self._searcher.verified(prepared, wanted, beyond_doubt, checkpoint)
        checkpoint()
        # Asked of the segments that there are now: what a search began with may have been merged away since.
        present = [(entry, comparison) for entry, comparison in compared if entry.entry_id in self]
        now = self._segments
        hits = ranked(present, limit, lambda e: sum(s.impressions_of(e.person, e.label, only) for s in now))
        return SearchOutcome(tuple(hits), fingers, len(compared))

    def _describe(self, templates: TemplateColumns) -> IndexFeatures:
        if self._threads.count == 1 or len(templates) < _SHARED_FROM:
            return self._codes.describe(templates)
        pieces = [templates[i : i + _SHARED_FROM] for i in range(0, len(templates), _SHARED_FROM)]
        return joined_features(self._threads.each(self._codes.describe, pieces), [len(piece) for piece in pieces])

    def _held(self, entry_ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        held = np.zeros(len(entry_ids), np.bool_)
        for segment in self._segments:
            held |= segment.holds(entry_ids)
        return held

    def _merge_some(self, largest: int) -> bool:
        """Merge the first segments that are due and make no more than ``largest`` impressions."""
        return self._rewrite(lambda free: due(free, self._params, largest))

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

    def _replace(self, old: Sequence[Segment], kept: Sequence[NDArray[np.bool_]], whole: Segment) -> None:
        """Put ``whole`` in the place of the segments that it was made of, without what was removed meanwhile."""
        for segment, mask in zip(old, kept, strict=True):
            for entry_id in segment.impressions.entry_ids[mask & ~segment.present]:
                whole.present[whole.row_of(int(entry_id))] = False
        left = [s for s in self._segments if s not in old]
        self._segments = (*left, whole) if len(whole) else tuple(left)
