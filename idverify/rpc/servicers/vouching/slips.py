"""SlipService."""

from __future__ import annotations

import re
from datetime import UTC

from idverify.dispatch.method import Methods
from idverify.domain.model import Slip, SlipState
from idverify.domain.visible_text import is_blank
from idverify.domain.vouching.exceptions import LONGEST_NOTE
from idverify.domain.vouching.slip_numbers import serial_of
from idverify.rpc.convert.answers import encoded, timestamp
from idverify.rpc.convert.counter import documents_of
from idverify.rpc.convert.fields import invalid, known_enum, missing, text
from idverify.rpc.methods import rpc, service_name
from idverify.services.calls.call import Call
from idverify.services.counter.slips import IssuedSlips, OnPaper, SlipService
from idverify.v1 import slips_pb2 as pb

_LONGEST_ID = 64
_SHA256 = re.compile(r"[0-9a-f]{64}")


class SlipServicer:
    """Issues slips and takes them in."""

    def __init__(self, slips: SlipService) -> None:
        self._slips = slips

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "SlipService")
        return [
            rpc(name, "IssueSlips", pb.IssueSlipsRequest, self.issue, needs_request_id=True),
            rpc(name, "ReconcileSlip", pb.ReconcileSlipRequest, self.reconcile, needs_request_id=True),
            rpc(name, "VoidSlip", pb.VoidSlipRequest, self.void, needs_request_id=True),
            rpc(name, "ListSlips", pb.ListSlipsRequest, self.list),
        ]

    def issue(self, call: Call, request: pb.IssueSlipsRequest) -> bytes:
        """Issue a block."""
        return self._slips.issue(call, request.count, _issued)

    def reconcile(self, call: Call, request: pb.ReconcileSlipRequest) -> bytes:
        """Bring one into the register."""
        return self._slips.reconcile(
            call,
            on_paper(request),
            lambda slip, presence: encoded(pb.ReconcileSlipResponse(slip=slip_message(slip), presence_id=presence)),
        )

    def void(self, call: Call, request: pb.VoidSlipRequest) -> bytes:
        """Take one out of use."""
        for name in ("serial", "reason"):
            if is_blank(getattr(request, name)):
                raise missing(name)
        reason = text(request.reason, "reason", LONGEST_NOTE)
        return self._slips.void(
            call,
            text(request.serial, "serial", _LONGEST_ID),
            reason,
            lambda slip: encoded(pb.VoidSlipResponse(slip=slip_message(slip))),
        )

    def list(self, call: Call, request: pb.ListSlipsRequest) -> bytes:
        """List some."""
        slips, following = self._slips.page(call, state_of(request.state), request.page_size, request.page_token)
        return encoded(pb.ListSlipsResponse(slips=map(slip_message, slips), next_page_token=following))


def on_paper(request: pb.ReconcileSlipRequest) -> OnPaper:
    """Return what stands on a slip. Raises DomainError FIELD_MISSING, FIELD_INVALID."""
    for name in ("slip_number", "officer_id", "second_officer_id", "citizen_number"):
        if is_blank(getattr(request, name)):
            raise missing(name)
    if not request.HasField("seen_time"):
        raise missing("seen_time")
    try:
        seen = request.seen_time.ToDatetime(UTC)
    except ValueError:
        raise invalid("seen_time", "must be a time") from None
    if request.scan_sha256 and not _SHA256.fullmatch(request.scan_sha256):
        raise invalid("scan_sha256", "must be 64 hexadecimal digits, in lower case")
    handed_out = text(request.handed_out, "handed_out", LONGEST_NOTE)
    first, second = (text(getattr(request, name), name, _LONGEST_ID) for name in ("officer_id", "second_officer_id"))
    return OnPaper(
        text(request.slip_number, "slip_number", _LONGEST_ID),
        seen,
        (first, second),
        request.citizen_number,
        documents_of(request.documents, handed_out),
        handed_out,
        request.scan_sha256,
    )


def slip_message(slip: Slip) -> pb.Slip:
    """Return a slip, without the part of its number that only the paper has."""
    return pb.Slip(
        serial=serial_of(slip.number),
        agency_code=slip.agency_code,
        state=f"SLIP_STATE_{slip.state.value}",
        issue_time=timestamp(slip.issued),
        close_time=None if slip.closed is None else timestamp(slip.closed),
        void_reason=slip.void_reason,
    )


def state_of(value: int) -> SlipState | None:
    """Return which slips are asked for; None: all. Raises DomainError FIELD_INVALID."""
    name = pb.SlipState.Name(known_enum(value, pb.SlipState, "state"))
    return SlipState(name.removeprefix("SLIP_STATE_")) if value else None


def _issued(issued: IssuedSlips) -> bytes:
    return encoded(pb.IssueSlipsResponse(numbers=issued.numbers, pdf=issued.pdf))
