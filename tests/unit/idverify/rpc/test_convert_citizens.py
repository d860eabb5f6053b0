"""What requests about citizens must not hold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from google.protobuf.duration_pb2 import Duration

from idverify.domain.errors import DomainError, Reason
from idverify.rpc.convert.citizens import lifetime_of
from idverify.v1.citizens_pb2 import CreateVirtualNumberRequest


def test_a_lifetime_may_be_left_out_and_not_be_beyond_every_calendar() -> None:
    assert lifetime_of(CreateVirtualNumberRequest()) is None
    assert lifetime_of(CreateVirtualNumberRequest(lifetime=Duration(seconds=90))) == timedelta(seconds=90)
    with pytest.raises(DomainError) as refused:
        lifetime_of(CreateVirtualNumberRequest(lifetime=Duration(seconds=10**17)))
    assert (refused.value.reason, refused.value.metadata) == (Reason.FIELD_INVALID, {"field": "lifetime"})
