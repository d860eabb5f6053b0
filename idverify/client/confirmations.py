"""What a dossier keeps of an assertion."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from idverify.client.calls import Call
from idverify.client.transport.asked import Asked, ask
from idverify.client.transport.caller import Caller
from idverify.v1 import confirmations_pb2 as pb
from idverify.v1 import confirmations_pb2_grpc
from idverify.v1.types_pb2 import Record, RequestContext


class ConfirmationCalls(Caller):
    """ConfirmationService."""

    @cached_property
    def _confirmations(self) -> confirmations_pb2_grpc.ConfirmationServiceStub:
        return confirmations_pb2_grpc.ConfirmationServiceStub(self._channel)

    @Call
    def issue_confirmation(
        self,
        assertion_jwt: str,
        context: RequestContext,
        *,
        citizen_number: str = "",
        subject_id: str = "",
        records: Iterable[Record] = (),
        days: int = 0,
    ) -> Asked[pb.IssueConfirmationResponse]:
        """Have a live assertion confirmed for the dossier in the context, with the records that came with it."""
        request = pb.IssueConfirmationRequest(context=context, assertion_jwt=assertion_jwt, records=records, days=days)
        if citizen_number:
            request.citizen_number = citizen_number
        elif subject_id:
            request.subject_id = subject_id
        return ask(pb.IssueConfirmationResponse, self._confirmations.IssueConfirmation, request)

    @Call
    def print_confirmation(self, sd_jwt: str, context: RequestContext | None = None) -> Asked[bytes]:
        """Return a confirmation as a signed PDF, with what it shows."""
        request = pb.PrintConfirmationRequest(context=context or self.new_context(), sd_jwt=sd_jwt)
        return ask(
            pb.PrintConfirmationResponse, self._confirmations.PrintConfirmation, request, lambda answer: answer.pdf
        )

    @Call
    def revoke_confirmation(
        self,
        confirmation_id: str = "",
        context: RequestContext | None = None,
        *,
        citizen_number: str = "",
        consent_ref: str = "",
    ) -> Asked[list[str]]:
        """Revoke one, or all of a citizen or of a consent; return the ids of those that held until now.

        Raises:
            ValueError: more than one of them is named.
        """
        if [confirmation_id, citizen_number, consent_ref].count("") < 2:
            raise ValueError("name one confirmation, one citizen or one consent")
        request = pb.RevokeConfirmationRequest(context=context or self.new_context())
        if confirmation_id:
            request.confirmation_id = confirmation_id
        elif citizen_number:
            request.citizen_number = citizen_number
        elif consent_ref:
            request.consent_ref = consent_ref
        return ask(
            pb.RevokeConfirmationResponse,
            self._confirmations.RevokeConfirmation,
            request,
            lambda answer: list(answer.revoked_ids),
        )

    @Call
    def status_list(self, number: int = 0) -> Asked[str]:
        """Return a status list as it is now, a signed JWT, to check confirmations with."""
        request = pb.GetStatusListRequest(number=number)
        return ask(pb.GetStatusListResponse, self._confirmations.GetStatusList, request, lambda answer: answer.jwt)
