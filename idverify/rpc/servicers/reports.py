"""ReportService."""

from __future__ import annotations

from idverify.dispatch.method import Methods
from idverify.rpc.convert.answers import encoded
from idverify.rpc.methods import rpc, service_name
from idverify.services.calls.call import Call
from idverify.services.papers import PapersService
from idverify.v1 import reports_pb2 as pb


class ReportServicer:
    """Counts."""

    def __init__(self, papers: PapersService) -> None:
        self._papers = papers

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "ReportService")
        return [rpc(name, "CountDisclosures", pb.CountDisclosuresRequest, self.count_disclosures)]

    def count_disclosures(self, call: Call, request: pb.CountDisclosuresRequest) -> bytes:
        """Count what was disclosed."""
        counts = self._papers.between(call, request.first_month, request.last_month)
        messages = [
            pb.DisclosureCount(
                month=count.month,
                procedure_code=count.procedure_code,
                agency_code=count.agency_code,
                record_type=count.record_type,
                disclosed=count.disclosed,
                papers_saved=count.papers_saved,
            )
            for count in counts
        ]
        total = sum(count.papers_saved for count in counts)
        return encoded(pb.CountDisclosuresResponse(counts=messages, papers_saved=total))
