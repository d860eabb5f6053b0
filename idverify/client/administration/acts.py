"""Acts that wait for a second person."""

from __future__ import annotations

from functools import cached_property

from idverify.client.calls import Call, Pages
from idverify.client.transport.asked import Asked, Paged, ask, paged
from idverify.client.transport.caller import Caller
from idverify.v1 import acts_pb2, acts_pb2_grpc
from idverify.v1.types_pb2 import RequestContext


class ActCalls(Caller):
    """ActService."""

    @cached_property
    def _acts(self) -> acts_pb2_grpc.ActServiceStub:
        return acts_pb2_grpc.ActServiceStub(self._channel)

    @Pages
    def acts(self, *, page_size: int = 0) -> Paged[acts_pb2.Act]:
        """Iterate over all acts in the order in which they were asked for, fetching a page when it is needed."""
        request = acts_pb2.ListActsRequest(page_size=page_size)
        return paged(acts_pb2.ListActsResponse, self._acts.ListActs, request, lambda page: page.acts)

    @Call
    def act(self, act_id: str, context: RequestContext | None = None) -> Asked[acts_pb2.GetActResponse]:
        """Return an act with its request."""
        request = acts_pb2.GetActRequest(context=context or self.new_context(), act_id=act_id)
        return ask(acts_pb2.GetActResponse, self._acts.GetAct, request)

    @Call
    def approve_act(self, act_id: str, digest: str, context: RequestContext | None = None) -> Asked[acts_pb2.Act]:
        """Approve an act of another client, whose digest you have read with it; it is done when this returns."""
        request = acts_pb2.ApproveActRequest(context=context or self.new_context(), act_id=act_id, digest=digest)
        return ask(acts_pb2.ApproveActResponse, self._acts.ApproveAct, request, lambda answer: answer.act)

    @Call
    def reject_act(self, act_id: str, context: RequestContext | None = None) -> Asked[acts_pb2.Act]:
        """Reject an act."""
        request = acts_pb2.RejectActRequest(context=context or self.new_context(), act_id=act_id)
        return ask(acts_pb2.RejectActResponse, self._acts.RejectAct, request, lambda answer: answer.act)
