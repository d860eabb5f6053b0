"""SubjectRequestService."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from idverify.dispatch.method import Methods
from idverify.domain.guidance.letters import letter
from idverify.domain.law.requests import SubjectRequest, SubjectRequestKind, SubjectRequestState
from idverify.domain.model import Act
from idverify.domain.visible_text import is_blank
from idverify.ports import Clock
from idverify.rpc.convert.answers import encoded, timestamp
from idverify.rpc.convert.fields import invalid, known_enum, missing, text, uuid_text
from idverify.rpc.methods import rpc, service_name
from idverify.services.calls.call import Call
from idverify.services.law.requests import SubjectRequestService
from idverify.v1 import subject_requests_pb2 as pb

_LONGEST_GROUNDS = 200


class SubjectRequestServicer:
    """Keeps the requests of citizens."""

    def __init__(self, requests: SubjectRequestService) -> None:
        self._requests = requests

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "SubjectRequestService")
        return [
            rpc(name, "OpenSubjectRequest", pb.OpenSubjectRequestRequest, self.open, needs_request_id=True),
            rpc(name, "ListSubjectRequests", pb.ListSubjectRequestsRequest, self.list),
            rpc(name, "DecideSubjectRequest", pb.DecideSubjectRequestRequest, self.decide, needs_request_id=True),
            rpc(
                name,
                "ExportSubjectData",
                pb.ExportSubjectDataRequest,
                self.export,
                needs_purpose=True,
                act=lambda _: Act.EXPORT,
            ),
        ]

    def open(self, call: Call, request: pb.OpenSubjectRequestRequest) -> bytes:
        """Note one."""
        if is_blank(request.citizen_number):
            raise missing("citizen_number")
        kind = _name(request.kind, pb.SubjectRequestKind, "kind")
        received = _time(request.receive_time) if request.HasField("receive_time") else None

        def answer(noted: SubjectRequest) -> bytes:
            told, said = self._message(noted), letter(noted)
            return encoded(pb.OpenSubjectRequestResponse(request=told, letter_vi=said.vi, letter_en=said.en))

        return self._requests.open(call, request.citizen_number, SubjectRequestKind(kind), received, answer)

    def list(self, call: Call, request: pb.ListSubjectRequestsRequest) -> bytes:
        """List some."""
        known_enum(request.state, pb.SubjectRequestState, "state")
        state = SubjectRequestState(_name(request.state, pb.SubjectRequestState, "state")) if request.state else None
        found, following = self._requests.page(
            call, state, request.page_size, request.page_token, overdue_only=request.overdue_only
        )
        requests = map(self._message, found)
        return encoded(pb.ListSubjectRequestsResponse(requests=requests, next_page_token=following))

    def decide(self, call: Call, request: pb.DecideSubjectRequestRequest) -> bytes:
        """Decide on one."""
        state = SubjectRequestState(_name(request.state, pb.SubjectRequestState, "state"))
        if state is SubjectRequestState.OPEN:
            raise invalid("state", "must be a decision")
        grounds = text(request.grounds, "grounds", _LONGEST_GROUNDS)
        if state is SubjectRequestState.REFUSED and is_blank(grounds):
            raise missing("grounds")

        def answer(decided: SubjectRequest) -> bytes:
            told, said = self._message(decided), letter(decided)
            return encoded(pb.DecideSubjectRequestResponse(request=told, letter_vi=said.vi, letter_en=said.en))

        return self._requests.decide(call, _id(request.subject_request_id), state, grounds, answer)

    def export(self, call: Call, request: pb.ExportSubjectDataRequest) -> bytes:
        """Give what is held."""
        held = self._requests.export(call, _id(request.subject_request_id))
        return encoded(pb.ExportSubjectDataResponse(json=json.dumps({"entries": held}, ensure_ascii=False).encode()))

    def _message(self, request: SubjectRequest) -> pb.SubjectRequest:
        return pb.SubjectRequest(
            subject_request_id=request.subject_request_id,
            subject_id=request.subject_id,
            kind=f"SUBJECT_REQUEST_KIND_{request.kind.value}",
            state=f"SUBJECT_REQUEST_STATE_{request.state.value}",
            receive_time=timestamp(request.received),
            reply_due_time=_or_none(request.reply_due),
            due_time=_or_none(request.due),
            overdue=request.overdue(self._clock.now()),
            client=request.client,
            agency_code=request.agency_code,
            grounds=request.grounds,
            decide_time=_or_none(request.decided),
        )

    @property
    def _clock(self) -> Clock:
        return self._requests.clock


def _or_none(time: datetime | None) -> Timestamp | None:
    return None if time is None else timestamp(time)


def _id(value: str) -> str:
    if not value:
        raise missing("subject_request_id")
    return uuid_text(value, "subject_request_id")


def _name(value: int, enum: type[pb.SubjectRequestKind | pb.SubjectRequestState], field: str) -> str:
    known_enum(value, enum, field)
    if not value:
        raise missing(field)
    return enum.Name(value).rpartition("_")[2]


def _time(stated: Timestamp) -> datetime:
    try:
        return stated.ToDatetime(UTC)
    except ValueError:
        raise invalid("receive_time", "must be a time") from None
