"""Exceptions: a transaction that two officers end without a finger, each by a client of their own."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from idverify.domain.assurance import NO_BIOMETRIC
from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.citizens.fingers import spared
from idverify.domain.citizens.states import require_active
from idverify.domain.consent import require_given
from idverify.domain.disclosing.decision import Asking
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import (
    Disclosure,
    ExceptionReason,
    Outcome,
    Presence,
    PresenceKind,
    StepTaken,
    Transaction,
    Vouching,
)
from idverify.domain.transactions import require_open
from idverify.domain.vouching.exceptions import (
    require_allowed,
    require_confirmable,
    require_founded,
    require_officer,
    require_vouched,
    unconfirmed,
)
from idverify.domain.vouching.second_person import Asker, require_another
from idverify.ports import UnitOfWork
from idverify.services.attempts.bearer import bearer_of
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.refusing import Concern
from idverify.services.citizens import use_up
from idverify.services.counter.presences import NamedDocument, PresenceLog, presence_details
from idverify.services.counter.steps import Standing, Steps
from idverify.services.counter.transactions import ended, fingers_to_ask
from idverify.services.disclosure import DisclosureService, disclosed_details


@dataclass(frozen=True, slots=True)
class Asked:
    """What the first officer says."""

    citizen_number: str = field(repr=False)
    reason: ExceptionReason
    note: str = field(repr=False)
    documents: tuple[NamedDocument, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class VouchedAnswer:
    """What comes of an exception; ``consent_id`` empty: none was needed."""

    disclosure: Disclosure
    standing: Standing
    consent_id: str


@dataclass(frozen=True, slots=True)
class ExceptionService:
    """Leads through an exception: one officer asks, another confirms, the first concludes."""

    steps: Steps
    attempts: AttemptGuard
    disclosure: DisclosureService
    presences: PresenceLog

    def ask(self, call: Call, shown: StepTaken, asked: Asked, encode: Callable[[Standing], bytes]) -> bytes:
        """Note that the officer of a transaction vouches for the citizen, who shows no finger.

        Raises:
            DomainError: EXCEPTION_NOT_ALLOWED, EXCEPTION_UNFOUNDED, FIELD_MISSING without an officer,
                TRANSACTION_MISMATCH for another citizen than it began with, IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND,
                ATTEMPTS_*, AUTH_LOCKED_BY_SUBJECT, SUBJECT_DEACTIVATED, SUBJECT_DECEASED, and as :meth:`Steps.at`.
        """

        def work(about: Concern) -> bytes:
            with self.steps.store.transaction() as uow:
                before = self.steps.at(uow, call, shown, about)
                require_allowed(self.steps.procedure_of(before))
                officer = require_officer(before.context)
                subject_id = self._bearer(uow, call, about, before, asked.citizen_number)
                hidden = spared(uow.changes.fingers_of(subject_id), day_in_viet_nam(self.steps.clock.now()))
                left = fingers_to_ask(uow, subject_id, hidden)
                require_founded(asked.reason, bool(left), before.in_vain)
                presented = call.caller.presented
                vouching = Vouching(
                    asked.reason,
                    asked.note,
                    self.presences.marked(asked.documents),
                    officer,
                    presented.key_sha256 if presented else "",
                    signed_in=call.caller.officer is not None,
                )
                after = replace(before, subject_id=subject_id, captures=(), vouching=vouching)
                body = encode(self.steps.moved(uow, call, after))
                details: Details = {"reason": asked.reason.value, "in_vain": before.in_vain}
                within = self.steps.within(call, before)
                uow.audit.append(entry(self.steps.clock, within, "EXCEPTION_ASKED", subject_id, details))
                remember(uow, call, body, subject_id)
            return body

        return answer_once(self.steps.store, self.steps.clock, call, work)

    def confirm(
        self,
        call: Call,
        transaction_id: str,
        citizen_number: str,
        reason: ExceptionReason,
        encode: Callable[[Vouching], bytes],
    ) -> bytes:
        """Note that a second officer vouches too, who is another person, in the same agency.

        Raises:
            DomainError: TRANSACTION_NOT_FOUND, the same for another agency's, TRANSACTION_ENDED, TRANSACTION_EXPIRED,
                EXCEPTION_UNCONFIRMED where nobody asked, or it is confirmed already, TRANSACTION_MISMATCH,
                CLIENT_NOT_AUTHORIZED, CLIENT_NOT_ENTITLED, and as :meth:`ask`.
        """

        def work(about: Concern) -> bytes:
            with self.steps.store.transaction() as uow:
                before = self._of_agency(uow, call, transaction_id)
                about.subject_id = before.subject_id
                require_open(before, self.steps.clock.now())
                vouching = require_confirmable(before, call.context, reason)
                asker = Asker(before.client, vouching.key_sha256, vouching.officer_id, vouching.signed_in)
                require_another(call.caller, asker)
                if vouching.confirmed:
                    raise unconfirmed("a second officer has confirmed it already")
                if not call.caller.may_use(before.context.procedure_code):
                    raise DomainError(Reason.CLIENT_NOT_ENTITLED, "this client may not name the procedure")
                self._bearer(uow, call, about, before, citizen_number)
                confirmed = replace(
                    vouching,
                    second_officer_id=call.context.officer_id,
                    second_client=call.caller.name,
                    second_signed_in=call.caller.officer is not None,
                )
                self.steps.moved(uow, call, replace(before, vouching=confirmed))
                body = encode(confirmed)
                context = replace(
                    call.context, transaction_id=transaction_id, procedure_code=before.context.procedure_code
                )
                details: Details = {"first_officer": vouching.officer_id, "first_client": before.client}
                within = replace(call, context=context)
                uow.audit.append(entry(self.steps.clock, within, "EXCEPTION_CONFIRMED", before.subject_id, details))
                remember(uow, call, body, before.subject_id)
            return body

        return answer_once(self.steps.store, self.steps.clock, call, work)

    def authenticate(
        self,
        call: Call,
        shown: StepTaken,
        citizen_number: str,
        encode: Callable[[VouchedAnswer], bytes],
        *,
        sd_jwt: bool = False,
    ) -> bytes:
        """Conclude a transaction that two officers vouch for: the disclosure, marked, and the end.

        Raises:
            DomainError: EXCEPTION_UNCONFIRMED, CONSENT_REQUIRED, and as :meth:`ask`.
        """

        def work(about: Concern) -> bytes:
            with self.steps.store.reading() as view:
                begun = self._ready(view, call, shown, about, citizen_number)
            # Without impressions the digest would tell the number to whoever tries them all: it is left out.
            within = self.steps.deciding(call, begun, "", sd_jwt=sd_jwt)
            with self.steps.store.reading() as view:
                gathering = self._asking(view, within, begun)
            gathered = self.disclosure.gather(within, gathering)
            with self.steps.store.transaction() as uow:
                before = self._ready(uow, call, shown, about, citizen_number)
                vouching, ground = require_vouched(before)
                given = self.disclosure.disclose(uow, within, self._asking(uow, within, before), ground, gathered)
                use_up(uow, citizen_number, self.steps.clock.now())
                consent_id = self.steps.keep_consent(uow, within, before)
                presence = self._presence(within, before, vouching)
                self.presences.note(uow, within, presence)
                standing = self.steps.moved(uow, call, ended(before, Outcome.VOUCHED))
                body = encode(VouchedAnswer(given, standing, consent_id))
                details = presence_details(presence) | disclosed_details(given)
                uow.audit.append(entry(self.steps.clock, within, "EXCEPTION", before.subject_id, details))
                remember(uow, call, body, before.subject_id)
            return body

        return answer_once(self.steps.store, self.steps.clock, call, work)

    def _ready(self, uow: UnitOfWork, call: Call, shown: StepTaken, about: Concern, citizen_number: str) -> Transaction:
        transaction = self.steps.at(uow, call, shown, about)
        require_vouched(transaction)
        require_allowed(self.steps.procedure_of(transaction))
        self._bearer(uow, call, about, transaction, citizen_number)
        if self.steps.procedure_of(transaction).on_consent:
            require_given(transaction.consent)
        return transaction

    def _bearer(
        self, uow: UnitOfWork, call: Call, about: Concern, transaction: Transaction, citizen_number: str
    ) -> str:
        """Return who bears the number: whom the transaction is about, active, and not locked by tries in vain."""
        known = transaction.subject_id
        subject_id = bearer_of(self.attempts, uow, call, about, citizen_number)
        if known not in {"", subject_id}:
            raise DomainError(
                Reason.TRANSACTION_MISMATCH, "the transaction is about another citizen", {"field": "citizen_number"}
            )
        require_active(uow.changes.state_of(subject_id))
        return subject_id

    def _of_agency(self, uow: UnitOfWork, call: Call, transaction_id: str) -> Transaction:
        transaction = uow.transactions.get(transaction_id)
        if transaction is None or transaction.context.agency_code != call.context.agency_code:
            raise DomainError(Reason.TRANSACTION_NOT_FOUND, "this agency has no such transaction, or no longer")
        return transaction

    def _asking(self, view: UnitOfWork, call: Call, transaction: Transaction) -> Asking:
        """Return what the disclosure is decided by: a field that needs any level is not told at two officers' word."""
        given, subject_id = transaction.consent, transaction.subject_id
        consent = None if given is None else self.steps.consent_of(call, transaction, subject_id)
        procedure = self.steps.procedure_of(transaction)
        return replace(self.disclosure.asking(view, call, subject_id, procedure, consent), acr=NO_BIOMETRIC)

    def _presence(self, call: Call, transaction: Transaction, vouching: Vouching) -> Presence:
        return Presence(
            str(uuid.uuid4()),
            transaction.subject_id,
            PresenceKind.EXCEPTION,
            self.steps.clock.now(),
            call.caller.name,
            vouching.second_client,
            (vouching.officer_id, vouching.second_officer_id),
            call.context.agency_code,
            call.context.procedure_code,
            call.context.dossier_code,
            vouching.documents,
            vouching.reason,
            vouching.note,
        )
