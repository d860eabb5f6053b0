"""1:N on a set of eight impressions a finger: 1 to 4 enrolled, 5 to 8 searched; every finger a person.

Closed set: is the right person at rank 1? Open set: each person in turn is taken out of the gallery and searched for:
how often is somebody found (FPIR), and how often is an enrolled person not found at that threshold (FNIR)?

The threshold is what the service uses: a target FPIR becomes a target false match rate per finger,
``FMR = 1 - (1 - FPIR)^(1/N)``, with N the enrolled *fingers* searched. Four impressions of one finger are four chances
that are far from independent; they count as one finger, and the claim about the best of them is corrected where it is
made, by ``combine_impressions``. Counting impressions as N and correcting as well would pay twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.stored_templates import NamedTemplate
from matcher.enrolled import GalleryHit, SearchOutcome
from matcher.gallery import Gallery
from matcher.types import Template

ENROLLED_IMPRESSIONS = range(1, 5)

SAME_FINGER = {"fvc2004_DB3_B/102": "fvc2002_DB3_B/108"}
"""Fingers that two of the published sets share. Found here: all impressions match across the sets, at scores of
genuine pairs. Pooled, they are one person."""

ClaimedFmr = Callable[[GalleryHit], float]


@dataclass(frozen=True, slots=True)
class IdentificationReport:
    """Figures of one run; rates as fractions.

    Attributes:
        people: enrolled.
        enrolled: impressions enrolled, distractors included.
        probes: searches of the closed set; the open set has as many.
        rank1: part of the probes whose person is first.
        shortlisted: part of the probes whose person was verified at all.
        fpir: part of the searches for people not enrolled that found somebody at the threshold.
        fnir: part of the searches for enrolled people that did not find them at the threshold.
        lowest_stranger_fmr: the strongest false claim of the open set.
        milliseconds: median time of a search.
        verified: mean number of impressions verified in a search.
    """

    people: int
    enrolled: int
    probes: int
    rank1: float
    shortlisted: float
    fpir: float
    fnir: float
    lowest_stranger_fmr: float
    milliseconds: float
    verified: float


def person_of(finger: str) -> str:
    """Return the person a finger counts as."""
    return SAME_FINGER.get(finger, finger)


def evaluate(
    named: Sequence[NamedTemplate],
    gallery: Gallery,
    claimed_fmr: ClaimedFmr,
    target_fpir: float,
    strangers: Sequence[Template] = (),
) -> IdentificationReport:
    """Enrol, search, leave out and search again; ``gallery`` must be empty and is left filled.

    Args:
        named: impressions; those numbered 1 to 4 are enrolled.
        gallery: an empty gallery.
        claimed_fmr: turns a hit into the false match rate claimed for its finger.
        target_fpir: rate of searches for strangers that may find somebody.
        strangers: further people to enrol, one impression each.
    """
    people = {name: i for i, name in enumerate(sorted({person_of(n.finger) for n in named}))}
    persons = [people[person_of(n.finger)] for n in named]
    enrolled = [i for i, n in enumerate(named) if n.impression in ENROLLED_IMPRESSIONS]
    probes = [i for i, n in enumerate(named) if n.impression not in ENROLLED_IMPRESSIONS]
    _enrol(gallery, named, enrolled, persons)
    first = len(named)
    ids = range(first, first + len(strangers))
    gallery.add(ids, strangers, [len(people) + i for i in range(len(strangers))], [1] * len(strangers))

    timed = [_timed(gallery, named[i].template) for i in probes]
    places = [_rank(outcome, persons[i]) for i, (outcome, _) in zip(probes, timed, strict=True)]
    found = [
        _found(outcome, claimed_fmr, target_fpir, persons[i]) for i, (outcome, _) in zip(probes, timed, strict=True)
    ]
    false_claims, false_finds = [], []
    for person in range(len(people)):
        gallery.remove_group(person)
        for i in (i for i in probes if persons[i] == person):
            outcome = gallery.search(named[i].template, limit=10)
            false_claims.append(min((claimed_fmr(h) for h in outcome.hits), default=1.0))
            false_finds.append(false_claims[-1] <= per_finger_fmr(target_fpir, outcome.searched))
        _enrol(gallery, named, [i for i in enrolled if persons[i] == person], persons)
    return IdentificationReport(
        people=len(people),
        enrolled=len(gallery),
        probes=len(probes),
        rank1=float(np.mean([p == 1 for p in places])),
        shortlisted=float(np.mean([p is not None for p in places])),
        fpir=float(np.mean(false_finds)),
        fnir=1 - float(np.mean(found)),
        lowest_stranger_fmr=min(false_claims),
        milliseconds=1e3 * float(np.median([seconds for _, seconds in timed])),
        verified=float(np.mean([outcome.verified for outcome, _ in timed])),
    )


def per_finger_fmr(target_fpir: float, searched: int) -> float:
    """Return the false match rate per finger that keeps the target over ``searched`` independent fingers."""
    return float(-np.expm1(np.log1p(-target_fpir) / max(searched, 1)))


def _enrol(gallery: Gallery, named: Sequence[NamedTemplate], which: Sequence[int], persons: Sequence[int]) -> None:
    gallery.add(which, [named[i].template for i in which], [persons[i] for i in which], [1] * len(which))


def _timed(gallery: Gallery, probe: Template) -> tuple[SearchOutcome, float]:
    start = time.perf_counter()
    outcome = gallery.search(probe, limit=len(gallery))
    return outcome, time.perf_counter() - start


def _rank(outcome: SearchOutcome, person: int) -> int | None:
    return next((place for place, hit in enumerate(outcome.hits, 1) if hit.group == person), None)


def _found(outcome: SearchOutcome, claimed_fmr: ClaimedFmr, target_fpir: float, person: int) -> bool:
    threshold = per_finger_fmr(target_fpir, outcome.searched)
    return any(hit.group == person and claimed_fmr(hit) <= threshold for hit in outcome.hits)
