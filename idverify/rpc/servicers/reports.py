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
        return [
            rpc(name, "CountDisclosures", pb.CountDisclosuresRequest, self.count_disclosures),
            rpc(name, "CountPresences", pb.CountPresencesRequest, self.count_presences),
        ]

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

    def count_presences(self, call: Call, request: pb.CountPresencesRequest) -> bytes:
        """Count where officers vouched."""
        counts = self._papers.presences(call, request.first_month, request.last_month)
        messages = [
            pb.PresenceCount(
                month=count.period,
                procedure_code=count.procedure_code,
                agency_code=count.agency_code,
                officer_id=count.officer_id,
                second_officer_id=count.second_officer_id,
                kind=f"PRESENCE_KIND_{count.kind.value}",
                reason=count.reason,
                count=count.count,
            )
            for count in counts
        ]
        return encoded(pb.CountPresencesResponse(counts=messages))
