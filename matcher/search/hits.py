"""Enrolled impressions, and what a search says about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from matcher.comparison.compare import Comparison
from matcher.search.segment import Segment


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One enrolled impression.

    Attributes:
        entry_id: its number.
        group: name of the person.
        label: position of the finger, 0 if unknown.
        person: key of that name.
    """

    entry_id: int
    group: str
    label: int
    person: np.uint64

    @staticmethod
    def of(segment: Segment, row: int) -> Entry:
        """Return the impression in a row of a segment."""
        own = segment.impressions
        return Entry(int(own.entry_ids[row]), own.group(row), int(own.labels[row]), own.people[row])


@dataclass(frozen=True, slots=True)
class GalleryHit:
    """The best matching finger of one person.

    Attributes:
        entry_id: its impression that matched best.
        group: name of the person.
        label: the finger's position as enrolled.
        comparison: comparison with that impression.
        comparisons: with all impressions of this finger that were verified, best first: what a claim about the best of
            them must account for.
        impressions: how many impressions of this finger are enrolled; those not verified were outside the short list.
        place: of the person's first impression on the short list, from 0: who is compared no sooner may match better.
    """

    entry_id: int
    group: str
    label: int
    comparison: Comparison
    comparisons: tuple[Comparison, ...]
    impressions: int
    place: int

    @property
    def score(self) -> float:
        """Raw score of the best impression."""
        return self.comparison.score

    @property
    def scores(self) -> tuple[float, ...]:
        """Raw scores of all verified impressions of this finger, best first."""
        return tuple(comparison.score for comparison in self.comparisons)


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


def ranked(
    compared: Sequence[tuple[Entry, Comparison]], limit: int, impressions_of: Callable[[Entry], int]
) -> list[GalleryHit]:
    """List each person once, with the finger and impression that matched best.

    Args:
        compared: verified impressions, in the order of the short list.
        limit: most people who are listed.
        impressions_of: tells how many impressions of an entry's finger are enrolled.
    """
    places: dict[str, int] = {}
    for place, (entry, _) in enumerate(compared):
        places.setdefault(entry.group, place)
    ordered = sorted(compared, key=lambda ec: (-ec[1].score, ec[0].entry_id))
    of_finger: defaultdict[tuple[str, int], list[Comparison]] = defaultdict(list)
    best: dict[str, tuple[Entry, Comparison]] = {}
    for entry, comparison in ordered:
        of_finger[entry.group, entry.label].append(comparison)
        best.setdefault(entry.group, (entry, comparison))
    return [
        GalleryHit(
            e.entry_id, e.group, e.label, c, tuple(of_finger[e.group, e.label]), impressions_of(e), places[e.group]
        )
        for e, c in islice(best.values(), limit)
    ]
