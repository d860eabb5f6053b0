"""LegalHoldService."""

from __future__ import annotations

from idverify.dispatch.method import Methods
from idverify.domain.law.holds import LegalHold
from idverify.domain.model import Act
from idverify.domain.visible_text import is_blank
from idverify.rpc.convert.answers import encoded, timestamp
from idverify.rpc.convert.fields import missing, text, uuid_text
from idverify.rpc.methods import rpc, service_name
from idverify.services.calls.call import Call
from idverify.services.law.holding import LegalHoldService
from idverify.v1 import legal_holds_pb2 as pb

_LONGEST_REASON = 200


class LegalHoldServicer:
    """Keeps the holds."""

    def __init__(self, holds: LegalHoldService) -> None:
        self._holds = holds

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "LegalHoldService")
        return [
            rpc(name, "PlaceLegalHold", pb.PlaceLegalHoldRequest, self.place, needs_request_id=True),
            rpc(
                name,
                "ReleaseLegalHold",
                pb.ReleaseLegalHoldRequest,
                self.release,
                needs_request_id=True,
                act=lambda _: Act.ERASE,
                citizen_number=lambda request: request.citizen_number,
            ),
            rpc(name, "ListLegalHolds", pb.ListLegalHoldsRequest, self.list),
        ]

    def place(self, call: Call, request: pb.PlaceLegalHoldRequest) -> bytes:
        """Place one."""
        number, reason = _stated(request.citizen_number, request.reason)
        return self._holds.place(call, number, reason, _placed)

    def release(self, call: Call, request: pb.ReleaseLegalHoldRequest) -> bytes:
        """Release one."""
        number, reason = _stated(request.citizen_number, request.reason)
        if not request.hold_id:
            raise missing("hold_id")
        return self._holds.release(call, number, uuid_text(request.hold_id, "hold_id"), reason, _released)

    def list(self, call: Call, request: pb.ListLegalHoldsRequest) -> bytes:
        """List some."""
        found, following = self._holds.page(call, request.page_size, request.page_token)
        return encoded(pb.ListLegalHoldsResponse(holds=map(_message, found), next_page_token=following))


def _stated(citizen_number: str, reason: str) -> tuple[str, str]:
    for name, value in (("citizen_number", citizen_number), ("reason", reason)):
        if is_blank(value):
            raise missing(name)
    return citizen_number, text(reason, "reason", _LONGEST_REASON)


def _placed(hold: LegalHold) -> bytes:
    return encoded(pb.PlaceLegalHoldResponse(hold=_message(hold)))


def _released(hold: LegalHold) -> bytes:
    return encoded(pb.ReleaseLegalHoldResponse(hold=_message(hold)))


def _message(hold: LegalHold) -> pb.LegalHold:
    return pb.LegalHold(
        hold_id=hold.hold_id,
        subject_id=hold.subject_id,
        reason=hold.reason,
        client=hold.client,
        officer_id=hold.officer,
        place_time=timestamp(hold.placed),
        release_time=None if hold.released is None else timestamp(hold.released),
        release_reason=hold.release_reason,
    )
