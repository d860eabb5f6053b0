"""Counter transactions, and the consent given in them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from idverify.client.calls import Call
from idverify.client.transport.asked import Asked, ask
from idverify.client.transport.caller import Caller
from idverify.v1 import sign_ins_pb2, sign_ins_pb2_grpc, transactions_pb2_grpc
from idverify.v1 import transactions_pb2 as pb
from idverify.v1.types_pb2 import FingerprintSample, Purpose, RequestContext
from idverify.v1.verification_pb2 import Disclosure


class TransactionCalls(Caller):
    """TransactionService, SignInService and ConsentService.

    A step takes ``after``: what the answer before gave, see :meth:`step_after`.
    """

    @cached_property
    def _transactions(self) -> transactions_pb2_grpc.TransactionServiceStub:
        return transactions_pb2_grpc.TransactionServiceStub(self._channel)

    @cached_property
    def _consents(self) -> transactions_pb2_grpc.ConsentServiceStub:
        return transactions_pb2_grpc.ConsentServiceStub(self._channel)

    @cached_property
    def _sign_ins(self) -> sign_ins_pb2_grpc.SignInServiceStub:
        return sign_ins_pb2_grpc.SignInServiceStub(self._channel)

    @staticmethod
    def step_after(nonce: str, standing: pb.TransactionStanding) -> pb.TransactionStep:
        """Return what the next step shows: the nonce of the beginning, and where the last answer left it."""
        return pb.TransactionStep(transaction_id=standing.transaction_id, nonce=nonce, step=standing.step)

    @Call
    def start_transaction(
        self, context: RequestContext, citizen_number: str = "", slip_number: str = "", sign_in_id: str = ""
    ) -> Asked[pb.StartTransactionResponse]:
        """Begin a transaction for the procedure in the context.

        A match confirms the paper slip that is named, and proves the sign-in that is named.
        """
        request = pb.StartTransactionRequest(
            context=context, citizen_number=citizen_number, slip_number=slip_number, sign_in_id=sign_in_id
        )
        return ask(pb.StartTransactionResponse, self._transactions.StartTransaction, request)

    @Call
    def add_capture(
        self, after: pb.TransactionStep, sample: FingerprintSample, context: RequestContext | None = None
    ) -> Asked[pb.AddCaptureResponse]:
        """Take an impression. One that is too poor is an answer with advice, no error."""
        request = pb.AddCaptureRequest(context=context or self.new_context(), step=after, sample=sample)
        return ask(pb.AddCaptureResponse, self._transactions.AddCapture, request)

    @Call
    def give_consent(
        self, after: pb.TransactionStep, evidence: pb.ConsentEvidence, context: RequestContext | None = None
    ) -> Asked[pb.GiveConsentResponse]:
        """Note that the citizen agreed."""
        request = pb.GiveConsentRequest(context=context or self.new_context(), step=after, evidence=evidence)
        return ask(pb.GiveConsentResponse, self._transactions.GiveConsent, request)

    @Call
    def add_card_read(
        self, after: pb.TransactionStep, card: pb.CardRead, context: RequestContext | None = None
    ) -> Asked[pb.AddCardReadResponse]:
        """Show what was read of the chip of the citizen's card."""
        request = pb.AddCardReadRequest(context=context or self.new_context(), step=after, card=card)
        return ask(pb.AddCardReadResponse, self._transactions.AddCardRead, request)

    @Call
    def enter_pin(
        self, after: pb.TransactionStep, pin: str, context: RequestContext | None = None
    ) -> Asked[pb.EnterPinResponse]:
        """Have the citizen's PIN checked. A wrong one is an answer, no error, and counts."""
        request = pb.EnterPinRequest(context=context or self.new_context(), step=after, pin=pin)
        return ask(pb.EnterPinResponse, self._transactions.EnterPin, request)

    @Call
    def authenticate_citizen(
        self,
        after: pb.TransactionStep,
        citizen_number: str,
        context: RequestContext | None = None,
        *,
        sd_jwt: bool = False,
    ) -> Asked[pb.AuthenticateCitizenResponse]:
        """Have the impressions compared with the citizen who bears the number. A non-match is an answer, no error."""
        request = pb.AuthenticateCitizenRequest(
            context=context or self.new_context(), step=after, citizen_number=citizen_number, sd_jwt=sd_jwt
        )
        return ask(pb.AuthenticateCitizenResponse, self._transactions.AuthenticateCitizen, request)

    @Call
    def ask_exception(  # as many parameters as an exception has parts
        self,
        after: pb.TransactionStep,
        citizen_number: str,
        reason: pb.ExceptionReason,
        documents: Sequence[pb.SeenDocument],
        note: str = "",
        context: RequestContext | None = None,
    ) -> Asked[pb.AskExceptionResponse]:
        """Vouch, as the officer of the transaction, for a citizen who can show no finger."""
        request = pb.AskExceptionRequest(
            context=context or self.new_context(),
            step=after,
            citizen_number=citizen_number,
            reason=reason,
            note=note,
            documents=documents,
        )
        return ask(pb.AskExceptionResponse, self._transactions.AskException, request)

    @Call
    def confirm_exception(
        self,
        transaction_id: str,
        citizen_number: str,
        reason: pb.ExceptionReason,
        context: RequestContext | None = None,
    ) -> Asked[pb.ConfirmExceptionResponse]:
        """Vouch as the second officer, by another client with a key of its own."""
        request = pb.ConfirmExceptionRequest(
            context=context or self.new_context(),
            transaction_id=transaction_id,
            citizen_number=citizen_number,
            reason=reason,
        )
        return ask(pb.ConfirmExceptionResponse, self._transactions.ConfirmException, request)

    @Call
    def authenticate_by_exception(
        self,
        after: pb.TransactionStep,
        citizen_number: str,
        context: RequestContext | None = None,
        *,
        sd_jwt: bool = False,
    ) -> Asked[pb.AuthenticateByExceptionResponse]:
        """Conclude a transaction that two officers vouch for."""
        request = pb.AuthenticateByExceptionRequest(
            context=context or self.new_context(), step=after, citizen_number=citizen_number, sd_jwt=sd_jwt
        )
        return ask(pb.AuthenticateByExceptionResponse, self._transactions.AuthenticateByException, request)

    @Call
    def end_transaction(
        self, after: pb.TransactionStep, context: RequestContext | None = None, *, consent_refused: bool = False
    ) -> Asked[pb.EndTransactionResponse]:
        """End a transaction that comes to nothing. `consent_refused`: the citizen was asked and does not agree."""
        request = pb.EndTransactionRequest(
            context=context or self.new_context(), step=after, consent_refused=consent_refused
        )
        return ask(pb.EndTransactionResponse, self._transactions.EndTransaction, request)

    @Call
    def get_transaction(self, transaction_id: str) -> Asked[pb.TransactionStanding]:
        """Return where a transaction of one's own stands."""
        request = pb.GetTransactionRequest(context=self.new_context(), transaction_id=transaction_id)
        return ask(
            pb.GetTransactionResponse, self._transactions.GetTransaction, request, lambda answer: answer.standing
        )

    @Call
    def find_transaction(self, transaction_id: str) -> Asked[pb.GetTransactionResponse]:
        """Return all that the beginning of a transaction of one's own told but its nonce, and what it has by now."""
        request = pb.GetTransactionRequest(context=self.new_context(), transaction_id=transaction_id)
        return ask(pb.GetTransactionResponse, self._transactions.GetTransaction, request)

    @Call
    def open_transactions(self, context: RequestContext | None = None) -> Asked[pb.ListOpenTransactionsResponse]:
        """Return what is open at the counters of the context's agency, oldest first."""
        request = pb.ListOpenTransactionsRequest(context=context or self.new_context())
        return ask(pb.ListOpenTransactionsResponse, self._transactions.ListOpenTransactions, request)

    @Call
    def list_procedure_records(
        self,
        assertion_jwt: str,
        citizen_number: str = "",
        context: RequestContext | None = None,
        *,
        subject_id: str = "",
    ) -> Asked[Disclosure]:
        """Have disclosed once more what the procedure may see, while the assertion of the match lives.

        Whom a search found is named by ``subject_id``.
        """
        request = pb.ListProcedureRecordsRequest(context=context or self.new_context(), assertion_jwt=assertion_jwt)
        if citizen_number:
            request.citizen_number = citizen_number
        elif subject_id:
            request.subject_id = subject_id
        return ask(
            pb.ListProcedureRecordsResponse,
            self._transactions.ListProcedureRecords,
            request,
            lambda answer: answer.disclosure,
        )

    @Call
    def sign_ins(self, citizen_number: str, context: RequestContext | None = None) -> Asked[list[sign_ins_pb2.SignIn]]:
        """Return what portals wait for from a citizen who stands at the counter, oldest first."""
        request = sign_ins_pb2.ListSignInsRequest(context=context or self.new_context(), citizen_number=citizen_number)
        return ask(
            sign_ins_pb2.ListSignInsResponse,
            self._sign_ins.ListSignIns,
            request,
            lambda answer: list(answer.sign_ins),
        )

    @Call
    def list_consents(
        self, citizen_number: str, purpose: Purpose, context: RequestContext | None = None
    ) -> Asked[list[pb.Consent]]:
        """Return what a citizen agreed to, oldest first. Say what for."""
        request = pb.ListConsentsRequest(context=context or self.new_context(), citizen_number=citizen_number)
        request.context.purpose = purpose
        return ask(pb.ListConsentsResponse, self._consents.ListConsents, request, lambda answer: list(answer.consents))

    @Call
    def withdraw_consent(
        self, citizen_number: str, consent_id: str, context: RequestContext | None = None
    ) -> Asked[pb.Consent]:
        """Take a consent back for a citizen."""
        request = pb.WithdrawConsentRequest(
            context=context or self.new_context(), citizen_number=citizen_number, consent_id=consent_id
        )
        return ask(pb.WithdrawConsentResponse, self._consents.WithdrawConsent, request, lambda answer: answer.consent)
