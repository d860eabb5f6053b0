"""Everybody who is enrolled, searched among all others: who is enrolled twice?"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from idverify.domain import policy
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Features, Likeness
from idverify.ports import Biometrics, Gallery, Store
from idverify.services.calls.call import Call
from idverify.services.prints.duplicates import ENROLMENT_FPIR, MOST_SUSPECTS, best_of_each_finger
from idverify.services.prints.probes import Probe, prepared_probes
from idverify.services.prints.searching import PeopleSearch
from idverify.services.prints.sweep import Pair, Sweep

MOST_PAIRS = 1000
"""Listed in the result; all are counted."""

_PAGE = 100

_Searched = tuple[int, str, list[tuple[str, Likeness]]]
"""Somebody's place, their subject id, and who is like them."""

_FPIR_RANGE = (1e-6, 0.1)


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
    """Searches for everybody; who is enrolled or deleted meanwhile may or may not be seen.

    Attributes:
        store, biometrics, gallery: what is searched with.
        at_once: people who are searched for at the same time.
    """

    store: Store
    biometrics: Biometrics
    gallery: Gallery
    at_once: int = 1

    def run(
        self, call: Call, sweep: Sweep, progress: Callable[[int, int, int], None], give_way: Callable[[], None]
    ) -> FoundPairs:
        """Search everybody whom a search has not come to yet.

        Args:
            call: whose deadline is asked at every step.
            sweep: as far as it is; it goes on with every person, and is right whenever it is cut off.
            progress: told after each person how many are done, how many there are, and how many pairs were found.
            give_way: called before each person.

        Raises:
            DomainError: GALLERY_INCOMPLETE if a part of the gallery does not answer.
        """
        with self.store.reading() as view:
            total = view.subjects.count(citizens_only=True)
            sweep.leave_out({one for one in sweep.subjects() if view.subjects.get(one) is None})
        progress(sweep.people, max(sweep.people, total), len(sweep.pairs))
        for place, subject_id, alike in self._searched(call, sweep, give_way):
            for other, likeness in alike:
                sweep.found(subject_id, other, likeness)
            sweep.searched(place)
            progress(sweep.people, max(sweep.people, total), len(sweep.pairs))
        ranked = sorted(sweep.pairs.values(), key=lambda pair: pair.likeness.fmr)
        return FoundPairs(tuple(ranked[:MOST_PAIRS]), len(sweep.pairs), sweep.people)

    def begun(self, target_fpir: float | None) -> Sweep:
        """Return a search that has come to nobody yet. Raises DomainError FIELD_INVALID."""
        return Sweep(sweep_target(target_fpir), self._comparator)

    def going_on(self, kept: bytes, target_fpir: float | None) -> Sweep:
        """Return a search as far as it was.

        Raises:
            DomainError: FIELD_INVALID: it was for another target, or by another comparator.
            StoredDataError: it does not decode.
        """
        sweep = Sweep.decoded(kept)
        if target_fpir is not None and sweep_target(target_fpir) != sweep.target_fpir:
            raise _other("target_fpir", "target_fpir is another than that of the search that is to go on")
        if sweep.comparator != self._comparator:
            raise _other("continue_operation", "another comparator began that search: start one anew")
        return sweep

    @property
    def _comparator(self) -> str:
        return f"{self.biometrics.comparator_id} {self.biometrics.calibration_id}"

    def _searched(self, call: Call, sweep: Sweep, give_way: Callable[[], None]) -> Iterator[_Searched]:
        """Yield everybody in order, though several are searched at once: none is passed over by one after them."""

        def search(place: int, subject_id: str, probes: list[Probe]) -> _Searched:
            return place, subject_id, list(self._alike(call, subject_id, probes, sweep.target_fpir))

        under_way: deque[Future[_Searched]] = deque()
        with ThreadPoolExecutor(self.at_once, "duplicates") as pool:
            try:
                for person in self._people(sweep.after):
                    give_way()
                    call.deadline.check()
                    under_way.append(pool.submit(search, *person))
                    if len(under_way) == self.at_once:
                        yield under_way.popleft().result()
                while under_way:
                    yield under_way.popleft().result()
            finally:
                pool.shutdown(cancel_futures=True)

    def _people(self, after: int) -> Iterator[tuple[int, str, list[Probe]]]:
        while True:
            with self.store.reading() as view:
                people = view.subjects.page(after, _PAGE, citizens_only=True)
                stored = [(person, view.subjects.templates(person.subject_id)) for person in people]
            if not people:
                return
            for person, templates in stored:
                best = best_of_each_finger(
                    [Features(t.position, t.template, t.quality, t.extractor) for t in templates]
                )
                if best:
                    yield person.ordinal, person.subject_id, prepared_probes(self.biometrics, best)
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


def _other(field: str, what: str) -> DomainError:
    return DomainError(Reason.FIELD_INVALID, what, {"field": field})
