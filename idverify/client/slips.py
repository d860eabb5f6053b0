"""Paper slips, for when there is no service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from google.protobuf.timestamp_pb2 import Timestamp

from idverify.client.calls import Call, Pages
from idverify.client.transport.asked import Asked, Paged, ask, paged
from idverify.client.transport.caller import Caller
from idverify.v1 import slips_pb2 as pb
from idverify.v1 import slips_pb2_grpc
from idverify.v1.transactions_pb2 import SeenDocument
from idverify.v1.types_pb2 import RequestContext


class SlipCalls(Caller):
    """SlipService."""

    @cached_property
    def _slips(self) -> slips_pb2_grpc.SlipServiceStub:
        return slips_pb2_grpc.SlipServiceStub(self._channel)

    @Call
    def issue_slips(self, count: int, context: RequestContext | None = None) -> Asked[pb.IssueSlipsResponse]:
        """Issue a block of slips to the agency of the context, with a sheet to print."""
        request = pb.IssueSlipsRequest(context=context or self.new_context(), count=count)
        return ask(pb.IssueSlipsResponse, self._slips.IssueSlips, request)

    @Call
    def reconcile_slip(  # as many parameters as a slip has lines
        self,
        slip_number: str,
        seen: datetime,
        officers: tuple[str, str],
        citizen_number: str,
        documents: Sequence[SeenDocument],
        context: RequestContext,
        *,
        handed_out: str = "",
        scan_sha256: str = "",
    ) -> Asked[pb.ReconcileSlipResponse]:
        """Bring a slip into the register; ``context`` states procedure and dossier, ``seen`` is aware."""
        seen_time = Timestamp()
        seen_time.FromDatetime(seen)
        request = pb.ReconcileSlipRequest(
            context=context,
            slip_number=slip_number,
            seen_time=seen_time,
            officer_id=officers[0],
            second_officer_id=officers[1],
            citizen_number=citizen_number,
            documents=documents,
            handed_out=handed_out,
            scan_sha256=scan_sha256,
        )
        return ask(pb.ReconcileSlipResponse, self._slips.ReconcileSlip, request)

    @Call
    def void_slip(self, serial: str, reason: str, context: RequestContext | None = None) -> Asked[pb.Slip]:
        """Take a slip out of use that was lost or spoilt."""
        request = pb.VoidSlipRequest(context=context or self.new_context(), serial=serial, reason=reason)
        return ask(pb.VoidSlipResponse, self._slips.VoidSlip, request, lambda answer: answer.slip)

    @Pages
    def slips(
        self, state: pb.SlipState = pb.SLIP_STATE_UNSPECIFIED, context: RequestContext | None = None
    ) -> Paged[pb.Slip]:
        """Yield slips in the order in which they were issued; unspecified: of every state."""
        request = pb.ListSlipsRequest(context=context or self.new_context(), state=state)
        return paged(pb.ListSlipsResponse, self._slips.ListSlips, request, lambda page: page.slips)
