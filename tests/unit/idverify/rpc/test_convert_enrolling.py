"""What is told of the impressions of an enrolment, as it goes out."""

from __future__ import annotations

from idverify.domain.model import FingerPosition, Quality
from idverify.domain.model.enrolling import ProfileDemand, ProfileOutcome, ProfileResult, ProfileTest
from idverify.rpc.convert.enrolling import profile_message, taken_message
from idverify.services.prints.taking import Taken
from idverify.v1 import types_pb2

GOOD = Quality(80, "fake", 60, (), usable=True)


def test_a_test_says_what_was_wanted_and_measured() -> None:
    message = profile_message(
        ProfileResult(ProfileDemand(ProfileTest.RESOLUTION, least=500), 499.96, ProfileOutcome.FAILED)
    )
    assert (message.test, message.outcome) == (types_pb2.PROFILE_TEST_RESOLUTION, types_pb2.PROFILE_OUTCOME_FAILED)
    assert (message.wanted, message.measured) == (">=500", "500")
    assert message.text_vi.startswith("Độ phân giải")
    demands = [ProfileDemand(ProfileTest.CENTRE, most=32), ProfileDemand(ProfileTest.FORMAT, one_of=("WSQ", "PNG"))]
    untold = [profile_message(ProfileResult(demand, None, ProfileOutcome.UNTOLD)) for demand in demands]
    assert [(message.wanted, message.measured) for message in untold] == [("<=32", ""), ("WSQ,PNG", "")]


def test_an_impression_says_where_it_came_from() -> None:
    message = taken_message(Taken(FingerPosition.LEFT_RING, GOOD, 0, ()))
    assert (message.WhichOneof("origin"), message.sample) == ("sample", 0)
    assert message.finger_position == types_pb2.FINGER_POSITION_LEFT_RING
    assert message.quality.score == 80
