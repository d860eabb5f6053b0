"""Legal holds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from idverify.client.calls import Calls
from idverify.v1 import legal_holds_pb2 as pb
from idverify.v1 import legal_holds_pb2_grpc
from idverify.v1.types_pb2 import RequestContext


class LegalHoldCalls(Calls):
    """LegalHoldService."""

    @cached_property
    def _legal_holds(self) -> legal_holds_pb2_grpc.LegalHoldServiceStub:
        return legal_holds_pb2_grpc.LegalHoldServiceStub(self._channel)

    def place_legal_hold(self, citizen_number: str, reason: str, context: RequestContext) -> pb.LegalHold:
        """Place a hold on a citizen; ``context`` states the officer."""
        request = pb.PlaceLegalHoldRequest(context=context, citizen_number=citizen_number, reason=reason)
        return self._call(pb.PlaceLegalHoldResponse, self._legal_holds.PlaceLegalHold, request).hold

    def release_legal_hold(
        self, citizen_number: str, hold_id: str, reason: str, context: RequestContext | None = None
    ) -> pb.LegalHold:
        """Release a hold."""
        request = pb.ReleaseLegalHoldRequest(
            context=context or self.new_context(), citizen_number=citizen_number, hold_id=hold_id, reason=reason
        )
        return self._call(pb.ReleaseLegalHoldResponse, self._legal_holds.ReleaseLegalHold, request).hold

    def legal_holds(self, context: RequestContext | None = None) -> Iterator[pb.LegalHold]:
        """Yield holds in the order in which they were placed, released ones too."""
        request = pb.ListLegalHoldsRequest(context=context or self.new_context())
        while True:
            answer = self._call(pb.ListLegalHoldsResponse, self._legal_holds.ListLegalHolds, request)
            yield from answer.holds
            if not answer.next_page_token:
                return
            request.page_token = answer.next_page_token
