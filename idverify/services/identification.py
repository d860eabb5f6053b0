"""Identification, 1:N: who is this?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from idverify.domain import policy
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import (
    Decision,
    Disclosure,
    Features,
    FingerPosition,
    Likeness,
    OperatingPoint,
    Procedure,
    Quality,
    Sample,
)
from idverify.ports import Biometrics, Clock, Gallery, Hit, SearchResult, Store, UnitOfWork
from idverify.services.auditing import Details, entry
from idverify.services.call import Call
from idverify.services.deciding import operating_point
from idverify.services.disclosure import DisclosureService, Proof, disclosed_details
from idverify.services.once import answer_once, remember
from idverify.services.refusing import refusals_audited
from idverify.services.sampling import usable_features

DEFAULT_CANDIDATES = 10
MOST_CANDIDATES = 100
DEFAULT_FPIR = 0.01
FPIR_RANGE = (1e-6, 0.1)


@dataclass(frozen=True, slots=True)
class RankedCandidate:
    """A person found. ``fpir``: false positive identification rate at the score, for this gallery."""

    subject_id: str
    rank: int
    likeness: Likeness
    fpir: float
    position: FingerPosition


@dataclass(frozen=True, slots=True)
class Identified:
    """Outcome of an identification."""

    decision: Decision
    candidates: tuple[RankedCandidate, ...]
    searched_fingers: int
    operating_point: OperatingPoint
    quality: Quality
    disclosure: Disclosure | None
    transaction_id: str


@dataclass(frozen=True, slots=True)
class IdentificationService:
    """Searches, decides at a target FPIR, discloses, audits and remembers."""

    store: Store
    biometrics: Biometrics
    gallery: Gallery
    disclosure: DisclosureService
    clock: Clock

    def identify(
        self,
        call: Call,
        sample: Sample,
        max_candidates: int | None,
        target_fpir: float | None,
        encode: Callable[[Identified], bytes],
    ) -> bytes:
        """Find the people an impression may be of, at most ``max_candidates``, at a target FPIR.

        Raises:
            DomainError: PROCEDURE_NOT_FOUND, SAMPLE_*, FIELD_INVALID, GALLERY_TOO_LARGE_FOR_TARGET_FPIR,
                REQUEST_REPLAYED, DEADLINE_EXCEEDED.
        """
        most = _candidate_limit(max_candidates)
        fpir = _target_fpir(target_fpir)
        procedure = self.disclosure.procedure_of(call)
        # A finger said to be unknown excludes none.
        finger = None if sample.position is FingerPosition.UNKNOWN else sample.position

        def work() -> bytes:
            (probe,) = usable_features(self.biometrics, call, [sample])
            # Two at least: whether the best is the only one decides the answer.
            found = self.gallery.search(probe.template, position=finger, limit=max(most, 2), deadline=call.deadline)
            target = self._target_fmr(fpir, found.searched_fingers, procedure)
            with self.store.transaction() as uow:
                identified = self._conclude(uow, call, probe, found, target, most, procedure)
                body = encode(identified)
                remember(uow, call, body, _sole_subject(identified))
            return body

        with refusals_audited(self.store, self.clock, call):
            return answer_once(self.store, call, work)

    def _target_fmr(self, fpir: float, searched: int, procedure: Procedure | None) -> float:
        target = policy.per_comparison_fmr(fpir, searched)
        if target < policy.LOWEST_CLAIMABLE_FMR:
            raise DomainError(
                Reason.GALLERY_TOO_LARGE_FOR_TARGET_FPIR,
                "one finger cannot carry this target FPIR in a gallery of this size; allow a higher one",
                {"searched_fingers": str(searched)},
            )
        return target if procedure is None else min(target, procedure.target_fmr)

    def _conclude(
        self,
        uow: UnitOfWork,
        call: Call,
        probe: Features,
        found: SearchResult,
        target: float,
        most: int,
        procedure: Procedure | None,
    ) -> Identified:
        # A hit may have been deleted, or not yet committed, since the search: the database has the last word.
        present = [h for h in found.hits if h.likeness.fmr <= target and uow.subjects.get(h.subject_id) is not None]
        decision = _decide(present, probe.quality)
        candidates = tuple(_ranked(h, i + 1, found.searched_fingers) for i, h in enumerate(present[:most]))
        point = operating_point(self.biometrics, target)
        disclosure = None
        if decision is Decision.MATCH and procedure is not None:
            best = candidates[0]
            proof = Proof(best.likeness, point, [probe.quality], [best.position.name])
            disclosure = self.disclosure.disclose(uow, call, best.subject_id, procedure, proof)
        details: Details = {
            "target_fmr": target,
            "searched_fingers": found.searched_fingers,
            "candidates": [c.subject_id for c in candidates],
            "scores": [f"{c.likeness.score:.2f}" for c in candidates],
            "comparator": point.comparator,
            "calibration": point.calibration,
            "quality": probe.quality.score,
        }
        subject_id = candidates[0].subject_id if decision is Decision.MATCH else ""
        uow.audit.append(entry(self.clock, call, decision.value, subject_id, details | disclosed_details(disclosure)))
        return Identified(
            decision, candidates, found.searched_fingers, point, probe.quality, disclosure, call.context.transaction_id
        )


def _candidate_limit(requested: int | None) -> int:
    if requested is None:
        return DEFAULT_CANDIDATES
    if not 1 <= requested <= MOST_CANDIDATES:
        raise DomainError(Reason.FIELD_INVALID, "max_candidates must be 1 to 100", {"field": "max_candidates"})
    return requested


def _target_fpir(requested: float | None) -> float:
    if requested is None:
        return DEFAULT_FPIR
    low, high = FPIR_RANGE
    if not low <= requested <= high:
        raise DomainError(Reason.FIELD_INVALID, "target_fpir must be 1e-6 to 0.1", {"field": "target_fpir"})
    return requested


def _decide(present: Sequence[Hit], quality: Quality) -> Decision:
    if len(present) == 1:
        return Decision.MATCH
    if present or policy.is_thin(quality):
        return Decision.INCONCLUSIVE
    return Decision.NO_MATCH


def _ranked(hit: Hit, rank: int, searched: int) -> RankedCandidate:
    return RankedCandidate(hit.subject_id, rank, hit.likeness, policy.fpir_at(hit.likeness.fmr, searched), hit.position)


def _sole_subject(identified: Identified) -> str | None:
    """The reply holds personal data only if it discloses; then it is sealed under that citizen's key."""
    return identified.candidates[0].subject_id if identified.disclosure else None
