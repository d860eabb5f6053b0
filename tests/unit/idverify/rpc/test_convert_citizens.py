"""What requests about citizens must not hold, and what answers say of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from google.protobuf.duration_pb2 import Duration

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerException, FingerFault, FingerPosition
from idverify.rpc.convert.citizens import lifetime_of
from idverify.rpc.convert.counter import unavailable_message
from idverify.v1.citizens_pb2 import CreateVirtualNumberRequest
from idverify.v1.enrolment_pb2 import FINGER_FAULT_BANDAGED
from idverify.v1.types_pb2 import FINGER_POSITION_LEFT_RING


def test_a_lifetime_may_be_left_out_and_not_be_beyond_every_calendar() -> None:
    assert lifetime_of(CreateVirtualNumberRequest()) is None
    assert lifetime_of(CreateVirtualNumberRequest(lifetime=Duration(seconds=90))) == timedelta(seconds=90)
    with pytest.raises(DomainError) as refused:
        lifetime_of(CreateVirtualNumberRequest(lifetime=Duration(seconds=10**17)))
    assert (refused.value.reason, refused.value.metadata) == (Reason.FIELD_INVALID, {"field": "lifetime"})


def test_a_finger_that_is_not_asked_for_is_told_in_both_languages() -> None:
    message = unavailable_message(FingerException(FingerPosition.LEFT_RING, FingerFault.BANDAGED, date(2026, 12, 24)))
    assert message.exception.finger_position == FINGER_POSITION_LEFT_RING
    assert (message.exception.fault, message.exception.until) == (FINGER_FAULT_BANDAGED, "2026-12-24")
    assert (message.text_vi[:16], message.text_en[:20]) == ("Ngón áp út trái ", "The left ring finger")
