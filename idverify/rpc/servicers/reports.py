"""ReportService."""

from __future__ import annotations

from idverify.dispatch.method import Methods
from idverify.domain.model import AcquisitionCount, HourCount
from idverify.rpc.convert.answers import encoded, position_code
from idverify.rpc.methods import rpc, service_name
from idverify.services.calls.call import Call
from idverify.services.counter.supervising import SupervisionService
from idverify.services.papers import PapersService
from idverify.v1 import reports_pb2 as pb


class ReportServicer:
    """Counts."""

    def __init__(self, papers: PapersService, supervision: SupervisionService) -> None:
        self._papers = papers
        self._supervision = supervision

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "ReportService")
        return [
            rpc(name, "CountDisclosures", pb.CountDisclosuresRequest, self.count_disclosures),
            rpc(name, "CountPresences", pb.CountPresencesRequest, self.count_presences),
            rpc(name, "CountDecisions", pb.CountDecisionsRequest, self.count_decisions),
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

    def count_decisions(self, call: Call, request: pb.CountDecisionsRequest) -> bytes:
        """Count what was decided."""
        counts = self._supervision.decisions(call, request.first_day, request.last_day)
        return encoded(
            pb.CountDecisionsResponse(
                hours=map(_hour, counts.hours),
                fingers=[
                    pb.FingerCount(finger_position=position_code(finger), count=_acquired(count))
                    for finger, count in counts.fingers.items()
                ],
                devices=[
                    pb.DeviceCount(device_id=device, count=_acquired(count)) for device, count in counts.devices.items()
                ],
                total=_acquired(counts.total),
            )
        )


def _hour(count: HourCount) -> pb.HourCount:
    return pb.HourCount(
        day=count.day,
        hour=count.hour,
        matches=count.matches,
        no_matches=count.no_matches,
        inconclusive=count.inconclusive,
        exceptions=count.exceptions,
    )


def _acquired(count: AcquisitionCount) -> pb.AcquisitionCount:
    return pb.AcquisitionCount(
        captured=count.captured, poor=count.poor, decisions=count.decisions, inconclusive=count.inconclusive
    )
