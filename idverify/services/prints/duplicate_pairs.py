"""Everybody who is enrolled, searched among all others: who is enrolled twice?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from idverify.domain import policy
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Features, Likeness
from idverify.ports import Biometrics, Gallery, Store
from idverify.services.calls.call import Call
from idverify.services.prints.duplicates import ENROLMENT_FPIR, MOST_SUSPECTS, best_of_each_finger
from idverify.services.prints.probes import Probe, prepared_probes
from idverify.services.prints.searching import PeopleSearch

MOST_PAIRS = 1000
"""Listed in the result; all are counted."""

_PAGE = 100
_FPIR_RANGE = (1e-6, 0.1)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people who may be one."""

    subject_id: str
    other_subject_id: str
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class FoundPairs:
    """The surest pairs, surest first; how many there are; and how many people were searched."""

    pairs: tuple[Pair, ...]
    found: int
    people: int


def sweep_target(requested: float | None) -> float:
    """Return the target FPIR of each person's search. Raises DomainError FIELD_INVALID."""
    if requested is None:
        return ENROLMENT_FPIR
    low, high = _FPIR_RANGE
    if not low <= requested <= high:
        raise DomainError(Reason.FIELD_INVALID, "target_fpir must be 1e-6 to 0.1", {"field": "target_fpir"})
    return requested


@dataclass(frozen=True, slots=True)
class PairSearch:
    """Searches one person after another; who is enrolled or deleted meanwhile may or may not be seen."""

    store: Store
    biometrics: Biometrics
    gallery: Gallery

    def run(
        self, call: Call, target_fpir: float, progress: Callable[[int, int, int], None], give_way: Callable[[], None]
    ) -> FoundPairs:
        """Search everybody.

        Args:
            call: whose deadline is asked at every step.
            target_fpir: of each person's search.
            progress: told after each person how many are done, how many there are, and how many pairs were found.
            give_way: called before each person.

        Raises:
            DomainError: GALLERY_INCOMPLETE if a part of the gallery does not answer.
        """
        with self.store.reading() as view:
            total = view.subjects.count(citizens_only=True)
        progress(0, total, 0)
        pairs: dict[tuple[str, str], Pair] = {}
        done = 0
        for subject_id, probes in self._people():
            give_way()
            call.deadline.check()
            for other, likeness in self._alike(call, subject_id, probes, target_fpir):
                one, two = sorted((subject_id, other))
                known = pairs.get((one, two))
                if known is None or likeness.fmr < known.likeness.fmr:
                    pairs[one, two] = Pair(one, two, likeness)
            done += 1
            progress(done, max(done, total), len(pairs))
        ranked = sorted(pairs.values(), key=lambda pair: pair.likeness.fmr)
        return FoundPairs(tuple(ranked[:MOST_PAIRS]), len(pairs), done)

    def _people(self) -> Iterator[tuple[str, list[Probe]]]:
        after = 0
        while True:
            with self.store.reading() as view:
                people = view.subjects.page(after, _PAGE, citizens_only=True)
                stored = {person.subject_id: view.subjects.templates(person.subject_id) for person in people}
            if not people:
                return
            for subject_id, templates in stored.items():
                best = best_of_each_finger(
                    [Features(t.position, t.template, t.quality, t.extractor) for t in templates]
                )
                if best:
                    yield subject_id, prepared_probes(self.biometrics, best)
            after = people[-1].ordinal

    def _alike(
        self, call: Call, subject_id: str, probes: list[Probe], target_fpir: float
    ) -> Iterator[tuple[str, Likeness]]:
        search = PeopleSearch(self.store, self.biometrics, self.gallery)
        found = search.search(call, probes, MOST_SUSPECTS, exclude=subject_id)
        found.require_complete()
        wanted = policy.per_comparison_fmr(target_fpir, found.comparisons)
        target = max(wanted, policy.lowest_claimable_fmr(found.probes))
        yield from ((person.subject_id, person.claim) for person in found.people if person.claim.fmr <= target)
