"""AuditService."""

from __future__ import annotations

import json
from dataclasses import asdict

from idverify.dispatch.method import Methods
from idverify.domain.model import AuditEvent, EventSearch
from idverify.rpc.convert.answers import encoded, officer_proof, timestamp
from idverify.rpc.convert.clients import LONGEST_NAME
from idverify.rpc.convert.context import CONTEXT_LIMITS
from idverify.rpc.convert.fields import LONGEST_SUBJECT_ID, moment_of, text
from idverify.rpc.methods import rpc, service_name
from idverify.services.calls.auditing import SIGNED_IN, AuditService
from idverify.services.calls.call import Call
from idverify.services.trail_check import TrailCheckService
from idverify.services.trail_search import TrailSearchService
from idverify.v1 import audit_pb2 as pb

_LONGEST_NAME = 64
_SEARCHED = {
    "caller": LONGEST_NAME,
    "action": _LONGEST_NAME,
    "outcome": _LONGEST_NAME,
    "officer_id": CONTEXT_LIMITS["officer_id"],
    "agency_code": CONTEXT_LIMITS["agency_code"],
    "procedure_code": CONTEXT_LIMITS["procedure_code"],
}


class AuditServicer:
    """Reads the audit trail."""

    def __init__(self, service: AuditService, checks: TrailCheckService, searching: TrailSearchService) -> None:
        self._service = service
        self._checks = checks
        self._searching = searching

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "AuditService")
        return [
            rpc(name, "ListAuditEvents", pb.ListAuditEventsRequest, self.list_audit_events),
            rpc(name, "SearchAuditEvents", pb.SearchAuditEventsRequest, self.search_audit_events),
            rpc(name, "CheckAuditTrail", pb.CheckAuditTrailRequest, self.check_audit_trail, apart=True),
        ]

    def list_audit_events(self, call: Call, request: pb.ListAuditEventsRequest) -> bytes:
        """Return a page of events."""
        subject_id = text(request.subject_id, "subject_id", LONGEST_SUBJECT_ID) or None
        if subject_id:
            self._searching.note(call, subject_id, every_page=False)
        events, token = self._service.page(call, request.page_size, request.page_token, subject_id)
        return encoded(pb.ListAuditEventsResponse(events=[_message(event) for event in events], next_page_token=token))

    def search_audit_events(self, call: Call, request: pb.SearchAuditEventsRequest) -> bytes:
        """Return a page of those that are looked for."""
        subject_id = text(request.subject_id, "subject_id", LONGEST_SUBJECT_ID)
        stated = {name: text(getattr(request, name), name, longest) for name, longest in _SEARCHED.items()}
        wanted = EventSearch(
            since=moment_of(request, "since_time"),
            until=moment_of(request, "until_time"),
            subject_ids=(subject_id,) if subject_id else (),
            **stated,
        )
        events, token = self._searching.page(
            call, wanted, request.citizen_number, request.page_size, request.page_token
        )
        return encoded(
            pb.SearchAuditEventsResponse(events=[_message(event) for event in events], next_page_token=token)
        )

    def check_audit_trail(self, call: Call, request: pb.CheckAuditTrailRequest) -> bytes:
        """Recompute the chain, or what was added to it since the last check."""
        check = self._checks.check(call, full=request.full)
        return encoded(
            pb.CheckAuditTrailResponse(
                intact=check.first_broken == 0 and not check.findings,
                events=check.events,
                head_hash=check.head_hash,
                first_broken_sequence=check.first_broken,
                verified_before=check.verified_before,
                findings=check.findings,
            )
        )


def _message(event: AuditEvent) -> pb.AuditEvent:
    entry = event.entry
    context = {name: value for name, value in asdict(entry.context).items() if value}
    return pb.AuditEvent(
        sequence=event.sequence,
        time=timestamp(entry.time),
        caller=entry.caller,
        action=entry.action,
        outcome=entry.outcome,
        subject_id=entry.subject_id,
        context_json=json.dumps(context, ensure_ascii=False, sort_keys=True),
        details_json=json.dumps(entry.details, ensure_ascii=False, sort_keys=True),
        hash=event.hash,
        officer_proof=officer_proof(
            entry.context.officer_id, signed_in=entry.details.get("officer_proof") == SIGNED_IN
        ),
    )
