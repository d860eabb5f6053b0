"""The index over all enrolled fingers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from idverify.domain.model import FingerPosition, Likeness, StoredTemplate
from idverify.ports.biometrics import Prepared
from idverify.ports.timing import Deadline


@dataclass(frozen=True, slots=True)
class Hit:
    """One finger found in the gallery."""

    subject_id: str
    position: FingerPosition
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Fingers found, best first, one per subject.

    Attributes:
        hits: best first.
        searched_fingers: how many enrolled fingers were searched in truth.
        searched_share: what part of the impressions that should have been searched they are: below 1 where a part of
            the gallery did not answer.
    """

    hits: tuple[Hit, ...]
    searched_fingers: int
    searched_share: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Among:
    """Whom a search looks at.

    Attributes:
        template_ids: int64, ascending.
        people: how many they are of; where they are not listed, how many the others are of.
        listed: these are searched; else all but these.
    """

    template_ids: NDArray[np.int64]
    people: int
    listed: bool = True

    def holds(self, template_id: int) -> bool:
        """Tell whether a template is searched."""
        place = int(np.searchsorted(self.template_ids, template_id))
        found = place < len(self.template_ids) and int(self.template_ids[place]) == template_id
        return found is self.listed


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many took how long: ``counts[i]`` up to ``bounds[i]`` seconds, the last of them longer than all bounds."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    sum_seconds: float


@dataclass(frozen=True, slots=True)
class GalleryFigures:
    """How large the gallery is, in impressions, bytes and segments, and how long searches took."""

    impressions: int
    bytes: int
    segments: int
    search_latency: Histogram


class Gallery(Protocol):
    """The index over all enrolled fingers. Thread-safe; a search sees everything added before it began."""

    def add(self, templates: Sequence[StoredTemplate]) -> None:
        """Make templates findable; adding one that is there already changes nothing."""

    def remove(self, template_ids: Sequence[int]) -> None:
        """Make templates unfindable; removing one that is not there changes nothing."""

    def search(
        self,
        probe: Prepared,
        *,
        position: FingerPosition | None,
        limit: int,
        deadline: Deadline,
        exclude: str | None = None,
        among: Among | None = None,
    ) -> SearchResult:
        """Find the ``limit`` most alike subjects.

        Args:
            probe: template searched for, prepared by the biometrics that this gallery goes with.
            position: search this finger, and those enrolled without one; None searches all.
            limit: most hits.
            deadline: checked while searching.
            exclude: a subject who is not searched, nor counted.
            among: whose templates are searched and counted; None: all.
        """

    def figures(self) -> GalleryFigures:
        """Return how large it is and how quick its searches are."""

    def __len__(self) -> int:
        """Return the number of enrolled templates."""
