"""SignInService: what portals wait for from who stands at a counter."""

from __future__ import annotations

from idverify.dispatch.method import Methods
from idverify.domain.model import SignIn
from idverify.rpc.convert.answers import encoded, timestamp
from idverify.rpc.convert.fields import missing
from idverify.rpc.methods import rpc, service_name
from idverify.services.calls.call import Call
from idverify.services.counter.sign_ins import SignInService
from idverify.v1 import sign_ins_pb2 as pb


class SignInServicer:
    """Tells counters what portals wait for."""

    def __init__(self, service: SignInService) -> None:
        self._service = service

    def methods(self) -> Methods:
        """Return the RPC."""
        return [rpc(service_name(pb.DESCRIPTOR, "SignInService"), "ListSignIns", pb.ListSignInsRequest, self.list)]

    def list(self, call: Call, request: pb.ListSignInsRequest) -> bytes:
        """Return what waits."""
        if not request.citizen_number:
            raise missing("citizen_number")
        found = self._service.waiting(call, request.citizen_number)
        return encoded(pb.ListSignInsResponse(sign_ins=map(_message, found)))


def _message(found: SignIn) -> pb.SignIn:
    return pb.SignIn(
        sign_in_id=found.sign_in_id,
        client=found.client,
        procedure_code=found.procedure_code,
        create_time=timestamp(found.asked),
        expire_time=timestamp(found.expires),
    )
