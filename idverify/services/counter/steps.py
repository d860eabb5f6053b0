"""Finding a transaction, and taking one step of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from idverify.domain.assertions.request_digest import digest_with
from idverify.domain.assurance import Assurance, Factor, still_needed
from idverify.domain.consent import require_given
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Action, Advice, Consent, NextStep, Procedure, StepTaken, Transaction
from idverify.domain.transactions import following_step, is_expired, next_step, require_at, require_same_context
from idverify.ports import Catalogue, Clock, Store, UnitOfWork
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Asked, Call
from idverify.services.calls.once import remember
from idverify.services.calls.refusing import Concern
from idverify.services.counter.sign_ins import deny_sign_in


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a transaction stands, as its client is told."""

    transaction_id: str
    step: str
    expires: datetime
    next: NextStep


@dataclass(frozen=True, slots=True)
class Steps:
    """Finds transactions and moves them on; ``offered``: the factors that can be shown here."""

    store: Store
    catalogue: Catalogue
    clock: Clock
    offered: frozenset[Factor]

    def known(self, uow: UnitOfWork, call: Call, transaction_id: str) -> Transaction:
        """Return a transaction of the caller's own.

        Raises:
            DomainError: TRANSACTION_NOT_FOUND, the same for another client's, and another agency's officers'.
        """
        transaction = uow.transactions.get(transaction_id)
        own = transaction is not None and transaction.client == call.caller.name
        if transaction is None or not own or not call.caller.sees(transaction.context.agency_code):
            raise DomainError(Reason.TRANSACTION_NOT_FOUND, "this client has begun no such transaction")
        return transaction

    def at(self, uow: UnitOfWork, call: Call, shown: StepTaken, about: Concern | None = None) -> Transaction:
        """Return the caller's transaction, which takes the step that is shown.

        Raises:
            DomainError: TRANSACTION_NOT_FOUND, TRANSACTION_ENDED, TRANSACTION_EXPIRED, TRANSACTION_MISMATCH,
                CLIENT_NOT_ENTITLED if the client may no longer name the procedure.
        """
        transaction = self.known(uow, call, shown.transaction_id)
        if about is not None:
            about.subject_id = transaction.subject_id
        require_at(transaction, shown, self.clock.now())
        require_same_context(transaction, call.context)
        if not call.caller.may_use(transaction.context.procedure_code):
            raise DomainError(Reason.CLIENT_NOT_ENTITLED, "this client may no longer name this procedure")
        return transaction

    def within(self, call: Call, transaction: Transaction) -> Call:
        """Return a call as one of the transaction: with the context that it began with."""
        return replace(call, context=require_same_context(transaction, call.context))

    def moved(self, uow: UnitOfWork, call: Call, transaction: Transaction, advice: Sequence[Advice] = ()) -> Standing:
        """Store a transaction after a step; return where it stands."""
        step = following_step(transaction.step, call.method, call.digest)
        moved = replace(transaction, step=step)
        uow.transactions.put(moved)
        deny_sign_in(uow, moved)
        return self.standing(call, moved, advice)

    def standing(self, call: Call, transaction: Transaction, advice: Sequence[Advice] = ()) -> Standing:
        """Return where a transaction stands."""
        what = self._next(call, transaction, advice)
        return Standing(transaction.transaction_id, transaction.step, transaction.expires, what)

    def seen(self, transaction: Transaction) -> NextStep:
        """Return what its officer does next, as others see it: without what a client alone is given."""
        procedure = self.procedure_of(transaction)
        missing = self._missing(transaction, procedure.required_assurance)
        return next_step(transaction, consent_needed=procedure.on_consent, missing=missing)

    def _next(self, call: Call, transaction: Transaction, advice: Sequence[Advice]) -> NextStep:
        if is_expired(transaction, self.clock.now()):
            return NextStep(Action.DONE, expired=True)
        procedure = self.procedure_of(transaction)
        return next_step(
            transaction,
            consent_needed=procedure.on_consent,
            missing=self._missing(transaction, procedure.required_assurance),
            of_use=self._of_use(call, transaction, procedure),
            advice=advice,
        )

    def _missing(self, transaction: Transaction, required: Assurance) -> tuple[Factor, ...]:
        return still_needed(transaction.besides.factors, required, self.offered) or ()

    def _of_use(self, call: Call, transaction: Transaction, procedure: Procedure) -> tuple[Factor, ...]:
        """Return what fields need that this client is given, the fewest first; nothing of whom nobody has named.

        Whether the citizen has a PIN or a card changes nothing: that is told to nobody.
        """
        if not transaction.subject_id:
            return ()
        fields = [
            self._missing(transaction, required)
            for access in procedure.records
            if call.caller.is_given(procedure.code, access.record_type)
            for _, required in access.field_assurance
        ]
        return min((more for more in fields if more), key=len, default=())

    def consent_needed(self, transaction: Transaction) -> bool:
        """Tell whether the procedure of a transaction rests on consent, and on no law."""
        return self.procedure_of(transaction).on_consent

    def procedure_of(self, transaction: Transaction) -> Procedure:
        """Return the procedure of a transaction, in the version that it began with."""
        return self.catalogue.procedure(transaction.context.procedure_code, transaction.procedure_version)

    def deciding(self, call: Call, transaction: Transaction, citizen_number: str, *, sd_jwt: bool) -> Call:
        """Return the call with what the assertion says of the transaction: its nonce, the consent, what was shown."""
        within = self.within(call, transaction)
        nonce = within.context.nonce or transaction.nonce
        context = replace(within.context, nonce=nonce, consent_ref=transaction.consent_id)
        shown = [(capture.features.position, capture.sample_sha256) for capture in transaction.captures]
        digest = digest_with(call.method, context, citizen_number, shown)
        return replace(within, context=context, asked=Asked(digest, sd_jwt))

    def consent_of(self, call: Call, transaction: Transaction, subject_id: str) -> Consent:
        """Return what was agreed to in a transaction, as the consent of whoever is proven in it."""
        procedure = self.procedure_of(transaction)
        return Consent(
            transaction.consent_id,
            subject_id,
            call.caller.name,
            procedure.code,
            tuple(access.record_type for access in procedure.records),
            require_given(transaction.consent),
        )

    def keep_consent(self, uow: UnitOfWork, call: Call, transaction: Transaction) -> str:
        """Keep what the citizen of a transaction agreed to, now that they are known; return its id, empty for none."""
        if transaction.consent is None:
            return ""
        consent = self.consent_of(call, transaction, transaction.subject_id)
        uow.consents.add(consent)
        details: Details = {"consent": consent.consent_id, "text_sha256": consent.given.text_sha256}
        uow.audit.append(entry(self.clock, call, "CONSENT", transaction.subject_id, details))
        return consent.consent_id

    def take(
        self,
        call: Call,
        shown: StepTaken,
        about: Concern,
        move: Callable[[Transaction], tuple[Transaction, str, Details]],
        encode: Callable[[Standing], bytes],
        advice: Sequence[Advice] = (),
    ) -> bytes:
        """Take a step that decides nothing about the citizen: move on, audit, remember.

        Args:
            call: as made.
            shown: what it shows of the step before.
            about: whom it concerns.
            move: from the transaction before to the one after, the outcome and the details for the trail.
            encode: makes the answer.
            advice: about the impression that was taken last.

        Raises:
            DomainError: as :meth:`at`.
        """
        with self.store.transaction() as uow:
            before = self.at(uow, call, shown, about)
            after, outcome, details = move(before)
            body = encode(self.moved(uow, call, after, advice))
            uow.audit.append(entry(self.clock, self.within(call, before), outcome, before.subject_id, details))
            remember(uow, call, body, before.subject_id or None)
        return body
