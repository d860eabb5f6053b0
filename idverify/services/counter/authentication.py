"""The step of a transaction that decides: comparison, consent of a proven citizen, disclosure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from idverify.domain.assertions.request_digest import digest_with
from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.citizens.fingers import spared
from idverify.domain.consent import require_given
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Capture, Consent, Decision, FingerPosition, Outcome, StepTaken, Transaction
from idverify.ports import UnitOfWork
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Asked, Call
from idverify.services.citizens import subject_of
from idverify.services.counter.steps import Standing, Steps
from idverify.services.counter.transactions import ended
from idverify.services.verification import Claim, VerificationService, Verified


@dataclass(frozen=True, slots=True)
class Authenticated:
    """What was decided, and where the transaction stands; ``consent_id`` empty: none was given or needed."""

    verified: Verified
    standing: Standing
    consent_id: str


@dataclass(frozen=True, slots=True)
class AuthenticationService:
    """Authenticates a citizen by what was captured in a transaction."""

    steps: Steps
    verification: VerificationService

    def authenticate(
        self,
        call: Call,
        shown: StepTaken,
        citizen_number: str,
        encode: Callable[[Authenticated], bytes],
        *,
        sd_jwt: bool = False,
    ) -> bytes:
        """Compare all that was captured since the last comparison with the citizen who bears the number.

        A match ends the transaction. After anything else it goes on with other impressions, until no try is left.

        Raises:
            DomainError: CAPTURE_MISSING, CONSENT_REQUIRED, TRANSACTION_MISMATCH for another citizen than the
                transaction began with, as :meth:`Steps.at` and as :meth:`VerificationService.verify`.
        """
        with self.steps.store.reading() as view:
            begun = self.steps.known(view, call, shown.transaction_id)
        within, version = self._deciding(call, begun, citizen_number, sd_jwt), begun.procedure_version

        @cache
        def taken() -> tuple[Capture, ...]:
            # Read once: what is decided is looked at again in the transaction that decides.
            with self.steps.store.reading() as view:
                return self._ready(view, call, shown, citizen_number).captures

        def conclude(uow: UnitOfWork, subject_id: str, verified: Verified) -> bytes:
            before = replace(self._ready(uow, call, shown, citizen_number), subject_id=subject_id)
            if verified.decision is not Decision.MATCH:
                not_asked = spared(uow.changes.fingers_of(subject_id), day_in_viet_nam(self.steps.clock.now()))
                after = _in_vain(before, verified, not_asked)
                return encode(Authenticated(verified, self.steps.moved(uow, call, after), ""))
            consent_id = self._keep_consent(uow, within, before)
            standing = self.steps.moved(uow, call, ended(before, Outcome.AUTHENTICATED))
            return encode(Authenticated(verified, standing, consent_id))

        def forget_copies(uow: UnitOfWork) -> None:
            # Or every further try would be refused for them.
            before = self.steps.known(uow, call, shown.transaction_id)
            if before.step == shown.step:
                uow.transactions.put(replace(before, captures=()))

        claim = Claim(
            citizen_number,
            lambda: [capture.features.position for capture in taken()],
            lambda: [capture.features for capture in taken()],
            None,
            procedure_version=version,
            attested=lambda: [capture.attested for capture in taken()],
            on_replay=forget_copies,
            consent=None if begun.consent is None else lambda subject_id: self._consent(within, begun, subject_id),
        )
        return self.verification.decide(within, claim, conclude)

    def _deciding(self, call: Call, transaction: Transaction, citizen_number: str, sd_jwt: bool) -> Call:
        """Return the call with what the assertion says of the transaction: its nonce, the consent, what was shown."""
        within = self.steps.within(call, transaction)
        nonce = within.context.nonce or transaction.nonce
        context = replace(within.context, nonce=nonce, consent_ref=transaction.consent_id)
        shown = [(capture.features.position, capture.sample_sha256) for capture in transaction.captures]
        digest = digest_with(call.method, context, citizen_number, shown)
        return replace(within, context=context, asked=Asked(digest, sd_jwt))

    def _ready(self, uow: UnitOfWork, call: Call, shown: StepTaken, citizen_number: str) -> Transaction:
        transaction = self.steps.at(uow, call, shown)
        if transaction.subject_id and subject_of(uow, citizen_number, self.steps.clock.now()) != transaction.subject_id:
            raise DomainError(
                Reason.TRANSACTION_MISMATCH,
                "the transaction is about another citizen; begin another",
                {"field": "citizen_number"},
            )
        if self.steps.procedure_of(transaction).on_consent:
            require_given(transaction.consent)
        if not transaction.captures:
            raise DomainError(Reason.CAPTURE_MISSING, "take the finger that the last answer names")
        return transaction

    def _consent(self, call: Call, transaction: Transaction, subject_id: str) -> Consent:
        """Return what was agreed to in a transaction, as the consent of whoever is proven in it."""
        procedure = self.steps.procedure_of(transaction)
        return Consent(
            transaction.consent_id,
            subject_id,
            call.caller.name,
            procedure.code,
            tuple(access.record_type for access in procedure.records),
            require_given(transaction.consent),
        )

    def _keep_consent(self, uow: UnitOfWork, call: Call, transaction: Transaction) -> str:
        if transaction.consent is None:
            return ""
        consent = self._consent(call, transaction, transaction.subject_id)
        uow.consents.add(consent)
        details: Details = {"consent": consent.consent_id, "text_sha256": consent.given.text_sha256}
        uow.audit.append(entry(self.steps.clock, call, "CONSENT", transaction.subject_id, details))
        return consent.consent_id


def _in_vain(before: Transaction, verified: Verified, not_asked: frozenset[FingerPosition]) -> Transaction:
    stated = [capture.features.position for capture in before.captures]
    fingers = [position for position in stated if position is not None]
    tried = tuple(dict.fromkeys((*before.tried, *fingers)))
    locked = verified.attempts is not None and verified.attempts.locked
    # Where the citizen was not known at first, those that are enrolled are known now.
    known = dict.fromkeys((*verified.next_best, *before.tried, *fingers))
    # One that was asked for before the number was stated, or shown all the same, is not asked for again.
    wanted = tuple(position for position in known if position not in not_asked)
    return replace(before, captures=(), tried=tried, wanted=wanted, stopped=locked)
