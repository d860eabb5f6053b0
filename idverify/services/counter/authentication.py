"""The step of a transaction that decides: comparison, consent of a proven citizen, disclosure."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.citizens.fingers import spared
from idverify.domain.consent import require_given
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Action, Capture, Decision, FingerPosition, Outcome, StepTaken, Transaction
from idverify.ports import UnitOfWork
from idverify.services.calls.call import Call
from idverify.services.citizens import subject_of
from idverify.services.counter.sign_ins import complete_sign_in
from idverify.services.counter.slips import confirm_slip
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
        within, version = self.steps.deciding(call, begun, citizen_number, sd_jwt=sd_jwt), begun.procedure_version

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
                return encode(Authenticated(verified, _waiting(self.steps.moved(uow, call, after), verified), ""))
            consent_id = self.steps.keep_consent(uow, within, before)
            confirm_slip(uow, self.steps.clock, within, before)
            if verified.disclosure is not None:
                complete_sign_in(uow, before, verified.disclosure.assertion.jwt)
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
            consent=None
            if begun.consent is None
            else lambda subject_id: self.steps.consent_of(within, begun, subject_id),
            besides=begun.besides,  # as of the step that is shown, or of one before: never too much
        )
        return self.verification.decide(within, claim, conclude)

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


def _waiting(standing: Standing, verified: Verified) -> Standing:
    """Return where it stands, with how long the next comparison is refused."""
    if verified.attempts is None or standing.next.action is not Action.CAPTURE:
        return standing
    seconds = math.ceil(verified.attempts.wait.total_seconds())
    return replace(standing, next=replace(standing.next, wait_seconds=seconds))


def _in_vain(before: Transaction, verified: Verified, not_asked: frozenset[FingerPosition]) -> Transaction:
    stated = [capture.features.position for capture in before.captures]
    fingers = [position for position in stated if position is not None]
    tried = tuple(dict.fromkeys((*before.tried, *fingers)))
    locked = verified.attempts is not None and verified.attempts.locked
    # Where the citizen was not known at first, those that are enrolled are known now.
    known = dict.fromkeys((*verified.next_best, *before.tried, *fingers))
    # One that was asked for before the number was stated, or shown all the same, is not asked for again.
    wanted = tuple(position for position in known if position not in not_asked)
    in_vain = before.in_vain + len(before.captures)
    return replace(before, captures=(), tried=tried, wanted=wanted, stopped=locked, in_vain=in_vain)
