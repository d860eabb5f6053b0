"""1:N on a set of several impressions a finger: the first four enrolled, the others searched; every finger a person.

Closed set: is the right person first, and found at the threshold (FNIR)? Open set: each person in turn is taken out of
the gallery and searched for: how often is somebody found (FPIR)?

Extraction, gallery, claims and threshold are the service's own. An impression that the service would refuse is not
enrolled, and a probe that it would refuse finds nobody: a miss in the closed set, nothing in the open set.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from idverify.biometrics import MatcherGallery
from idverify.domain import policy
from idverify.domain.model import Features, FingerPosition, Quality, StoredTemplate
from idverify.ports import SearchResult

ENROLLED_IMPRESSIONS = range(1, 5)


@dataclass(frozen=True, slots=True, eq=False)
class Print:
    """An impression: whose it is, its number from 1, and what was extracted; None if the service would refuse it."""

    person: str
    impression: int
    features: Features | None


@dataclass(frozen=True, slots=True)
class IdentificationReport:
    """Figures of one run; rates as fractions.

    Attributes:
        people: enrolled, without distractors.
        enrolled: impressions enrolled, distractors included.
        fingers: what a search of the closed set is among, distractors included.
        probes: of the closed set; the open set has as many.
        refused: of all impressions, enrolled or searched.
        rank1: part of the probes whose person is first.
        shortlisted: part of the probes whose person was verified at all.
        fnir: part of the probes whose person is not found at the threshold.
        fpir: part of the probes that find somebody at the threshold while their person is not enrolled.
        lowest_stranger_fmr: the strongest false claim of the open set.
        search_ms_median: time of a search.
    """

    people: int
    enrolled: int
    fingers: int
    probes: int
    refused: int
    rank1: float
    shortlisted: float
    fnir: float
    fpir: float
    lowest_stranger_fmr: float
    search_ms_median: float


@dataclass(frozen=True, slots=True)
class _Search:
    """One search: whose print, what came, how long it took. ``found`` None: the service refuses the print."""

    person: str
    found: SearchResult | None
    seconds: float

    def rank(self) -> int | None:
        """Return the place of the person; None if the search did not verify anything of theirs."""
        hits = self.found.hits if self.found else ()
        return next((place for place, hit in enumerate(hits, 1) if hit.subject_id == self.person), None)

    def candidates(self, target_fpir: float) -> set[str]:
        """Return whom the service would name."""
        if self.found is None:
            return set()
        threshold = policy.per_comparison_fmr(target_fpir, self.found.searched_fingers)
        return {hit.subject_id for hit in self.found.hits if hit.likeness.fmr <= threshold}

    def strongest_fmr(self) -> float:
        """Return the best claim about anybody."""
        return min((hit.likeness.fmr for hit in self.found.hits), default=1.0) if self.found else 1.0


def evaluate(
    prints: Sequence[Print],
    gallery: MatcherGallery,
    target_fpir: float,
    distractors: Sequence[bytes] = (),
    progress: Callable[[], None] = lambda: None,
) -> IdentificationReport:
    """Enrol, search, leave out and search again.

    Args:
        prints: all impressions of all people.
        gallery: empty; left filled.
        target_fpir: the rate claimed.
        distractors: templates of people who are nobody, one finger each.
        progress: called after each search, two a probe.

    Raises:
        ValueError: nobody to enrol, or nobody to search for.
    """
    enrolled = [_stored(i, p) for i, p in enumerate(prints) if p.impression in ENROLLED_IMPRESSIONS and p.features]
    probes = [p for p in prints if p.impression not in ENROLLED_IMPRESSIONS]
    if not enrolled or not probes:
        raise ValueError("identification needs impressions to enrol (1 to 4) and impressions to search for (others)")
    gallery.add(enrolled)
    gallery.add([_nobody(len(prints) + i, template) for i, template in enumerate(distractors)])
    closed = [_search(gallery, probe, progress) for probe in probes]
    strangers: list[_Search] = []
    for person in dict.fromkeys(p.person for p in probes):
        own = [t for t in enrolled if t.subject_id == person]
        gallery.remove([t.template_id for t in own])
        strangers += [_search(gallery, probe, progress) for probe in probes if probe.person == person]
        gallery.add(own)
    return IdentificationReport(
        people=len({t.subject_id for t in enrolled}),
        enrolled=len(gallery),
        fingers=max(s.found.searched_fingers if s.found else 0 for s in closed),
        probes=len(probes),
        refused=sum(p.features is None for p in prints),
        rank1=float(np.mean([s.rank() == 1 for s in closed])),
        shortlisted=float(np.mean([s.rank() is not None for s in closed])),
        fnir=float(np.mean([s.person not in s.candidates(target_fpir) for s in closed])),
        fpir=float(np.mean([bool(s.candidates(target_fpir)) for s in strangers])),
        lowest_stranger_fmr=min(s.strongest_fmr() for s in strangers),
        search_ms_median=1e3 * float(np.median([s.seconds for s in closed])),
    )


class _NoDeadline:
    def check(self) -> None:
        """Let the search go on."""


def _search(gallery: MatcherGallery, probe: Print, progress: Callable[[], None]) -> _Search:
    start = time.perf_counter()
    found = None
    if probe.features is not None:
        found = gallery.search(probe.features.template, position=None, limit=len(gallery) + 1, deadline=_NoDeadline())
    progress()
    return _Search(probe.person, found, time.perf_counter() - start)


def _stored(number: int, of: Print) -> StoredTemplate:
    assert of.features is not None, "refused impressions are not enrolled"
    features = of.features
    return StoredTemplate(
        number, of.person, FingerPosition.RIGHT_INDEX, features.template, features.quality, features.extractor
    )


def _nobody(number: int, template: bytes) -> StoredTemplate:
    unjudged = Quality(0, "none", 0, (), usable=True)
    return StoredTemplate(number, f"nobody {number}", FingerPosition.RIGHT_INDEX, template, unjudged, "distractor")
