"""ConfirmationService."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from idverify.dispatch.method import Methods
from idverify.domain.model import Confirmation, Record
from idverify.rpc.convert.answers import encoded, timestamp
from idverify.rpc.convert.context import CONTEXT_LIMITS
from idverify.rpc.convert.counter import shown_assertion
from idverify.rpc.convert.fields import LONGEST_SUBJECT_ID, missing, text
from idverify.rpc.methods import rpc, service_name
from idverify.services.calls.call import Call
from idverify.services.counter.confirmations import ConfirmationService, Issued, Meant, Wanted
from idverify.v1 import confirmations_pb2 as pb
from idverify.v1 import types_pb2

MOST_BYTES = 1 << 20
"""Of a request: an assertion and every record of a procedure."""


class ConfirmationServicer:
    """Issues, revokes, and lists what is revoked."""

    def __init__(self, service: ConfirmationService) -> None:
        self._service = service

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "ConfirmationService")
        return [
            rpc(
                name,
                "IssueConfirmation",
                pb.IssueConfirmationRequest,
                self.issue,
                needs_request_id=True,
                most_bytes=MOST_BYTES,
            ),
            rpc(name, "RevokeConfirmation", pb.RevokeConfirmationRequest, self.revoke, needs_request_id=True),
            rpc(
                name,
                "PrintConfirmation",
                pb.PrintConfirmationRequest,
                self.print,
                apart=True,
                most_bytes=MOST_BYTES,
            ),
            rpc(name, "GetStatusList", pb.GetStatusListRequest, self.status_list),
        ]

    def issue(self, call: Call, request: pb.IssueConfirmationRequest) -> bytes:
        """Issue one."""
        if not call.context.dossier_code:
            raise missing("context.dossier_code")
        wanted = Wanted(
            shown_assertion(request),
            tuple(map(_record, request.records)),
            request.days or None,
        )
        return self._service.issue(call, wanted, _issued)

    def revoke(self, call: Call, request: pb.RevokeConfirmationRequest) -> bytes:
        """Revoke some."""
        longest = CONTEXT_LIMITS["consent_ref"]
        meant = Meant(
            text(request.confirmation_id, "confirmation_id", LONGEST_SUBJECT_ID),
            request.citizen_number,
            text(request.consent_ref, "consent_ref", longest),
        )
        if meant == Meant():
            raise missing("meant")
        return self._service.revoke(call, meant, _revoked)

    def print(self, call: Call, request: pb.PrintConfirmationRequest) -> bytes:
        """Print one."""
        if not request.sd_jwt:
            raise missing("sd_jwt")
        return encoded(pb.PrintConfirmationResponse(pdf=self._service.print(call, request.sd_jwt)))

    def status_list(self, call: Call, request: pb.GetStatusListRequest) -> bytes:
        """Return a status list."""
        del call
        return encoded(pb.GetStatusListResponse(jwt=self._service.status_list(request.number)))


def _record(message: types_pb2.Record) -> Record:
    digest = hashlib.sha256(message.json.encode()).hexdigest()
    # When it was put is not in the assertion, and not asked for.
    never = datetime.min.replace(tzinfo=UTC)
    return Record(message.record_type, message.owning_agency, message.json, digest, message.version, never)


def _issued(issued: Issued) -> bytes:
    return encoded(
        pb.IssueConfirmationResponse(
            confirmation_id=issued.confirmation_id, sd_jwt=issued.sd_jwt, expire_time=timestamp(issued.expires)
        )
    )


def _revoked(revoked: Sequence[Confirmation]) -> bytes:
    return encoded(pb.RevokeConfirmationResponse(revoked_ids=[each.confirmation_id for each in revoked]))
