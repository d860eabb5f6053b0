"""AttemptService."""

from __future__ import annotations

from idverify.dispatch.method import Methods
from idverify.domain.attempts import Standing
from idverify.ports.attempts import Counted
from idverify.rpc.convert.answers import encoded, timestamp
from idverify.rpc.convert.clients import LONGEST_NAME
from idverify.rpc.convert.context import CONTEXT_LIMITS
from idverify.rpc.convert.fields import LONGEST_SUBJECT_ID, known_enum, missing, text
from idverify.rpc.methods import rpc, service_name
from idverify.services.attempts.lifting import AttemptService, Lifted
from idverify.services.calls.call import Call
from idverify.v1 import attempts_pb2 as pb

_LONGEST_CLIENT = LONGEST_NAME + 1 + CONTEXT_LIMITS["officer_id"]
"""Of a client, or an officer who signed in to its pages."""


class AttemptServicer:
    """Shows and lifts limits on tries."""

    def __init__(self, service: AttemptService) -> None:
        self._service = service

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "AttemptService")
        return [
            rpc(name, "ListAttemptLimits", pb.ListAttemptLimitsRequest, self.list_attempt_limits),
            rpc(name, "LiftAttemptLimit", pb.LiftAttemptLimitRequest, self.lift_attempt_limit, needs_request_id=True),
        ]

    def list_attempt_limits(self, call: Call, request: pb.ListAttemptLimitsRequest) -> bytes:
        """Return what takes no try now."""
        del request
        return encoded(pb.ListAttemptLimitsResponse(limits=[_limit(*item) for item in self._service.closed(call)]))

    def lift_attempt_limit(self, call: Call, request: pb.LiftAttemptLimitRequest) -> bytes:
        """Forget failures by either key."""
        stated = known_enum(request.reason, pb.LiftReason, "reason")
        reason = pb.LiftReason.Name(stated).removeprefix("LIFT_REASON_") if stated else ""
        match request.WhichOneof("key"):
            case "citizen_number":
                return self._service.lift_citizen(
                    call, Lifted(citizen_number=request.citizen_number, reason=reason), _lifted
                )
            case "subject_id":
                subject_id = text(request.subject_id, "subject_id", LONGEST_SUBJECT_ID)
                return self._service.lift_citizen(call, Lifted(subject_id=subject_id, reason=reason), _lifted)
            case "client":
                client = text(request.client, "client", _LONGEST_CLIENT)
                return self._service.lift_client(call, Lifted(client=client, reason=reason), _lifted)
            case _:
                raise missing("key")


def _limit(counted: Counted, standing: Standing) -> pb.AttemptLimit:
    return pb.AttemptLimit(
        scope=f"ATTEMPT_SCOPE_{counted.scope.value}",
        client=counted.client,
        subject_id=counted.subject_id,
        failures=standing.failures,
        locked=standing.locked,
        open_time=timestamp(standing.closed_until) if standing.closed_until else None,
    )


def _lifted(count: int) -> bytes:
    return encoded(pb.LiftAttemptLimitResponse(lifted=count))
