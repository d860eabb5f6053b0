"""Identification, 1:N: who is this?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from idverify.domain import policy
from idverify.domain.attempts import FAILURE, AttemptsLeft
from idverify.domain.citizens.states import require_active
from idverify.domain.errors import DomainError, Reason
from idverify.domain.guidance.next_capture import after_decision
from idverify.domain.model import (
    CitizenState,
    Decision,
    Disclosure,
    Features,
    FingerPosition,
    Likeness,
    NextStep,
    OperatingPoint,
    Procedure,
    Quality,
    Sample,
)
from idverify.domain.same_finger import repeated
from idverify.domain.telling import is_sure_match, sees_all
from idverify.ports import Biometrics, Clock, Gallery, Store, UnitOfWork
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.attempts.replays import ReplayGuard, replayed
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.refusing import Concern
from idverify.services.citizens import is_enrolled
from idverify.services.disclosure import DisclosureService, Proof, disclosed_details
from idverify.services.prints.deciding import operating_point
from idverify.services.prints.fingers import EnrolledFingers, compare_fingers
from idverify.services.prints.probes import Probe, prepared_probes, repeated_details
from idverify.services.prints.sampling import require_count, require_distinct_fingers, usable_features
from idverify.services.prints.searching import FoundPeople, FoundPerson, PeopleSearch
from idverify.services.prints.unpacking import probes_unpacked
from idverify.services.sources.gathering import Gathered

MOST_PROBES = 10
"""One sample a finger."""

DEFAULT_CANDIDATES = 10
MOST_CANDIDATES = 100
DEFAULT_FPIR = 0.01
FPIR_RANGE = (1e-6, 0.1)


@dataclass(frozen=True, slots=True)
class CandidateFinger:
    """A finger that a candidate's score rests on. ``likeness`` None: not told."""

    position: FingerPosition
    likeness: Likeness | None


@dataclass(frozen=True, slots=True)
class RankedCandidate:
    """A person found, as the caller is told.

    Attributes:
        subject_id: who.
        rank: 1 is the best.
        likeness: None: not told.
        fpir: false positive identification rate at the score, for this gallery; None: not told.
        fingers: what the score rests on, best first.
    """

    subject_id: str
    rank: int
    likeness: Likeness | None
    fpir: float | None
    fingers: tuple[CandidateFinger, ...]

    @property
    def position(self) -> FingerPosition:
        """The finger that matched best."""
        return self.fingers[0].position


@dataclass(frozen=True, slots=True)
class Identified:
    """Outcome of an identification.

    ``comparisons``: what the FPIR was shared out over; ``qualities``: of the probes; ``attempts`` None: after a match,
    and to a tester; ``repeated_samples``: of the finger of an earlier sample, whatever they state; ``event``: of the
    audit trail, which proves the answer; ``searched_share``: of what should have been searched.
    """

    decision: Decision
    candidates: tuple[RankedCandidate, ...]
    searched_fingers: int
    comparisons: int
    operating_point: OperatingPoint
    qualities: tuple[Quality, ...]
    disclosure: Disclosure | None
    transaction_id: str
    attempts: AttemptsLeft | None
    repeated_samples: tuple[int, ...]
    event: int = 0
    searched_share: float = 1.0

    @property
    def next(self) -> NextStep | None:
        """What the officer does next; None after a match."""
        advice = (item for quality in self.qualities for item in quality.advice)
        return after_decision(self.decision, advice, (), self.attempts)


@dataclass(frozen=True, slots=True)
class IdentificationService:
    """Searches, decides at a target FPIR, discloses, audits and remembers."""

    store: Store
    biometrics: Biometrics
    gallery: Gallery
    disclosure: DisclosureService
    attempts: AttemptGuard
    replays: ReplayGuard
    clock: Clock

    def identify(
        self,
        call: Call,
        samples: Sequence[Sample],
        max_candidates: int | None,
        target_fpir: float | None,
        encode: Callable[[Identified], bytes],
    ) -> bytes:
        """Find the people whom impressions of different fingers may be of, at a target FPIR.

        Raises:
            DomainError: PROCEDURE_NOT_FOUND, ASSURANCE_UNREACHABLE, SAMPLE_*, FINGER_*, FIELD_MISSING, FIELD_INVALID,
                GALLERY_TOO_LARGE_FOR_TARGET_FPIR, ATTEMPTS_*, REQUEST_REPLAYED, DEADLINE_EXCEEDED, CONSENT_*;
                what ``encode`` raises, with which nothing is kept or counted unless it is on the record;
                AUTH_LOCKED_BY_SUBJECT, SUBJECT_DEACTIVATED, SUBJECT_DECEASED if the one who is surely found is.
        """
        samples = probes_unpacked(self.biometrics, call, samples, MOST_PROBES)
        require_count(samples, MOST_PROBES)
        require_distinct_fingers(samples)
        most = candidate_limit(max_candidates)
        fpir = stated_fpir(target_fpir)

        def work(about: Concern) -> bytes:
            with self.store.reading() as view:
                procedure = self.disclosure.procedure_of(view, call)
                self.attempts.require_open(view, call, about)
            features = usable_features(self.biometrics, call, samples)
            with self.store.reading() as view:
                self.replays.require_new(view, call, features)
            probes = prepared_probes(self.biometrics, features)
            # Two at least: whether the best is the only one decides the answer.
            found = PeopleSearch(self.store, self.biometrics, self.gallery).search(call, probes, max(most, 2))
            target = target_of_search(fpir, found, procedure)
            reaching = [person for person in found.people if person.claim.fmr <= target]
            sole = reaching[0].subject_id if len(reaching) == 1 else ""
            with self.store.reading() as view:
                asks = bool(sole) and view.changes.state_of(sole) is CitizenState.ACTIVE
                asking = self.disclosure.asking(view, call, sole, procedure) if procedure and asks else None
            gathered = self.disclosure.gather(call, asking)
            with self.store.transaction() as uow:
                self.replays.note_new(uow, call, features)
                # Rolled back with a refusal; what was compared counts all the same.
                about.on_refusal = partial(self._in_vain, call=call, about=about, features=features)
                identified = self._conclude(uow, call, about, probes, found, target, most, procedure, gathered)
                if identified.decision is Decision.MATCH:
                    self._require_no_copy(uow, call, about, probes, reaching)
                    self.replays.shown(uow, call, about.subject_id, features)
                body = encode(identified)
                remember(uow, call, body, _sole_subject(identified))
            return body

        return answer_once(self.store, self.clock, call, work)

    def _in_vain(self, uow: UnitOfWork, call: Call, about: Concern, features: Sequence[Features]) -> None:
        self.replays.note(uow, call, features)
        self.attempts.failed(uow, call, about, FAILURE)

    def _require_no_copy(
        self, uow: UnitOfWork, call: Call, about: Concern, probes: Sequence[Probe], reaching: Sequence[FoundPerson]
    ) -> None:
        """Refuse what was made of an enrolled or earlier impression of the person found; it counts.

        Raises:
            DomainError: SAMPLE_REPLAYED.
        """
        if sees_all(call.caller):
            return
        # What is a copy is found by what it is a copy of: their other fingers need no comparison.
        found = {f.position for person in reaching if person.subject_id == about.subject_id for f in person.fingers}
        enrolled = EnrolledFingers([t for t in uow.subjects.templates(about.subject_id) if t.position in found])
        copies = self.replays.are_copies(self.replays.recent(uow, call, about.subject_id), probes)
        for index, (probe, copied) in enumerate(zip(probes, copies, strict=True)):
            fingers = compare_fingers(self.biometrics, call, [probe], enrolled)
            if copied or any(finger.likeness.copied for finger in fingers):
                raise replayed(index)

    # Many parameters: what was shown, what was found, and what was gathered before the transaction.
    def _conclude(
        self,
        uow: UnitOfWork,
        call: Call,
        about: Concern,
        probes: Sequence[Probe],
        found: FoundPeople,
        target: float,
        most: int,
        procedure: Procedure | None,
        gathered: Gathered,
    ) -> Identified:
        # Who was found may have been deleted, or not yet committed, since the search: the database has the last word.
        reaching = [p for p in found.people if p.claim.fmr <= target]
        present = [p for p in reaching if is_enrolled(uow, p.subject_id)]
        qualities = tuple(probe.quality for probe in probes)
        decision = policy.decide_search(len(present), qualities, complete=found.complete)
        withheld = _withheld(uow, call, about, present[0]) if decision is Decision.MATCH else {}
        if withheld:
            present, decision = [], policy.decide_search(0, qualities, complete=found.complete)
        listed = present[:most]
        sure = bool(listed) and is_sure_match(decision, listed[0].claim)
        tells = sure or sees_all(call.caller)
        # A citizen who may not be tried by number is not found without it either.
        about.subject_id = listed[0].subject_id if decision is Decision.MATCH else ""
        left = None
        if sure:
            self.attempts.matched(uow, call, about)
        elif present or found.complete:
            left = self.attempts.failed(uow, call, about, policy.weight_of_failure(qualities))
        else:  # that nobody was found is the gallery's failure; who is withheld counts as nobody, and is not told by it
            left = self.attempts.left(uow, call, about)
        candidates = tuple(_ranked(p, i + 1, found.comparisons, tells) for i, p in enumerate(listed))
        point = operating_point(self.biometrics, target)
        disclosure = None
        if decision is Decision.MATCH and procedure is not None:
            best = listed[0]
            proof = Proof(best.claim, point, qualities, [finger.position.name for finger in best.fingers])
            asking = self.disclosure.asking(uow, call, best.subject_id, procedure)
            disclosure = self.disclosure.disclose(uow, call, asking, proof, gathered)
        repeats = repeated(probe.finger for probe in probes)
        details = search_details(found, listed, point, qualities)
        details |= disclosed_details(disclosure) | repeated_details(repeats) | withheld
        event = uow.audit.append(entry(self.clock, call, decision.value, about.subject_id, details))
        return Identified(
            decision,
            candidates,
            found.searched_fingers,
            found.comparisons,
            point,
            qualities,
            disclosure,
            call.context.transaction_id,
            left,
            repeats,
            event.sequence,
            found.searched_share,
        )


def target_of_search(fpir: float, found: FoundPeople, procedure: Procedure | None = None) -> float:
    """Return the FMR to decide a search at, from its FPIR. Raises DomainError GALLERY_TOO_LARGE_FOR_TARGET_FPIR."""
    target = policy.per_comparison_fmr(fpir, found.comparisons)
    lowest = policy.lowest_claimable_fmr(found.probes)
    if target < lowest:
        metadata = {
            "searched_fingers": str(found.searched_fingers),
            "lowest_target_fpir": f"{policy.fpir_at(lowest, found.comparisons):.2g}",
        }
        needed = policy.fingers_needed(target)
        if needed is not None:
            metadata["fingers_needed"] = str(needed)
        raise DomainError(
            Reason.GALLERY_TOO_LARGE_FOR_TARGET_FPIR,
            "so few fingers cannot carry this target FPIR in a gallery of this size; send more fingers of the person, "
            "or allow a higher one",
            metadata,
        )
    return target if procedure is None else min(target, procedure.target_fmr)


def candidate_limit(requested: int | None) -> int:
    """Return how many candidates are told at most. Raises DomainError FIELD_INVALID."""
    if requested is None:
        return DEFAULT_CANDIDATES
    if not 1 <= requested <= MOST_CANDIDATES:
        raise DomainError(Reason.FIELD_INVALID, "max_candidates must be 1 to 100", {"field": "max_candidates"})
    return requested


def stated_fpir(requested: float | None) -> float:
    """Return the FPIR that a search is decided at. Raises DomainError FIELD_INVALID."""
    if requested is None:
        return DEFAULT_FPIR
    low, high = FPIR_RANGE
    if not low <= requested <= high:
        raise DomainError(Reason.FIELD_INVALID, "target_fpir must be 1e-6 to 0.1", {"field": "target_fpir"})
    return requested


def search_details(
    found: FoundPeople, listed: Sequence[FoundPerson], point: OperatingPoint, qualities: Sequence[Quality]
) -> Details:
    """Return what the audit trail keeps of a search."""
    partial: Details = {} if found.complete else {"searched_share": round(found.searched_share, 6)}
    return {
        **partial,
        "target_fmr": point.target_fmr,
        "probes": found.probes,
        "searched_fingers": found.searched_fingers,
        "comparisons": found.comparisons,
        "candidates": [person.subject_id for person in listed],
        "scores": [f"{person.claim.score:.2f}" for person in listed],
        "comparator": point.comparator,
        "calibration": point.calibration,
        "quality": max(quality.score for quality in qualities),
    }


def _withheld(uow: UnitOfWork, call: Call, about: Concern, found: FoundPerson) -> Details:
    """Refuse who is surely found and not active; return what the trail keeps of one who is found, but not surely.

    Such a one is not told: at one target after another it would say how near a print comes. Of who is active: nothing.

    Raises:
        DomainError: AUTH_LOCKED_BY_SUBJECT, SUBJECT_DEACTIVATED, SUBJECT_DECEASED.
    """
    try:
        require_active(uow.changes.state_of(found.subject_id))
    except DomainError as refusal:
        if is_sure_match(Decision.MATCH, found.claim) or sees_all(call.caller):
            about.subject_id = found.subject_id
            raise
        return {"withheld": found.subject_id, "reason": refusal.reason.code, "scores": [f"{found.claim.score:.2f}"]}
    return {}


def _ranked(person: FoundPerson, rank: int, comparisons: int, tells: bool) -> RankedCandidate:
    told = [(f.position, policy.claimable(f.likeness, 1) if tells else None) for f in person.fingers]
    fingers = tuple(CandidateFinger(*finger) for finger in told)
    if not tells:
        return RankedCandidate(person.subject_id, rank, None, None, fingers)
    fpir = policy.fpir_at(person.claim.fmr, comparisons)
    return RankedCandidate(person.subject_id, rank, person.claim, fpir, fingers)


def _sole_subject(identified: Identified) -> str | None:
    """The reply holds personal data only if it discloses; then it is sealed under that citizen's key."""
    return identified.candidates[0].subject_id if identified.disclosure else None
