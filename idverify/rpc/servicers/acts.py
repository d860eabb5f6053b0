"""ActService."""

from __future__ import annotations

from dataclasses import asdict

from google.protobuf.json_format import MessageToJson

from idverify.dispatch.approving import Approving
from idverify.dispatch.method import Methods
from idverify.domain.model import HeldAct, RequestContext
from idverify.rpc.convert.answers import encoded, officer_proof, timestamp
from idverify.rpc.convert.fields import invalid, missing, uuid_text
from idverify.rpc.methods import rpc, service_name
from idverify.services.acts.deciding import ActsService
from idverify.services.calls.call import Call
from idverify.v1 import acts_pb2 as pb
from idverify.v1 import types_pb2


class ActServicer:
    """Shows what waits for a second person, and takes the decision."""

    def __init__(self, service: ActsService, approving: Approving) -> None:
        self._service = service
        self._approving = approving

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "ActService")
        return [
            rpc(name, "ListActs", pb.ListActsRequest, self.list_acts),
            rpc(name, "GetAct", pb.GetActRequest, self.get_act),
            rpc(name, "ApproveAct", pb.ApproveActRequest, self.approve_act, needs_request_id=True),
            rpc(name, "RejectAct", pb.RejectActRequest, self.reject_act, needs_request_id=True),
        ]

    def list_acts(self, call: Call, request: pb.ListActsRequest) -> bytes:
        """Return a page of acts, without their requests."""
        acts, token = self._service.page(call, request.page_size, request.page_token)
        return encoded(pb.ListActsResponse(acts=map(_message, acts), next_page_token=token))

    def get_act(self, call: Call, request: pb.GetActRequest) -> bytes:
        """Return an act with its request."""
        held = self._service.get(call, _id(request.act_id))
        response = pb.GetActResponse(act=_message(held), request_json=self._json(held))
        if held.subject is not None:
            response.subject_id, response.citizen_version = held.subject.subject_id, held.subject.version
            response.absorbed_subject_ids.extend(held.subject.absorbed)
        return encoded(response)

    def approve_act(self, call: Call, request: pb.ApproveActRequest) -> bytes:
        """Approve an act, and do it."""
        digest = _digest(request.digest)
        return self._approving.approve(
            call, _id(request.act_id), digest, lambda held: encoded(pb.ApproveActResponse(act=_message(held)))
        )

    def reject_act(self, call: Call, request: pb.RejectActRequest) -> bytes:
        """Reject an act."""
        return self._service.reject(
            call, _id(request.act_id), lambda held: encoded(pb.RejectActResponse(act=_message(held)))
        )

    def _json(self, held: HeldAct) -> str:
        if held.body is None:
            return ""
        request = self._approving.methods[held.method].read(held.body)
        return MessageToJson(request, preserving_proto_field_name=True, ensure_ascii=False)


def _id(act_id: str) -> str:
    if not act_id:
        raise missing("act_id")
    return uuid_text(act_id, "act_id")


def _digest(text: str) -> bytes:
    if not text:
        raise missing("digest")
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise invalid("digest", "must be hexadecimal, as GetAct returned it") from None


def _message(held: HeldAct) -> pb.Act:
    return pb.Act(
        act_id=held.act_id,
        kind=f"ACT_KIND_{held.act.name}",
        method=held.method,
        asked_by=held.caller,
        context=_context(held.context),
        digest=held.digest.hex(),
        state=f"ACT_STATE_{held.state.name}",
        create_time=timestamp(held.created),
        expire_time=timestamp(held.expires),
        decided_by=held.decided_by,
        decide_time=timestamp(held.decided) if held.decided else None,
        asker_proof=officer_proof(held.context.officer_id, signed_in=held.signed_in),
        decided_by_officer=held.decided_officer,
    )


def _context(stated: RequestContext) -> types_pb2.RequestContext:
    fields = asdict(stated)
    return types_pb2.RequestContext(purpose=f"PURPOSE_{fields.pop('purpose') or 'UNSPECIFIED'}", **fields)
