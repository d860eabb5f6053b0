"""GalleryService."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from idverify.dispatch.method import Methods
from idverify.domain.enrolling.renewal import RenewalReport
from idverify.ports import Gallery
from idverify.rpc.convert.answers import encoded, position_code, timestamp
from idverify.rpc.convert.fields import optional_number
from idverify.rpc.methods import rpc, service_name
from idverify.rpc.servicers.operations import PREFIX, operation_id
from idverify.services.calls.call import Call
from idverify.services.operations import OperationsService
from idverify.services.prints.duplicate_pairs import FoundPairs
from idverify.services.prints.renewal import RenewalAsked
from idverify.v1 import gallery_pb2 as pb


class GalleryServicer:
    """Watches over the gallery."""

    def __init__(
        self, gallery: Gallery, snapshot_time: Callable[[], datetime | None], operations: OperationsService
    ) -> None:
        self._gallery = gallery
        self._snapshot_time = snapshot_time
        self._operations = operations

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "GalleryService")
        start, request = self.start_find_duplicates, pb.StartFindDuplicatesRequest
        renew, renewal = self.start_renew_templates, pb.StartRenewTemplatesRequest
        return [
            rpc(name, "GetGalleryStatus", pb.GetGalleryStatusRequest, self.get_gallery_status, at_once=True),
            rpc(name, "StartFindDuplicates", request, start, needs_request_id=True),
            rpc(name, "StartRenewTemplates", renewal, renew, needs_request_id=True),
        ]

    def get_gallery_status(self, call: Call, request: pb.GetGalleryStatusRequest) -> bytes:
        """Tell how large it is."""
        del call, request
        figures, saved = self._gallery.figures(), self._snapshot_time()
        return encoded(
            pb.GetGalleryStatusResponse(
                impressions=figures.impressions,
                bytes=figures.bytes,
                segments=figures.segments,
                snapshot_time=timestamp(saved) if saved else None,
                search_latency=pb.LatencyHistogram(
                    bounds_seconds=figures.search_latency.bounds,
                    counts=figures.search_latency.counts,
                    sum_seconds=figures.search_latency.sum_seconds,
                ),
            )
        )

    def start_find_duplicates(self, call: Call, request: pb.StartFindDuplicatesRequest) -> bytes:
        """Start to search everybody among all others."""
        target = optional_number(request.target_fpir, "target_fpir")
        name = request.continue_operation
        continued = operation_id(name, "continue_operation") if name else ""
        return self._operations.start_find_duplicates(call, target, _started, _result, continued)

    def start_renew_templates(self, call: Call, request: pb.StartRenewTemplatesRequest) -> bytes:
        """Start to make templates anew of the images that are kept."""
        asked = RenewalAsked(request.dry_run, request.most_people)
        return self._operations.start_renew_templates(call, asked, _renewal_started, _report)


def _started(operation_id: str) -> bytes:
    return encoded(pb.StartFindDuplicatesResponse(operation=f"{PREFIX}{operation_id}"))


def _result(found: FoundPairs) -> bytes:
    pairs = [
        pb.DuplicatePair(
            subject_id=pair.subject_id,
            other_subject_id=pair.other_subject_id,
            score=pair.likeness.score,
            fmr_at_score=pair.likeness.fmr,
        )
        for pair in found.pairs
    ]
    return encoded(pb.FindDuplicatesResponse(pairs=pairs, pairs_found=found.found, people=found.people))


def _renewal_started(operation_id: str) -> bytes:
    return encoded(pb.StartRenewTemplatesResponse(operation=f"{PREFIX}{operation_id}"))


def _report(report: RenewalReport) -> bytes:
    kept = [
        pb.KeptTemplate(
            subject_id=one.subject_id,
            finger_position=position_code(one.position),
            extractor=one.extractor,
            why=f"WHY_{one.why.value}",
            reason=one.reason,
        )
        for one in report.kept
    ]
    quality, renewed = report.quality, max(1, report.renewed)
    return encoded(
        pb.RenewTemplatesResponse(
            extractor=report.extractor,
            dry_run=report.dry_run,
            people=report.people,
            templates_current=report.current,
            templates_renewed=report.renewed,
            templates_kept=report.kept_count,
            kept=kept,
            people_to_capture=report.need_capture_count,
            to_capture=report.need_capture,
            former_quality=quality.former / renewed,
            renewed_quality=quality.renewed / renewed,
            better=quality.better,
            worse=quality.worse,
        )
    )
