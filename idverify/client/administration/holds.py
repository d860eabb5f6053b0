"""Legal holds."""

from __future__ import annotations

from functools import cached_property

from idverify.client.calls import Call, Pages
from idverify.client.transport.asked import Asked, Paged, ask, paged
from idverify.client.transport.caller import Caller
from idverify.v1 import legal_holds_pb2 as pb
from idverify.v1 import legal_holds_pb2_grpc
from idverify.v1.types_pb2 import RequestContext


class LegalHoldCalls(Caller):
    """LegalHoldService."""

    @cached_property
    def _legal_holds(self) -> legal_holds_pb2_grpc.LegalHoldServiceStub:
        return legal_holds_pb2_grpc.LegalHoldServiceStub(self._channel)

    @Call
    def place_legal_hold(self, citizen_number: str, reason: str, context: RequestContext) -> Asked[pb.LegalHold]:
        """Place a hold on a citizen; ``context`` states the officer."""
        request = pb.PlaceLegalHoldRequest(context=context, citizen_number=citizen_number, reason=reason)
        return ask(pb.PlaceLegalHoldResponse, self._legal_holds.PlaceLegalHold, request, lambda answer: answer.hold)

    @Call
    def release_legal_hold(
        self, citizen_number: str, hold_id: str, reason: str, context: RequestContext | None = None
    ) -> Asked[pb.LegalHold]:
        """Release a hold."""
        request = pb.ReleaseLegalHoldRequest(
            context=context or self.new_context(), citizen_number=citizen_number, hold_id=hold_id, reason=reason
        )
        return ask(pb.ReleaseLegalHoldResponse, self._legal_holds.ReleaseLegalHold, request, lambda answer: answer.hold)

    @Pages
    def legal_holds(self, context: RequestContext | None = None) -> Paged[pb.LegalHold]:
        """Yield holds in the order in which they were placed, released ones too."""
        request = pb.ListLegalHoldsRequest(context=context or self.new_context())
        return paged(pb.ListLegalHoldsResponse, self._legal_holds.ListLegalHolds, request, lambda page: page.holds)
