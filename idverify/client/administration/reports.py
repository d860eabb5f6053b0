"""Reports in figures."""

from __future__ import annotations

from functools import cached_property

from idverify.client.calls import Call
from idverify.client.transport.asked import Asked, ask
from idverify.client.transport.caller import Caller
from idverify.v1 import reports_pb2 as pb
from idverify.v1 import reports_pb2_grpc
from idverify.v1.types_pb2 import RequestContext


class ReportCalls(Caller):
    """ReportService."""

    @cached_property
    def _reports(self) -> reports_pb2_grpc.ReportServiceStub:
        return reports_pb2_grpc.ReportServiceStub(self._channel)

    @Call
    def count_disclosures(self, first_month: str = "", last_month: str = "") -> Asked[pb.CountDisclosuresResponse]:
        """Count what was disclosed in some months (YYYY-MM), and the papers that nobody had to bring."""
        request = pb.CountDisclosuresRequest(first_month=first_month, last_month=last_month)
        return ask(pb.CountDisclosuresResponse, self._reports.CountDisclosures, request)

    @Call
    def count_decisions(
        self, first_day: str = "", last_day: str = "", context: RequestContext | None = None
    ) -> Asked[pb.CountDecisionsResponse]:
        """Count what was decided in some days (YYYY-MM-DD; today), by hour, finger and scanner."""
        request = pb.CountDecisionsRequest(
            context=context or self.new_context(), first_day=first_day, last_day=last_day
        )
        return ask(pb.CountDecisionsResponse, self._reports.CountDecisions, request)

    @Call
    def count_presences(self, first_month: str = "", last_month: str = "") -> Asked[pb.CountPresencesResponse]:
        """Count where officers vouched, in exceptions and on paper slips, in some months (YYYY-MM)."""
        request = pb.CountPresencesRequest(first_month=first_month, last_month=last_month)
        return ask(pb.CountPresencesResponse, self._reports.CountPresences, request)
