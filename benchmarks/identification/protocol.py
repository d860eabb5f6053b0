"""1:N on sets of several impressions a finger: the first four enrolled, the others searched; every finger a person.

Closed set: is the right person first, and found at the threshold (FNIR)? Open set: each person in turn is taken out of
the gallery, and all their impressions are searched for: how often is somebody found (FPIR)? Distractors, if any, are
enrolled all the while; one set's people at a time are, since two sets may show one finger.

ISO/IEC 19795-1:2021, 3.3 and annex on identification; FNIR counts a mate at any rank.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from enroll_tools.datasets import DatasetError
from matcher.comparison.compare import compare
from matcher.comparison.prepared import prepare
from matcher.search.gallery import Gallery
from matcher.search.hits import GalleryHit, SearchOutcome
from matcher.types import FingerPosition, Template

ENROLLED_IMPRESSIONS = range(1, 5)
STAGES = ("retrieve", "vote", "weigh", "verify")
"""What a search does between its checkpoints; from the third on they are those of verifying."""


@dataclass(frozen=True, slots=True, eq=False)
class Print:
    """An impression: whose it is, its number from 1, and its template; None if the service would refuse it."""

    person: str
    impression: int
    template: Template | None


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """One search.

    Attributes:
        probe: the print searched for.
        mate: their hit; None if they were not verified, or are not enrolled.
        other: the best hit of anybody else.
        mate_score: the best score that comparing with all their enrolled impressions gives; 0 in the open set.
        searched: fingers searched.
        verified: impressions that the full comparator saw.
        seconds: of each stage, as ``STAGES``.
    """

    probe: Print
    mate: GalleryHit | None
    other: GalleryHit | None
    mate_score: float
    searched: int
    verified: int
    seconds: tuple[float, ...]

    @property
    def person(self) -> str:
        """Whose print it was."""
        return self.probe.person

    @property
    def is_first(self) -> bool:
        """Whether the person is the best hit."""
        return self.mate is not None and self.mate.score > self.other_score

    @property
    def other_score(self) -> float:
        """Score of the best hit of anybody else; 0 if there is none."""
        return self.other.score if self.other else 0.0

    @property
    def total(self) -> float:
        """Seconds in all."""
        return sum(self.seconds)


@dataclass(frozen=True, slots=True, eq=False)
class Searches:
    """The searches of one run: of the closed set, and of the open set."""

    closed: list[Search]
    opened: list[Search]
    people: int
    enrolled: int
    refused: int


def search_all(
    sets: Sequence[Sequence[Print]], gallery: Gallery, beyond_doubt: float, progress: Callable[[], None] = lambda: None
) -> Searches:
    """Enrol, search, leave out and search again, set after set.

    Args:
        sets: the impressions of each set's people.
        gallery: with the distractors, or empty; as before when done.
        beyond_doubt: see :meth:`matcher.search.gallery.Gallery.search`.
        progress: called after each search: one for each impression that is searched, and one for each impression.

    Raises:
        DatasetError: a set has nobody to enrol, or nobody to search for.
    """
    closed: list[Search] = []
    opened: list[Search] = []
    people, enrolled, refused = 0, 0, 0
    for prints in sets:
        references, probes = _split(prints)
        for number, reference in references.items():
            _enrol(gallery, {number: reference})
        for probe in probes:
            mates = [r.template for r in references.values() if r.person == probe.person and r.template is not None]
            closed.append(_search(gallery, probe, mates, beyond_doubt))
            progress()
        for person in dict.fromkeys(p.person for p in prints):
            own = {number: r for number, r in references.items() if r.person == person}
            gallery.remove(own)
            for probe in prints:
                if probe.person == person:
                    opened.append(_search(gallery, probe, [], beyond_doubt))
                    progress()
            _enrol(gallery, own)
        gallery.remove(references)
        people += len({r.person for r in references.values()})
        enrolled += len(references)
        refused += sum(p.template is None for p in prints)
    return Searches(closed, opened, people, enrolled, refused)


def _split(prints: Sequence[Print]) -> tuple[dict[int, Print], list[Print]]:
    """Return the impressions to enrol by number, and those to search for."""
    references = {i: p for i, p in enumerate(prints) if p.impression in ENROLLED_IMPRESSIONS and p.template is not None}
    probes = [p for p in prints if p.impression not in ENROLLED_IMPRESSIONS]
    if not references or not probes:
        raise DatasetError("identification needs impressions to enrol (1 to 4) and impressions to search for (others)")
    return references, probes


def _enrol(gallery: Gallery, prints: dict[int, Print]) -> None:
    gallery.add(
        list(prints),
        [p.template for p in prints.values() if p.template is not None],
        [p.person for p in prints.values()],
        [FingerPosition.RIGHT_INDEX] * len(prints),
    )


def _search(gallery: Gallery, probe: Print, mates: Sequence[Template], beyond_doubt: float) -> Search:
    if probe.template is None:
        return Search(probe, None, None, 0.0, 0, 0, (0.0,) * len(STAGES))
    marks: list[float] = []
    start = time.perf_counter()
    outcome = gallery.search(
        probe.template, limit=1000, beyond_doubt=beyond_doubt, checkpoint=lambda: marks.append(time.perf_counter())
    )
    seconds = _stages([start, *marks[1:], time.perf_counter()])
    mine, others = _best(outcome, probe.person)
    prepared = prepare(probe.template)
    own = max((compare(prepared, prepare(mate)).score for mate in mates), default=0.0)
    return Search(probe, mine, others, own, outcome.searched, outcome.verified, seconds)


def _stages(marks: Sequence[float]) -> tuple[float, ...]:
    """Return the seconds of each stage; a search that verifies everybody at once has only the first and the last."""
    if len(marks) < len(STAGES) + 1:
        return (0.0, 0.0, 0.0, marks[-1] - marks[0])
    first = np.diff(marks[: len(STAGES)]).tolist()
    return (*first, marks[-1] - marks[len(STAGES) - 1])


def _best(outcome: SearchOutcome, person: str) -> tuple[GalleryHit | None, GalleryHit | None]:
    mine = next((hit for hit in outcome.hits if hit.group == person), None)
    other = next((hit for hit in outcome.hits if hit.group != person), None)
    return mine, other
