"""Enrolled impressions, and what a search says about them."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from matcher.comparison import Comparison, PreparedTemplate, prepare
from matcher.formats import compact


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One enrolled impression.

    Attributes:
        entry_id: its number.
        group: name of the person.
        label: position of the finger, 0 if unknown.
        template: its compact form.
        rows: int64, shape (n,): where its cylinders are.
    """

    entry_id: int
    group: str
    label: int
    template: bytes = field(repr=False)
    rows: NDArray[np.int64] = field(repr=False)


@dataclass(frozen=True, slots=True)
class GalleryHit:
    """The best matching finger of one person.

    Attributes:
        entry_id: its impression that matched best.
        group: name of the person.
        label: the finger's position as enrolled.
        comparison: comparison with that impression.
        scores: raw scores of all impressions of this finger that were verified, best first: what a claim about the
            best of them must account for.
        impressions: how many impressions of this finger are enrolled; those not verified were outside the short list.
    """

    entry_id: int
    group: str
    label: int
    comparison: Comparison
    scores: tuple[float, ...]
    impressions: int

    @property
    def score(self) -> float:
        """Raw score of the best impression."""
        return self.comparison.score


@dataclass(frozen=True, slots=True)
class SearchOutcome:
    """What a search found.

    Attributes:
        hits: one per person, best first; equal scores by entry number.
        searched: enrolled fingers (person and position) the probe was searched among: the N of
            ``FPIR = 1 - (1 - FMR)^N``. Impressions of one finger count once: they are not independent.
        verified: impressions that the full comparator saw.
    """

    hits: tuple[GalleryHit, ...]
    searched: int
    verified: int


def ranked(compared: Sequence[tuple[Entry, Comparison]], impressions_of: Callable[[Entry], int]) -> list[GalleryHit]:
    """List each person once, with the finger and impression that matched best.

    Args:
        compared: verified impressions.
        impressions_of: tells how many impressions of an entry's finger are enrolled.
    """
    ordered = sorted(compared, key=lambda ec: (-ec[1].score, ec[0].entry_id))
    scores: defaultdict[tuple[str, int], list[float]] = defaultdict(list)
    best: dict[str, tuple[Entry, Comparison]] = {}
    for entry, comparison in ordered:
        scores[entry.group, entry.label].append(comparison.score)
        best.setdefault(entry.group, (entry, comparison))
    return [
        GalleryHit(e.entry_id, e.group, e.label, c, tuple(scores[e.group, e.label]), impressions_of(e))
        for e, c in best.values()
    ]


class PreparedTemplates:
    """The prepared templates used last, of entries that are enrolled. Thread-safe.

    An entry is known by its identity: a number enrolled anew is another entry.
    """

    def __init__(self, most: int, is_enrolled: Callable[[Entry], bool]) -> None:
        """Keep ``most`` at most, and none for which ``is_enrolled`` is false; it must not block."""
        self._most = most
        self._is_enrolled = is_enrolled
        self._lock = Lock()
        self._kept: OrderedDict[int, tuple[Entry, PreparedTemplate]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, entry: Entry) -> PreparedTemplate:
        """Return the prepared template of an entry, preparing it if it is not kept."""
        with self._lock:
            known = self._kept.get(entry.entry_id)
            if known is not None and known[0] is entry:
                self._kept.move_to_end(entry.entry_id)
                return known[1]
        prepared = prepare(compact.decode(entry.template))
        with self._lock:
            # Looked at under the lock that forget() takes after the entry is gone: what was removed while it was being
            # prepared is either not kept, or kept and then forgotten.
            if self._is_enrolled(entry):
                self._kept[entry.entry_id] = (entry, prepared)
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return prepared

    def forget(self, entry_id: int) -> None:
        """Drop an entry; to be called after it is enrolled no longer."""
        with self._lock:
            self._kept.pop(entry_id, None)
