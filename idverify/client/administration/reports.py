"""Reports in figures."""

from __future__ import annotations

from functools import cached_property

from idverify.client.calls import Calls
from idverify.v1 import reports_pb2 as pb
from idverify.v1 import reports_pb2_grpc
from idverify.v1.types_pb2 import RequestContext


class ReportCalls(Calls):
    """ReportService."""

    @cached_property
    def _reports(self) -> reports_pb2_grpc.ReportServiceStub:
        return reports_pb2_grpc.ReportServiceStub(self._channel)

    def count_disclosures(self, first_month: str = "", last_month: str = "") -> pb.CountDisclosuresResponse:
        """Count what was disclosed in some months (YYYY-MM), and the papers that nobody had to bring."""
        request = pb.CountDisclosuresRequest(first_month=first_month, last_month=last_month)
        return self._call(pb.CountDisclosuresResponse, self._reports.CountDisclosures, request)

    def count_decisions(
        self, first_day: str = "", last_day: str = "", context: RequestContext | None = None
    ) -> pb.CountDecisionsResponse:
        """Count what was decided in some days (YYYY-MM-DD; today), by hour, finger and scanner."""
        request = pb.CountDecisionsRequest(
            context=context or self.new_context(), first_day=first_day, last_day=last_day
        )
        return self._call(pb.CountDecisionsResponse, self._reports.CountDecisions, request)

    def count_presences(self, first_month: str = "", last_month: str = "") -> pb.CountPresencesResponse:
        """Count where officers vouched, in exceptions and on paper slips, in some months (YYYY-MM)."""
        request = pb.CountPresencesRequest(first_month=first_month, last_month=last_month)
        return self._call(pb.CountPresencesResponse, self._reports.CountPresences, request)
