"""How many fingers are enrolled: the N of a search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.search.impressions import UNKNOWN_POSITION, person_key
from matcher.search.segment import Segment


class FingerCount:
    """Counts fingers that have impressions, by position; a finger counts once however many it has.

    Whoever changes the segments changes this, under one lock; it is read at any time.
    """

    def __init__(self) -> None:
        self._fingers: Counter[int] = Counter()

    def add(self, segment: Segment, others: Iterable[Segment]) -> None:
        """Count the fingers of a new segment that none of the others has."""
        people, labels = segment.fingers_present()
        new = np.ones(len(people), np.bool_)
        for other in others:
            new &= ~other.has_fingers(people, labels)
        self._fingers = self._fingers + Counter(labels[new].tolist())  # anew: somebody may be reading

    def forget(self, segment: Segment, row: int, segments: Iterable[Segment]) -> None:
        """Count the finger of an impression no more, if that was its last."""
        person, label = segment.impressions.people[row], int(segment.impressions.labels[row])
        if not any(other.impressions_of(person, label) for other in segments):
            self._fingers[label] -= 1

    def searched(self, position: int | None, exclude: str | None, segments: Sequence[Segment]) -> int:
        """Count the fingers that a search looks at: of a position and of unknown, of all people but one."""
        counted = self._fingers
        labels = [label for label in counted if not position or label in {position, UNKNOWN_POSITION}]
        fingers = sum(counted[label] for label in labels)
        if exclude is not None:
            person = np.uint64(person_key(exclude))
            fingers -= sum(any(s.impressions_of(person, label) for s in segments) for label in labels)
        return fingers


def fingers_under(masks: Sequence[NDArray[np.bool_]], segments: Sequence[Segment]) -> int:
    """Count the fingers of the impressions that are searched, one mask a segment; a finger counts once."""
    found = [segment.impressions.fingers[mask] for mask, segment in zip(masks, segments, strict=True)]
    return len(np.unique(np.concatenate(found))) if found else 0
