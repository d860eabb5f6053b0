"""Verification, 1:1: is this the person who bears the number?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

from idverify.domain import policy
from idverify.domain.attempts import FAILURE, AttemptsLeft
from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.citizens.fingers import spared
from idverify.domain.citizens.states import require_active
from idverify.domain.citizens.virtual_numbers import is_virtual
from idverify.domain.disclosing.decision import Asking
from idverify.domain.errors import DomainError, Reason
from idverify.domain.guidance.next_capture import after_decision
from idverify.domain.model import (
    NOTHING_BESIDES,
    AttestedCapture,
    CitizenState,
    Consent,
    Decision,
    Disclosure,
    FactorsShown,
    Features,
    FingerPosition,
    Likeness,
    MinutiaeSample,
    NextStep,
    OperatingPoint,
    Procedure,
    Quality,
    Sample,
)
from idverify.domain.same_finger import repeated
from idverify.domain.telling import is_sure_match, sees_all, sees_figures
from idverify.ports import Biometrics, Clock, Store, UnitOfWork
from idverify.services.attempts.bearer import bearer_of
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.attempts.replays import ReplayGuard, replayed
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once_seen, remember
from idverify.services.calls.refusing import Concern, nothing_besides
from idverify.services.citizens import subject_of, use_up
from idverify.services.disclosure import (
    DisclosureService,
    Proof,
    besides_details,
    disclosed_details,
    require_consent,
)
from idverify.services.prints.deciding import operating_point
from idverify.services.prints.fingers import ComparedFinger, EnrolledFingers, compare_fingers, counted, decided
from idverify.services.prints.probes import Probe, prepared_probes, repeated_details
from idverify.services.prints.sampling import require_count, require_distinct_fingers, usable_features
from idverify.services.prints.unpacking import probes_unpacked
from idverify.services.sources.gathering import NOTHING, Gathered

MOST_PROBES = 10
"""One sample a finger."""


@dataclass(frozen=True, slots=True)
class FingerOutcome:
    """Result for one probe: the enrolled finger it is most like.

    Attributes:
        position: of that finger; to whom figures are not told, the one that the probe states.
        decision: on this probe alone; None: not told.
        likeness: of both; None: not told.
        quality: of the probe.
        enrolled_quality: of the finger's best impression.
    """

    position: FingerPosition | None
    decision: Decision | None
    likeness: Likeness | None
    quality: Quality
    enrolled_quality: Quality


@dataclass(frozen=True, slots=True)
class Verified:
    """Outcome of a verification, as the caller is told it.

    ``likeness`` None: not told; ``attempts`` None: after a match, and to a tester; ``repeated_samples``: those of the
    finger of an earlier sample, whatever they state; ``number_superseded``: the citizen bears another number
    by now; ``event``: of the audit trail, which proves the answer.
    """

    decision: Decision
    operating_point: OperatingPoint
    likeness: Likeness | None
    fingers: tuple[FingerOutcome, ...]
    next_best: tuple[FingerPosition, ...]
    disclosure: Disclosure | None
    transaction_id: str
    attempts: AttemptsLeft | None
    repeated_samples: tuple[int, ...]
    number_superseded: bool = False
    event: int = 0

    @property
    def next(self) -> NextStep | None:
        """What the officer does next; None after a match."""
        advice = (item for finger in self.fingers for item in finger.quality.advice)
        return after_decision(self.decision, advice, self.next_best, self.attempts)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says they are, and what they showed for it.

    Attributes:
        citizen_number: as claimed.
        positions: gives the fingers as the probes state them, before anything is extracted.
        features: gives what was extracted from each, in the same order.
        target_fmr: as asked for; None: not stated.
        require: refuses who is not in a state for it. Raises DomainError.
        discloses: a match for a procedure gives what it may see.
        procedure_version: of the procedure that the call names; None: that of today.
        attested: gives, in the same order, what a device vouches for; empty: none does.
        on_replay: done with a refusal of what was shown, as of a copy.
        consent: what the citizen agreed to on the way, theirs once they are proven; None: nothing, or it is kept.
        besides: what was shown and checked besides fingers.
        at_once: features are there in no time, so that what was shown before is looked up in the view that is open.
    """

    citizen_number: str
    positions: Callable[[], Sequence[FingerPosition | None]]
    features: Callable[[], Sequence[Features]]
    target_fmr: float | None
    require: Callable[[CitizenState], None] = require_active
    discloses: bool = True
    procedure_version: int | None = None
    attested: Callable[[], Sequence[AttestedCapture | None]] = tuple
    on_replay: Callable[[UnitOfWork], object] = nothing_besides
    consent: Callable[[str], Consent] | None = None
    besides: FactorsShown = NOTHING_BESIDES
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class _Claimed:
    """What is known of the claim before anything is compared; ``procedure`` and ``asking`` None: it names none."""

    procedure: Procedure | None
    target: float
    subject_id: str
    asking: Asking | None
    enrolled: EnrolledFingers


@dataclass(frozen=True, slots=True)
class _Shown:
    """What was shown, which nobody presented before, and the last impressions that were shown for the citizen."""

    features: Sequence[Features]
    recent: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class _Decided:
    """What the comparison says, before anything comes of it.

    ``stated``: positions as the probes have them; ``attested``: what devices vouch for; ``besides``: what was shown
    besides.
    """

    decision: Decision
    operating_point: OperatingPoint
    likeness: Likeness
    fingers: tuple[ComparedFinger, ...]
    stated: tuple[FingerPosition | None, ...]
    attested: tuple[AttestedCapture, ...]
    besides: FactorsShown


@dataclass(frozen=True, slots=True)
class VerificationService:
    """Decides, discloses, audits and remembers, in one transaction."""

    store: Store
    biometrics: Biometrics
    disclosure: DisclosureService
    attempts: AttemptGuard
    replays: ReplayGuard
    clock: Clock

    def verify(
        self,
        call: Call,
        citizen_number: str,
        samples: Sequence[Sample],
        target_fmr: float | None,
        encode: Callable[[Verified], bytes],
    ) -> bytes:
        """Compare probes with the enrolled fingers of the citizen who bears the number, or did before.

        Raises:
            DomainError: IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, PROCEDURE_NOT_FOUND, ASSURANCE_UNREACHABLE, FINGER_*,
                SAMPLE_*, FIELD_*, ATTEMPTS_*, REQUEST_REPLAYED, DEADLINE_EXCEEDED, AUTH_LOCKED_BY_SUBJECT,
                SUBJECT_DEACTIVATED, SUBJECT_DECEASED, CONSENT_WITHDRAWN, CONSENT_INVALID.
        """
        claim = self.claim(call, citizen_number, samples, target_fmr)
        return self.decide(call, claim, lambda _uow, _subject_id, verified: encode(verified))

    def claim(self, call: Call, citizen_number: str, samples: Sequence[Sample], target_fmr: float | None) -> Claim:
        """Return what is claimed by samples as they came in.

        Raises:
            DomainError: FIELD_MISSING, FINGER_COUNT_EXCEEDED, FINGER_DUPLICATED.
        """
        probes = probes_unpacked(self.biometrics, call, samples, MOST_PROBES)
        require_count(probes, MOST_PROBES)
        require_distinct_fingers(probes)
        return Claim(
            citizen_number,
            lambda: [probe.position for probe in probes],
            lambda: usable_features(self.biometrics, call, probes),
            target_fmr,
            at_once=all(isinstance(probe.content, MinutiaeSample) for probe in probes),
        )

    def decide(self, call: Call, claim: Claim, conclude: Callable[[UnitOfWork, str, Verified], bytes]) -> bytes:
        """Compare what was shown with the enrolled fingers of the citizen who bears the number.

        Args:
            call: whose context says for which procedure.
            claim: what is claimed, and what was shown for it.
            conclude: makes the answer, in the transaction that decides, of whom it is about and what was decided.

        Raises:
            DomainError: as :meth:`verify`.
        """

        def look(view: UnitOfWork, about: Concern) -> tuple[_Claimed, _Shown | None]:
            seen = self._claimed(view, about, call, claim)
            features = _features(about, claim, seen) if claim.at_once else None
            return seen, None if features is None else self._shown(view, call, seen, features)

        def work(about: Concern, looked: tuple[_Claimed, _Shown | None]) -> bytes:
            seen, shown = looked
            procedure, subject_id, asking, enrolled = seen.procedure, seen.subject_id, seen.asking, seen.enrolled
            if shown is None:
                extracted = _features(about, claim, seen)
                with self.store.reading() as view:
                    shown = self._shown(view, call, seen, extracted)
            features, recent = shown.features, shown.recent
            # Of all but testers they are kept, for who shows a copy of one next.
            probes = prepared_probes(self.biometrics, features, stored=not sees_all(call.caller))
            decided = self._decide(call, probes, enrolled, seen.target, claim)
            self._require_no_copy(call, about, self.replays.are_copies(recent, probes), decided, claim)
            matched = decided.decision is Decision.MATCH
            gathered = self.disclosure.gather(call, asking) if matched else NOTHING
            with self.store.transaction() as uow:
                if subject_of(uow, claim.citizen_number, self.clock.now()) != subject_id:
                    raise DomainError(Reason.SUBJECT_NOT_FOUND, "the citizen was deleted meanwhile")
                claim.require(uow.changes.state_of(subject_id))
                self.replays.note_new(uow, call, features)
                # Rolled back with a refusal; what was compared counts all the same.
                about.on_refusal = partial(self._in_vain, call=call, about=about, features=features)
                self.replays.shown(uow, call, subject_id, features)
                asking = self._asking(uow, call, subject_id, procedure, claim)
                verified = self._conclude(uow, call, about, enrolled, asking, decided, gathered)
                superseded = not is_virtual(claim.citizen_number)
                superseded &= uow.subjects.number_of(subject_id) != claim.citizen_number
                body = conclude(uow, subject_id, replace(verified, number_superseded=superseded))
                # Last: whatever concludes asks once more whom the number stands for.
                if verified.decision is Decision.MATCH:
                    use_up(uow, claim.citizen_number, self.clock.now())
                remember(uow, call, body, subject_id)
            return body

        return answer_once_seen(self.store, self.clock, call, look, work)

    def _claimed(self, view: UnitOfWork, about: Concern, call: Call, claim: Claim) -> _Claimed:
        procedure = self._procedure(view, call, claim)
        target = policy.effective_target_fmr(claim.target_fmr, procedure.target_fmr if procedure else None)
        subject_id = bearer_of(self.attempts, view, call, about, claim.citizen_number)
        claim.require(view.changes.state_of(subject_id))
        # Whether a finger matches is not told by what is refused after it.
        asking = self._asking(view, call, subject_id, procedure, claim)
        require_consent(asking)
        return _Claimed(procedure, target, subject_id, asking, EnrolledFingers(view.subjects.templates(subject_id)))

    def _shown(self, view: UnitOfWork, call: Call, seen: _Claimed, features: Sequence[Features]) -> _Shown:
        self.replays.require_new(view, call, features)
        return _Shown(features, self.replays.recent(view, call, seen.subject_id))

    def _procedure(self, view: UnitOfWork, call: Call, claim: Claim) -> Procedure | None:
        """Return what a match may disclose for; None: for nothing."""
        if not claim.discloses:
            return None
        return self.disclosure.procedure_of(view, call, claim.procedure_version, claim.besides.factors)

    def _asking(
        self, view: UnitOfWork, call: Call, subject_id: str, procedure: Procedure | None, claim: Claim
    ) -> Asking | None:
        """Return what a disclosure would be decided by; None: no procedure is named."""
        if procedure is None:
            return None
        consent = None if claim.consent is None else claim.consent(subject_id)
        return self.disclosure.asking(view, call, subject_id, procedure, consent, claim.besides.factors)

    def _copied(self, uow: UnitOfWork, call: Call, about: Concern, claim: Claim) -> None:
        claim.on_replay(uow)
        self.attempts.failed(uow, call, about, FAILURE)

    def _in_vain(self, uow: UnitOfWork, call: Call, about: Concern, features: Sequence[Features]) -> None:
        self.replays.note(uow, call, features)
        self.attempts.failed(uow, call, about, FAILURE)

    def _spared(self, uow: UnitOfWork, subject_id: str) -> frozenset[FingerPosition]:
        return spared(uow.changes.fingers_of(subject_id), day_in_viet_nam(self.clock.now()))

    def _decide(
        self,
        call: Call,
        probes: Sequence[Probe],
        enrolled: EnrolledFingers,
        target: float,
        claim: Claim,
    ) -> _Decided:
        # None is left out: the finger of each probe is enrolled.
        compared = compare_fingers(self.biometrics, call, probes, enrolled)
        likeness, decision = decided(self.biometrics, compared, target)
        point = operating_point(self.biometrics, target)
        stated = tuple(probe.position for probe in probes)
        attested = tuple(capture for capture in claim.attested() if capture is not None)
        return _Decided(decision, point, likeness, tuple(compared), stated, attested, claim.besides)

    def _require_no_copy(
        self, call: Call, about: Concern, copies: Sequence[bool], decided: _Decided, claim: Claim
    ) -> None:
        """Refuse what was made of the enrolled or of an earlier impression; it counts, so that nobody gropes for it.

        ``copies``: which probes were made of an earlier one.

        Raises:
            DomainError: SAMPLE_REPLAYED.
        """
        if sees_all(call.caller):
            return
        for index, (finger, copied) in enumerate(zip(decided.fingers, copies, strict=True)):
            if copied or finger.likeness.copied:
                about.on_refusal = partial(self._copied, call=call, about=about, claim=claim)
                raise replayed(index)

    def _conclude(
        self,
        uow: UnitOfWork,
        call: Call,
        about: Concern,
        enrolled: EnrolledFingers,
        asking: Asking | None,
        decided: _Decided,
        gathered: Gathered,
    ) -> Verified:
        point, outcomes, subject_id = decided.operating_point, decided.fingers, about.subject_id
        left = self._count(uow, call, about, decided)
        repeats = repeated(finger.finger for finger in outcomes)
        disclosure, matched = None, decided.decision is Decision.MATCH
        if matched and asking is not None:
            shown = counted(outcomes)
            fingers = [f.position.name for f in shown]
            qualities = [f.quality for f in shown]
            proof = Proof(decided.likeness, point, qualities, fingers, decided.attested, decided.besides)
            disclosure = self.disclosure.disclose(uow, call, asking, proof, gathered)
        details: Details = {
            "target_fmr": point.target_fmr,
            "score": round(decided.likeness.score, 2),
            "comparator": point.comparator,
            "calibration": point.calibration,
            "fingers": [o.position.name for o in outcomes],
            "quality": min(o.quality.score for o in outcomes),
        }
        details |= disclosed_details(disclosure) | repeated_details(repeats) | besides_details(decided.besides)
        details |= _devices_details(decided.attested)
        event = uow.audit.append(entry(self.clock, call, decided.decision.value, subject_id, details))
        tells = sees_figures(call.caller, decided.decision, decided.likeness)
        return Verified(
            decided.decision,
            point,
            decided.likeness if tells else None,
            _told(decided, point.target_fmr) if tells else _withheld(decided),
            () if matched else _next_best(decided, enrolled, tells, self._spared(uow, subject_id)),
            disclosure,
            call.context.transaction_id,
            left,
            repeats,
            event=event.sequence,
        )

    def _count(self, uow: UnitOfWork, call: Call, about: Concern, decided: _Decided) -> AttemptsLeft | None:
        if is_sure_match(decided.decision, decided.likeness):
            self.attempts.matched(uow, call, about)
            return None
        weight = policy.weight_of_failure(finger.quality for finger in decided.fingers)
        return self.attempts.failed(uow, call, about, weight)


def _features(about: Concern, claim: Claim, seen: _Claimed) -> Sequence[Features]:
    _require_enrolled(claim.positions(), seen.enrolled)
    features = claim.features()
    about.on_refusal = claim.on_replay
    return features


def _devices_details(attested: Sequence[AttestedCapture]) -> Details:
    """Return what the trail keeps of the scanners that vouch for what was shown: nothing if none does."""
    return {"devices": sorted({capture.device_id for capture in attested})} if attested else {}


def _told(decided: _Decided, target: float) -> tuple[FingerOutcome, ...]:
    return tuple(
        FingerOutcome(f.position, policy.decide(likeness, target, both), likeness, *both)
        for f in decided.fingers
        for both, likeness in [((f.quality, f.enrolled_quality), policy.claimable(f.likeness, 1))]
    )


def _withheld(decided: _Decided) -> tuple[FingerOutcome, ...]:
    """Say nothing that depends on the enrolled prints: which of them is nearest to a probe tells too."""
    return tuple(
        FingerOutcome(stated, None, None, finger.quality, finger.enrolled_quality)
        for finger, stated in zip(decided.fingers, decided.stated, strict=True)
    )


def _require_enrolled(positions: Sequence[FingerPosition | None], enrolled: EnrolledFingers) -> None:
    """Refuse a finger that is not enrolled before spending time on it."""
    for index, position in enumerate(positions):
        if not enrolled.possible(position):
            raise DomainError(
                Reason.FINGER_NOT_ENROLLED,
                "this finger is not enrolled; use one of those listed",
                {"sample": str(index), "enrolled": ",".join(sorted(p.name for p in enrolled))},
            )


def _next_best(
    decided: _Decided, enrolled: EnrolledFingers, tells: bool, not_asked: Collection[FingerPosition]
) -> tuple[FingerPosition, ...]:
    tried = [finger.position for finger in decided.fingers] if tells else [p for p in decided.stated if p is not None]
    qualities = {position: enrolled.best_quality(position).score for position in enrolled}
    return policy.next_best_fingers(qualities, {*tried, *not_asked})
