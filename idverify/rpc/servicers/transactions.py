"""TransactionService and ConsentService."""

from __future__ import annotations

from idverify.dispatch.fair_queue import Priority
from idverify.dispatch.method import Methods
from idverify.domain.assurance import Factor
from idverify.ports import Catalogue, Clock
from idverify.rpc.convert.answers import encoded, position_code, quality_message
from idverify.rpc.convert.cards import card_of
from idverify.rpc.convert.counter import (
    consent_message,
    evidence_of,
    plan_messages,
    shown_assertion,
    standing_message,
    step_of,
    text_message,
    unavailable_message,
)
from idverify.rpc.convert.disclosing import disclosed_message
from idverify.rpc.convert.fields import missing, text
from idverify.rpc.convert.samples import sample_of
from idverify.rpc.convert.verified import verify_response
from idverify.rpc.methods import bytes_of_samples, rpc, service_name
from idverify.services.calls.call import Call
from idverify.services.counter.authentication import Authenticated, AuthenticationService
from idverify.services.counter.consents import ConsentService
from idverify.services.counter.factors import CardTaken, FactorService, PinEntered
from idverify.services.counter.procedure_records import ProcedureRecordsService
from idverify.services.counter.transactions import Begun, Captured, TransactionService
from idverify.v1 import transactions_pb2 as pb


class TransactionServicer:
    """Leads counters through transactions."""

    def __init__(
        self,
        transactions: TransactionService,
        factors: FactorService,
        authentication: AuthenticationService,
        records: ProcedureRecordsService,
        catalogue: Catalogue,
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._factors = factors
        self._authentication = authentication
        self._records = records
        self._catalogue = catalogue
        self._clock = clock

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "TransactionService")
        first, one = Priority.COUNTER, bytes_of_samples(1)
        return [
            rpc(
                name, "StartTransaction", pb.StartTransactionRequest, self.start, needs_request_id=True, priority=first
            ),
            rpc(
                name,
                "AddCapture",
                pb.AddCaptureRequest,
                self.add_capture,
                needs_request_id=True,
                priority=first,
                most_bytes=one,
            ),
            rpc(name, "GiveConsent", pb.GiveConsentRequest, self.give_consent, needs_request_id=True, priority=first),
            rpc(name, "AddCardRead", pb.AddCardReadRequest, self.add_card_read, needs_request_id=True, priority=first),
            rpc(name, "EnterPin", pb.EnterPinRequest, self.enter_pin, needs_request_id=True, priority=first),
            rpc(
                name,
                "AuthenticateCitizen",
                pb.AuthenticateCitizenRequest,
                self.authenticate,
                needs_request_id=True,
                priority=first,
            ),
            rpc(name, "EndTransaction", pb.EndTransactionRequest, self.end, needs_request_id=True, priority=first),
            rpc(name, "GetTransaction", pb.GetTransactionRequest, self.get, priority=first),
            rpc(
                name,
                "ListProcedureRecords",
                pb.ListProcedureRecordsRequest,
                self.list_procedure_records,
                needs_request_id=True,
                priority=first,
            ),
        ]

    def start(self, call: Call, request: pb.StartTransactionRequest) -> bytes:
        """Begin one."""
        slip = text(request.slip_number, "slip_number", 40)
        sign_in = text(request.sign_in_id, "sign_in_id", 40)
        return self._transactions.start(call, request.citizen_number, self._begun, slip, sign_in)

    def add_capture(self, call: Call, request: pb.AddCaptureRequest) -> bytes:
        """Take an impression."""
        sample = sample_of(request.sample, "sample")
        return self._transactions.capture(call, step_of(request.step), sample, _captured)

    def give_consent(self, call: Call, request: pb.GiveConsentRequest) -> bytes:
        """Note consent."""
        given = evidence_of(request.evidence, call.context.officer_id, self._clock.now())
        return self._transactions.consent(
            call,
            step_of(request.step),
            given,
            lambda standing: encoded(pb.GiveConsentResponse(standing=standing_message(standing))),
        )

    def add_card_read(self, call: Call, request: pb.AddCardReadRequest) -> bytes:
        """Take what was read of a chip."""
        card, attestation = card_of(request.card), request.card.device_attestation
        return self._factors.read_card(call, step_of(request.step), card, attestation, _card_taken)

    def enter_pin(self, call: Call, request: pb.EnterPinRequest) -> bytes:
        """Check a PIN."""
        if not request.pin:
            raise missing("pin")
        return self._factors.enter_pin(call, step_of(request.step), request.pin, _pin_entered)

    def authenticate(self, call: Call, request: pb.AuthenticateCitizenRequest) -> bytes:
        """Compare."""
        return self._authentication.authenticate(
            call, step_of(request.step), request.citizen_number, _authenticated, sd_jwt=request.sd_jwt
        )

    def end(self, call: Call, request: pb.EndTransactionRequest) -> bytes:
        """End one that comes to nothing."""
        return self._transactions.end(
            call,
            step_of(request.step),
            lambda standing: encoded(pb.EndTransactionResponse(standing=standing_message(standing))),
            consent_refused=request.consent_refused,
        )

    def get(self, call: Call, request: pb.GetTransactionRequest) -> bytes:
        """Tell where one stands."""
        if not request.transaction_id:
            raise missing("transaction_id")
        found = self._transactions.found(call, text(request.transaction_id, "transaction_id", 64))
        begun = found.begun
        return encoded(
            pb.GetTransactionResponse(
                standing=standing_message(begun.standing),
                procedure_code=begun.procedure.code,
                dossier_code=found.dossier_code,
                wanted_factors=_factor_names(begun),
                wanted_fingers=map(position_code, begun.wanted),
                disclosures=plan_messages(begun.procedure, self._catalogue),
                consent_needed=begun.consent_needed,
                consent_texts=map(text_message, begun.consent_texts),
                unavailable_fingers=map(unavailable_message, begun.unavailable),
                captured_fingers=map(position_code, found.captured),
                legal_basis=begun.procedure.legal_basis,
            )
        )

    def list_procedure_records(self, call: Call, request: pb.ListProcedureRecordsRequest) -> bytes:
        """Disclose once more."""
        return self._records.list(
            call,
            shown_assertion(request),
            lambda given: encoded(pb.ListProcedureRecordsResponse(disclosure=disclosed_message(given))),
        )

    def _begun(self, begun: Begun) -> bytes:
        return encoded(
            pb.StartTransactionResponse(
                standing=standing_message(begun.standing),
                nonce=begun.nonce,
                wanted_factors=_factor_names(begun),
                wanted_fingers=[position_code(position) for position in begun.wanted],
                disclosures=plan_messages(begun.procedure, self._catalogue),
                consent_needed=begun.consent_needed,
                consent_texts=[text_message(shown) for shown in begun.consent_texts],
                unavailable_fingers=map(unavailable_message, begun.unavailable),
                legal_basis=begun.procedure.legal_basis,
            )
        )


class ConsentServicer:
    """Tells of consent, and takes it back."""

    def __init__(self, service: ConsentService) -> None:
        self._service = service

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "ConsentService")
        return [
            rpc(name, "ListConsents", pb.ListConsentsRequest, self.list_consents, needs_purpose=True),
            rpc(name, "WithdrawConsent", pb.WithdrawConsentRequest, self.withdraw_consent, needs_request_id=True),
        ]

    def list_consents(self, call: Call, request: pb.ListConsentsRequest) -> bytes:
        """List what a citizen agreed to."""
        consents = self._service.of(call, request.citizen_number)
        return encoded(pb.ListConsentsResponse(consents=[consent_message(consent) for consent in consents]))

    def withdraw_consent(self, call: Call, request: pb.WithdrawConsentRequest) -> bytes:
        """Take one back."""
        if not request.consent_id:
            raise missing("consent_id")
        return self._service.withdraw(
            call,
            request.citizen_number,
            text(request.consent_id, "consent_id", 64),
            lambda consent: encoded(pb.WithdrawConsentResponse(consent=consent_message(consent))),
        )


def _factor_names(begun: Begun) -> list[str]:
    return [factor.value[1] for factor in Factor if factor in begun.factors]


def _captured(captured: Captured) -> bytes:
    return encoded(
        pb.AddCaptureResponse(
            standing=standing_message(captured.standing), quality=quality_message(captured.quality), kept=captured.kept
        )
    )


def _card_taken(taken: CardTaken) -> bytes:
    return encoded(
        pb.AddCardReadResponse(
            standing=standing_message(taken.standing),
            issuer=taken.card.issuer,
            differing_fields=taken.card.differing,
            clone_check=pb.CLONE_CHECK_NOT_PERFORMED,
        )
    )


def _pin_entered(entered: PinEntered) -> bytes:
    return encoded(
        pb.EnterPinResponse(
            standing=standing_message(entered.standing), accepted=entered.accepted, tries_left=entered.tries_left
        )
    )


def _authenticated(authenticated: Authenticated) -> bytes:
    return encoded(
        pb.AuthenticateCitizenResponse(
            standing=standing_message(authenticated.standing),
            verification=verify_response(authenticated.verified),
            consent_id=authenticated.consent_id,
        )
    )
