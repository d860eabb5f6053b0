"""Beginning a transaction, taking impressions and consent in it, and ending it."""

from __future__ import annotations

import base64
import secrets
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from idverify.domain import policy
from idverify.domain.assurance import BY_FINGER, Factor, require_reached, still_needed
from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.citizens.fingers import unavailable
from idverify.domain.citizens.states import require_active
from idverify.domain.consent import consent_texts, require_text_shown, title_of
from idverify.domain.errors import DomainError, Reason
from idverify.domain.guidance.agencies import Agencies, agency_text
from idverify.domain.model import (
    NOTHING_BESIDES,
    AttestedCapture,
    Capture,
    ConsentGiven,
    ConsentText,
    Features,
    FingerException,
    FingerPosition,
    Outcome,
    Procedure,
    Quality,
    Sample,
    StepTaken,
    Transaction,
)
from idverify.domain.transactions import USUAL_FINGERS, following_step, name_first
from idverify.ports import Biometrics, Catalogue, UnitOfWork
from idverify.services.attempts.bearer import bearer_of
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.refusing import Concern
from idverify.services.catalogue.dossiers import note_dossier, procedure_for
from idverify.services.counter.sign_ins import begin_sign_in, require_waiting
from idverify.services.counter.slips import require_reconciled
from idverify.services.counter.steps import Standing, Steps
from idverify.services.prints.attesting import Attester
from idverify.services.prints.fingers import EnrolledFingers
from idverify.services.prints.sampling import require_kinds
from idverify.services.prints.unpacking import one_impression

MOST_CAPTURES = 10
"""One a finger."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A transaction that was begun: what the counter needs to go on with it.

    ``unavailable``: fingers that the citizen cannot show today, and that are not wanted.
    """

    standing: Standing
    nonce: str
    wanted: tuple[FingerPosition, ...]
    factors: frozenset[Factor]
    procedure: Procedure
    consent_needed: bool
    consent_texts: tuple[ConsentText, ...]
    unavailable: tuple[FingerException, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A transaction that was begun before, for who goes on with it; ``captured``: fingers to be compared."""

    begun: Begun
    dossier_code: str
    captured: tuple[FingerPosition, ...]


@dataclass(frozen=True, slots=True)
class Captured:
    """An impression that was taken; ``kept`` False: too poor, or poorer than the one of this finger that is kept."""

    standing: Standing
    quality: Quality
    kept: bool


@dataclass(frozen=True, slots=True)
class TransactionService:
    """Leads through a transaction up to the comparison; ``agencies``: what they are called to who agrees."""

    steps: Steps
    biometrics: Biometrics
    attempts: AttemptGuard
    attester: Attester
    lifetime: timedelta
    most_open: int
    agencies: Agencies

    def start(
        self,
        call: Call,
        citizen_number: str,
        encode: Callable[[Begun], bytes],
        slip_number: str = "",
        sign_in_id: str = "",
    ) -> bytes:
        """Begin a transaction for a procedure.

        Args:
            call: whose context says who acts, for whom and why.
            citizen_number: whom it is about; empty: that is stated when they are authenticated.
            encode: makes the answer.
            slip_number: the paper slip of this citizen that their finger is to confirm; empty: none.
            sign_in_id: the sign-in of this citizen that their finger is to prove; empty: none.

        Raises:
            DomainError: FIELD_MISSING without a procedure, FIELD_INVALID for the id of a transaction that there is,
                SLIP_NOT_FOUND, SLIP_CLOSED, SIGN_IN_NOT_FOUND,
                PROCEDURE_NOT_FOUND, ASSURANCE_UNREACHABLE, IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, ATTEMPTS_*,
                REQUEST_REPLAYED, AUTH_LOCKED_BY_SUBJECT, SUBJECT_DEACTIVATED, SUBJECT_DECEASED, TRANSACTIONS_EXCEEDED.
        """
        if not call.context.procedure_code:
            raise DomainError(
                Reason.FIELD_MISSING, "a transaction is for a procedure", {"field": "context.procedure_code"}
            )

        def work(about: Concern) -> bytes:
            with self.steps.store.transaction() as uow:
                procedure = procedure_for(uow, self._catalogue, call)
                factors = self._factors(procedure, citizen_number)
                wanted: tuple[FingerPosition, ...] = USUAL_FINGERS
                hidden: tuple[FingerException, ...] = ()
                if citizen_number:
                    subject_id = bearer_of(self.attempts, uow, call, about, citizen_number)
                    require_active(uow.changes.state_of(subject_id))
                    today = day_in_viet_nam(self.steps.clock.now())
                    hidden = unavailable(uow.changes.fingers_of(subject_id), today)
                    wanted = fingers_to_ask(uow, subject_id, [finger.position for finger in hidden])
                slip = require_reconciled(self.attempts, uow, call, about, slip_number) if slip_number else ""
                now = self.steps.clock.now()
                sign_in = require_waiting(uow, call, sign_in_id, citizen_number, now) if sign_in_id else None
                transaction = self._begun(uow, call, about.subject_id, procedure, wanted, slip, sign_in_id)
                begin_sign_in(uow, sign_in, transaction.transaction_id)
                note_dossier(uow, self.steps.clock, call, procedure)
                standing = self.steps.standing(call, transaction)
                needed = self.steps.consent_needed(transaction)
                texts = self._texts(transaction)
                body = encode(Begun(standing, transaction.nonce, wanted, factors, procedure, needed, texts, hidden))
                uow.audit.append(entry(self.steps.clock, call, "BEGUN", about.subject_id))
                remember(uow, call, body, about.subject_id or None)
            return body

        return answer_once(self.steps.store, self.steps.clock, call, work)

    def capture(self, call: Call, shown: StepTaken, sample: Sample, encode: Callable[[Captured], bytes]) -> bytes:
        """Take an impression. One that is too poor is not kept; what to do better is in the next step.

        Raises:
            DomainError: FIELD_MISSING without a finger, FINGER_COUNT_EXCEEDED, SAMPLE_* but SAMPLE_QUALITY_LOW,
                DEVICE_*, PRESENTATION_ATTACK_SUSPECTED, and as
                :meth:`Steps.at`.
        """
        shown_print = one_impression(self.biometrics, call, sample)
        require_kinds(call, [shown_print])
        if sample.position in {None, FingerPosition.UNKNOWN}:
            raise DomainError(
                Reason.FIELD_MISSING, "state which finger it is", {"field": "sample.finger_position", "sample": "0"}
            )

        def work(about: Concern) -> bytes:
            with self.steps.store.reading() as view:
                begun = self.steps.at(view, call, shown, about)
                within = self.steps.within(call, begun)
                attested = self.attester.attested(view, within, sample, begun.nonce)
            call.deadline.check()
            features = self.biometrics.extract(shown_print)
            kept, digest = features.quality.usable, sample.sha256

            def move(before: Transaction) -> tuple[Transaction, str, Details]:
                nonlocal kept
                after = _with(before, Capture(features, digest, attested)) if kept else _in_vain(before)
                kept &= after is not before
                return after, "CAPTURED" if kept else "POOR", _capture_details(features, attested)

            return self.steps.take(
                call,
                shown,
                about,
                move,
                lambda standing: encode(Captured(standing, features.quality, kept)),
                () if kept else features.quality.advice,
            )

        return answer_once(self.steps.store, self.steps.clock, call, work)

    def consent(self, call: Call, shown: StepTaken, given: ConsentGiven, encode: Callable[[Standing], bytes]) -> bytes:
        """Note that consent was given; it becomes the citizen's when they are authenticated.

        Raises:
            DomainError: CONSENT_INVALID for another text than the one to be shown, and as :meth:`Steps.at`.
        """

        def move(before: Transaction) -> tuple[Transaction, str, Details]:
            require_text_shown(given, self._texts(before))
            details: Details = {"text": given.text_id, "language": given.language.value, "manner": given.manner.value}
            return replace(before, consent=given, consent_id=str(uuid.uuid4())), "CONSENTED", details

        def work(about: Concern) -> bytes:
            return self.steps.take(call, shown, about, move, encode)

        return answer_once(self.steps.store, self.steps.clock, call, work)

    def end(
        self, call: Call, shown: StepTaken, encode: Callable[[Standing], bytes], *, consent_refused: bool = False
    ) -> bytes:
        """End a transaction that comes to nothing; what was taken in it is forgotten.

        Args:
            call: as made.
            shown: what it shows of the step before.
            encode: makes the answer.
            consent_refused: the citizen was asked and does not agree; the trail says so.

        Raises:
            DomainError: FIELD_INVALID for a refusal where nothing rests on consent, and as :meth:`Steps.at`.
        """
        outcome = Outcome.CONSENT_REFUSED if consent_refused else Outcome.ABANDONED

        def move(before: Transaction) -> tuple[Transaction, str, Details]:
            if consent_refused and not self.steps.consent_needed(before):
                wrong = "consent_refused must be left out: this procedure rests on no consent"
                raise DomainError(Reason.FIELD_INVALID, wrong, {"field": "consent_refused"})
            return ended(before, outcome), outcome.value, {}

        def work(about: Concern) -> bytes:
            return self.steps.take(call, shown, about, move, encode)

        return answer_once(self.steps.store, self.steps.clock, call, work)

    def found(self, call: Call, transaction_id: str) -> Found:
        """Return where a transaction stands. Raises DomainError TRANSACTION_NOT_FOUND."""
        call.deadline.check()
        with self.steps.store.reading() as view:
            transaction = self.steps.known(view, call, transaction_id)
            hidden: tuple[FingerException, ...] = ()
            if transaction.subject_id:
                today = day_in_viet_nam(self.steps.clock.now())
                hidden = unavailable(view.changes.fingers_of(transaction.subject_id), today)
            procedure = self.steps.procedure_of(transaction)
            begun = Begun(
                self.steps.standing(call, transaction),
                transaction.nonce,
                transaction.wanted,
                BY_FINGER.union(still_needed(BY_FINGER, procedure.required_assurance, self.steps.offered) or ()),
                procedure,
                procedure.on_consent,
                self._texts(transaction),
                hidden,
            )
        positions = (capture.features.position for capture in transaction.captures)
        return Found(begun, transaction.context.dossier_code, tuple(each for each in positions if each is not None))

    def _factors(self, procedure: Procedure, citizen_number: str) -> frozenset[Factor]:
        """Return what is to be shown.

        Raises:
            DomainError: ASSURANCE_UNREACHABLE if not all that is offered is enough; FIELD_MISSING if nobody is named of
                whom more than a finger could be shown.
        """
        offered, required = self.steps.offered, procedure.required_assurance
        require_reached(offered, required, offered)
        besides = still_needed(BY_FINGER, required, offered) or ()
        if besides and not citizen_number:
            raise name_first()
        return BY_FINGER.union(besides)

    @property
    def _catalogue(self) -> Catalogue:
        return self.steps.catalogue

    def _texts(self, transaction: Transaction) -> tuple[ConsentText, ...]:
        procedure = self.steps.procedure_of(transaction)
        titles = {a.record_type: title_of(self._catalogue.record_type(a.record_type)) for a in procedure.records}
        code = transaction.context.agency_code
        return consent_texts(procedure, titles, agency_text(self.agencies, code) if code else None)

    def _begun(
        self,
        uow: UnitOfWork,
        call: Call,
        subject_id: str,
        procedure: Procedure,
        wanted: tuple[FingerPosition, ...],
        slip: str,
        sign_in_id: str,
    ) -> Transaction:
        transaction_id = call.context.transaction_id
        if uow.transactions.get(transaction_id) is not None:
            raise DomainError(
                Reason.FIELD_INVALID,
                "context.transaction_id names a transaction that there is; leave it out",
                {"field": "context.transaction_id"},
            )
        now = self.steps.clock.now()
        if _open_of(uow, call, now, self.most_open) >= self.most_open:
            raise DomainError(
                Reason.TRANSACTIONS_EXCEEDED,
                "too many transactions of this client are open; end some, or let them expire",
                {"most": str(self.most_open)},
            )
        nonce = base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
        step = following_step("", call.method, call.digest + nonce.encode())
        context = replace(call.context, request_id="")
        transaction = Transaction(
            transaction_id,
            call.caller.name,
            context,
            nonce,
            step,
            now,
            now + self.lifetime,
            procedure.version,
            subject_id,
            wanted,
            slip_number=slip,
            sign_in_id=sign_in_id,
        )
        uow.transactions.put(transaction)
        return transaction


def ended(transaction: Transaction, outcome: Outcome) -> Transaction:
    """Return a transaction that has ended: nothing that was taken in it is kept."""
    return replace(transaction, outcome=outcome, captures=(), consent=None, vouching=None, besides=NOTHING_BESIDES)


def _open_of(uow: UnitOfWork, call: Call, now: datetime, enough: int) -> int:
    """Return how many of the caller are open; of an officer who signed in their own, if the client has that many."""
    of_client = uow.transactions.open_of(call.caller.name, now)
    officer = call.caller.officer
    if officer is None or of_client < enough:
        return of_client
    theirs = (call.caller.name, officer.officer_id)
    return sum((each.client, each.context.officer_id) == theirs for each in uow.transactions.open_at(now))


def _in_vain(before: Transaction) -> Transaction:
    return replace(before, in_vain=before.in_vain + 1)


def _with(before: Transaction, capture: Capture) -> Transaction:
    """Return the transaction with one more impression; one of the same finger gives way to a better one.

    Who shows a finger needs nobody's word.
    """
    position = capture.features.position
    same = [kept for kept in before.captures if kept.features.position is position]
    if same and same[0].features.quality.score > capture.features.quality.score:
        return before
    others = tuple(kept for kept in before.captures if kept.features.position is not position)
    if len(others) == MOST_CAPTURES:
        raise DomainError(Reason.FINGER_COUNT_EXCEEDED, f"at most {MOST_CAPTURES} fingers", {"field": "sample"})
    return replace(before, captures=(*others, capture), vouching=None)


def _capture_details(features: Features, attested: AttestedCapture | None) -> Details:
    assert features.position is not None
    details: Details = {"fingers": [features.position.name], "quality": features.quality.score}
    if attested is not None:
        details["device"] = attested.device_id
    return details


def fingers_to_ask(
    uow: UnitOfWork, subject_id: str, not_asked: Collection[FingerPosition]
) -> tuple[FingerPosition, ...]:
    """Return the enrolled fingers of a citizen that can be shown, best first."""
    enrolled = EnrolledFingers(uow.subjects.templates(subject_id))
    return policy.next_best_fingers(
        {position: enrolled.best_quality(position).score for position in enrolled}, not_asked
    )
