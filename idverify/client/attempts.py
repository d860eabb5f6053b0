"""Limits on tries that do not match."""

from __future__ import annotations

from functools import cached_property

from idverify.client.calls import Call
from idverify.client.transport.asked import Asked, ask
from idverify.client.transport.caller import Caller
from idverify.v1 import attempts_pb2, attempts_pb2_grpc
from idverify.v1.types_pb2 import RequestContext


class AttemptCalls(Caller):
    """AttemptService."""

    @cached_property
    def _attempts(self) -> attempts_pb2_grpc.AttemptServiceStub:
        return attempts_pb2_grpc.AttemptServiceStub(self._channel)

    @Call
    def attempt_limits(self) -> Asked[list[attempts_pb2.AttemptLimit]]:
        """Return what takes no try now."""
        request = attempts_pb2.ListAttemptLimitsRequest()
        return ask(
            attempts_pb2.ListAttemptLimitsResponse,
            self._attempts.ListAttemptLimits,
            request,
            lambda answer: list(answer.limits),
        )

    @Call
    def lift_attempt_limit(
        self,
        *,
        citizen_number: str = "",
        subject_id: str = "",
        client: str = "",
        reason: attempts_pb2.LiftReason = attempts_pb2.LIFT_REASON_UNSPECIFIED,
        context: RequestContext | None = None,
    ) -> Asked[int]:
        """Forget the failures with a citizen, or those of a client; return how many counts were set back."""
        stated = {"citizen_number": citizen_number, "subject_id": subject_id, "client": client}
        key = {name: value for name, value in stated.items() if value}
        request = attempts_pb2.LiftAttemptLimitRequest(context=context or self.new_context(), reason=reason, **key)
        return ask(
            attempts_pb2.LiftAttemptLimitResponse,
            self._attempts.LiftAttemptLimit,
            request,
            lambda answer: answer.lifted,
        )
