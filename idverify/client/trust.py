"""What others rely on: the keys of assertions, the audit trail, and what proves it."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from idverify.client.calls import Call, Pages
from idverify.client.transport.asked import Asked, Paged, ask, paged
from idverify.client.transport.caller import Caller
from idverify.v1 import assertions_pb2, assertions_pb2_grpc, audit_pb2, audit_pb2_grpc, log_pb2, log_pb2_grpc
from idverify.v1.types_pb2 import RequestContext


class TrustCalls(Caller):
    """AssertionService, AuditService and LogService."""

    @cached_property
    def _assertions(self) -> assertions_pb2_grpc.AssertionServiceStub:
        return assertions_pb2_grpc.AssertionServiceStub(self._channel)

    @cached_property
    def _audit(self) -> audit_pb2_grpc.AuditServiceStub:
        return audit_pb2_grpc.AuditServiceStub(self._channel)

    @cached_property
    def _log(self) -> log_pb2_grpc.LogServiceStub:
        return log_pb2_grpc.LogServiceStub(self._channel)

    @Call
    def key_set(self) -> Asked[assertions_pb2.GetKeySetResponse]:
        """Return the public keys to check assertions with."""
        return ask(assertions_pb2.GetKeySetResponse, self._assertions.GetKeySet, assertions_pb2.GetKeySetRequest())

    @Pages
    def audit_events(
        self, *, subject_id: str = "", page_size: int = 0, context: RequestContext | None = None
    ) -> Paged[audit_pb2.AuditEvent]:
        """Iterate over the audit trail, oldest first, page by page when needed; of one citizen with a purpose."""
        request = audit_pb2.ListAuditEventsRequest(page_size=page_size, subject_id=subject_id, context=context)
        return paged(audit_pb2.ListAuditEventsResponse, self._audit.ListAuditEvents, request, lambda page: page.events)

    @Pages
    def search_audit_events(
        self,
        /,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        page_size: int = 0,
        context: RequestContext | None = None,
        **wanted: str,
    ) -> Paged[audit_pb2.AuditEvent]:
        """Iterate over events that are looked for, newest first, fetching a page when it is needed.

        Args:
            since: not before this time, which must be aware.
            until: before this time.
            page_size: how many are fetched at once; 0: the service decides.
            context: who searches; its purpose is needed with ``citizen_number`` and ``subject_id``.
            wanted: ``citizen_number`` or ``subject_id``, ``caller``, ``officer_id``, ``agency_code``,
                ``procedure_code``, ``action``, ``outcome``.
        """
        request = audit_pb2.SearchAuditEventsRequest(
            context=context or self.new_context(), page_size=page_size, since_time=since, until_time=until, **wanted
        )
        return paged(
            audit_pb2.SearchAuditEventsResponse, self._audit.SearchAuditEvents, request, lambda page: page.events
        )

    @Call
    def check_audit_trail(self, *, full: bool = False) -> Asked[audit_pb2.CheckAuditTrailResponse]:
        """Have what was added to the chain recomputed, or with ``full`` all of it, and every row looked at."""
        request = audit_pb2.CheckAuditTrailRequest(full=full)
        return ask(audit_pb2.CheckAuditTrailResponse, self._audit.CheckAuditTrail, request)

    @Call
    def log_checkpoint(self) -> Asked[log_pb2.GetLogCheckpointResponse]:
        """Return a signed checkpoint of the log, and the keys to check it with."""
        return ask(log_pb2.GetLogCheckpointResponse, self._log.GetLogCheckpoint, log_pb2.GetLogCheckpointRequest())

    @Call
    def event_proof(self, sequence: int) -> Asked[log_pb2.GetEventProofResponse]:
        """Return the proof of an event, such as ``audit_event`` of an answer, to be kept and checked offline."""
        request = log_pb2.GetEventProofRequest(sequence=sequence)
        return ask(log_pb2.GetEventProofResponse, self._log.GetEventProof, request)

    @Call
    def consistency_proof(self, old_size: int, new_size: int = 0) -> Asked[log_pb2.GetConsistencyProofResponse]:
        """Return the proof that the log of one checkpoint goes on from that of an earlier one."""
        request = log_pb2.GetConsistencyProofRequest(old_size=old_size, new_size=new_size)
        return ask(log_pb2.GetConsistencyProofResponse, self._log.GetConsistencyProof, request)
