"""The part of TransactionService that goes without a finger."""

from __future__ import annotations

from idverify.dispatch.fair_queue import Priority
from idverify.dispatch.method import Methods
from idverify.domain.model import Vouching
from idverify.domain.vouching.exceptions import LONGEST_NOTE
from idverify.rpc.convert.answers import encoded, officer_proof
from idverify.rpc.convert.counter import documents_of, exception_reason_of, standing_message, step_of
from idverify.rpc.convert.disclosing import disclosure_message
from idverify.rpc.convert.fields import missing, text
from idverify.rpc.methods import rpc, service_name
from idverify.services.calls.call import Call
from idverify.services.counter.exceptions import Asked, ExceptionService, VouchedAnswer
from idverify.v1 import transactions_pb2 as pb


class ExceptionServicer:
    """Leads two officers through an exception."""

    def __init__(self, exceptions: ExceptionService) -> None:
        self._exceptions = exceptions

    def methods(self) -> Methods:
        """Return the RPCs."""
        name, first = service_name(pb.DESCRIPTOR, "TransactionService"), Priority.COUNTER
        return [
            rpc(name, "AskException", pb.AskExceptionRequest, self.ask, needs_request_id=True, priority=first),
            rpc(
                name,
                "ConfirmException",
                pb.ConfirmExceptionRequest,
                self.confirm,
                needs_request_id=True,
                decides_on=lambda request: request.transaction_id,
                priority=first,
            ),
            rpc(
                name,
                "AuthenticateByException",
                pb.AuthenticateByExceptionRequest,
                self.authenticate,
                needs_request_id=True,
                priority=first,
            ),
        ]

    def ask(self, call: Call, request: pb.AskExceptionRequest) -> bytes:
        """Note the first officer's word."""
        note = text(request.note, "note", LONGEST_NOTE)
        documents = documents_of(request.documents, note)
        asked = Asked(request.citizen_number, exception_reason_of(request.reason), note, documents)
        return self._exceptions.ask(
            call,
            step_of(request.step),
            asked,
            lambda standing: encoded(pb.AskExceptionResponse(standing=standing_message(standing))),
        )

    def confirm(self, call: Call, request: pb.ConfirmExceptionRequest) -> bytes:
        """Note the second officer's word."""
        if not request.transaction_id:
            raise missing("transaction_id")
        return self._exceptions.confirm(
            call,
            text(request.transaction_id, "transaction_id", 64),
            request.citizen_number,
            exception_reason_of(request.reason),
            _confirmed,
        )

    def authenticate(self, call: Call, request: pb.AuthenticateByExceptionRequest) -> bytes:
        """Conclude."""
        return self._exceptions.authenticate(
            call, step_of(request.step), request.citizen_number, _authenticated, sd_jwt=request.sd_jwt
        )


def _confirmed(vouching: Vouching) -> bytes:
    proof = officer_proof(vouching.officer_id, signed_in=vouching.signed_in)
    return encoded(pb.ConfirmExceptionResponse(first_officer_id=vouching.officer_id, first_officer_proof=proof))


def _authenticated(answer: VouchedAnswer) -> bytes:
    return encoded(
        pb.AuthenticateByExceptionResponse(
            standing=standing_message(answer.standing),
            disclosure=disclosure_message(answer.disclosure),
            consent_id=answer.consent_id,
        )
    )
