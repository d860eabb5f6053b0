"""What others rely on: the keys of assertions, and the audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from idverify.client.calls import Calls
from idverify.v1 import assertions_pb2, assertions_pb2_grpc, audit_pb2, audit_pb2_grpc


class TrustCalls(Calls):
    """AssertionService and AuditService."""

    @cached_property
    def _assertions(self) -> assertions_pb2_grpc.AssertionServiceStub:
        return assertions_pb2_grpc.AssertionServiceStub(self._channel)

    @cached_property
    def _audit(self) -> audit_pb2_grpc.AuditServiceStub:
        return audit_pb2_grpc.AuditServiceStub(self._channel)

    def key_set(self) -> assertions_pb2.GetKeySetResponse:
        """Return the public keys to check assertions with."""
        return self._call(
            assertions_pb2.GetKeySetResponse, self._assertions.GetKeySet, assertions_pb2.GetKeySetRequest()
        )

    def audit_events(self, *, subject_id: str = "", page_size: int = 0) -> Iterator[audit_pb2.AuditEvent]:
        """Iterate over the audit trail, oldest first, fetching a page when it is needed."""
        request = audit_pb2.ListAuditEventsRequest(page_size=page_size, subject_id=subject_id)
        while True:
            response = self._call(audit_pb2.ListAuditEventsResponse, self._audit.ListAuditEvents, request)
            yield from response.events
            if not response.next_page_token:
                return
            request.page_token = response.next_page_token

    def check_audit_trail(self, *, full: bool = False) -> audit_pb2.CheckAuditTrailResponse:
        """Have what was added to the chain recomputed, or with ``full`` all of it, and every row looked at."""
        request = audit_pb2.CheckAuditTrailRequest(full=full)
        return self._call(audit_pb2.CheckAuditTrailResponse, self._audit.CheckAuditTrail, request)
