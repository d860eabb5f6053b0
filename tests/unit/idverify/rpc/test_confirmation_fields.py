"""What a request of ConfirmationService must have."""

from __future__ import annotations

from typing import Any, cast

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import EVERY_PROCEDURE, Caller, RequestContext
from idverify.rpc.servicers.confirmations import ConfirmationServicer
from idverify.services.calls.call import Call, begin
from idverify.services.counter.confirmations import ConfirmationService
from idverify.v1 import confirmations_pb2 as pb
from tests.fakes import NoDeadline

SERVICER = ConfirmationServicer(cast("ConfirmationService", None))


def call(**context: str) -> Call:
    caller = Caller("counter-7", frozenset(), entitlements=EVERY_PROCEDURE)
    return begin(caller, RequestContext(**context), "IssueConfirmation", b"", NoDeadline())


@pytest.mark.parametrize(
    ("request_", "context", "field"),
    [
        (pb.IssueConfirmationRequest(assertion_jwt="a", citizen_number="1"), {}, "context.dossier_code"),
        (pb.IssueConfirmationRequest(citizen_number="1"), {"dossier_code": "D"}, "assertion_jwt"),
        (pb.IssueConfirmationRequest(assertion_jwt="a"), {"dossier_code": "D"}, "person"),
        (pb.RevokeConfirmationRequest(), {}, "meant"),
        (pb.PrintConfirmationRequest(), {}, "sd_jwt"),
    ],
)
def test_what_is_missing_is_named(request_: Any, context: dict[str, str], field: str) -> None:
    run: Any = {
        pb.IssueConfirmationRequest: SERVICER.issue,
        pb.RevokeConfirmationRequest: SERVICER.revoke,
        pb.PrintConfirmationRequest: SERVICER.print,
    }[type(request_)]
    with pytest.raises(DomainError) as refused:
        run(call(**context), request_)
    assert refused.value.reason is Reason.FIELD_MISSING
    assert refused.value.metadata == {"field": field}
