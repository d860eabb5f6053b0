"""Requests of citizens about data that are held on them."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from google.protobuf.timestamp_pb2 import Timestamp

from idverify.client.calls import Call, Pages
from idverify.client.transport.asked import Asked, Paged, ask, paged
from idverify.client.transport.caller import Caller
from idverify.v1 import subject_requests_pb2 as pb
from idverify.v1 import subject_requests_pb2_grpc
from idverify.v1.types_pb2 import Purpose, RequestContext


class SubjectRequestCalls(Caller):
    """SubjectRequestService."""

    @cached_property
    def _subject_requests(self) -> subject_requests_pb2_grpc.SubjectRequestServiceStub:
        return subject_requests_pb2_grpc.SubjectRequestServiceStub(self._channel)

    @Call
    def open_subject_request(
        self,
        citizen_number: str,
        kind: pb.SubjectRequestKind,
        received: datetime | None = None,
        context: RequestContext | None = None,
    ) -> Asked[pb.OpenSubjectRequestResponse]:
        """Note that a citizen has asked; ``received`` is aware, None: now."""
        request = pb.OpenSubjectRequestRequest(
            context=context or self.new_context(), citizen_number=citizen_number, kind=kind
        )
        if received is not None:
            time = Timestamp()
            time.FromDatetime(received)
            request.receive_time.CopyFrom(time)
        return ask(pb.OpenSubjectRequestResponse, self._subject_requests.OpenSubjectRequest, request)

    @Pages
    def subject_requests(
        self,
        state: pb.SubjectRequestState = pb.SUBJECT_REQUEST_STATE_UNSPECIFIED,
        *,
        overdue_only: bool = False,
        context: RequestContext | None = None,
    ) -> Paged[pb.SubjectRequest]:
        """Yield requests in the order in which they were opened; unspecified: of every state."""
        request = pb.ListSubjectRequestsRequest(
            context=context or self.new_context(), state=state, overdue_only=overdue_only
        )
        return paged(
            pb.ListSubjectRequestsResponse,
            self._subject_requests.ListSubjectRequests,
            request,
            lambda page: page.requests,
        )

    @Call
    def decide_subject_request(
        self,
        subject_request_id: str,
        state: pb.SubjectRequestState,
        grounds: str = "",
        context: RequestContext | None = None,
    ) -> Asked[pb.DecideSubjectRequestResponse]:
        """Accept or refuse a request, or note that an accepted one is done."""
        request = pb.DecideSubjectRequestRequest(
            context=context or self.new_context(), subject_request_id=subject_request_id, state=state, grounds=grounds
        )
        return ask(pb.DecideSubjectRequestResponse, self._subject_requests.DecideSubjectRequest, request)

    @Call
    def export_subject_data(
        self, subject_request_id: str, purpose: Purpose, context: RequestContext | None = None
    ) -> Asked[bytes]:
        """Return everything that is held on the citizen of an accepted request for access, as JSON. Say what for."""
        request = pb.ExportSubjectDataRequest(
            context=context or self.new_context(), subject_request_id=subject_request_id
        )
        request.context.purpose = purpose
        return ask(
            pb.ExportSubjectDataResponse, self._subject_requests.ExportSubjectData, request, lambda answer: answer.json
        )
