"""Slaps as they come in, and what is told of the impressions of an enrolment as it goes out."""

from __future__ import annotations

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerPosition, Quality
from idverify.domain.model.enrolling import (
    CutFinger,
    FingerBox,
    ImageFacts,
    ProfileDemand,
    ProfileOutcome,
    ProfileResult,
    ProfileTest,
    SlapPosition,
)
from idverify.rpc.convert.enrolling import profile_message, slaps_of, taken_message
from idverify.services.prints.sequence import Sequenced
from idverify.services.prints.taking import Taken
from idverify.v1 import enrolment_pb2 as pb
from idverify.v1 import types_pb2
from tests.fakes import sample

RING = FingerPosition.LEFT_RING
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


def test_a_finger_of_a_slap_says_where_it_was() -> None:
    box, facts = FingerBox(10.5, 20, 80, 90, -4.5), ImageFacts("WSQ", 500.0, 256, None)
    cut = CutFinger(SlapPosition.LEFT_FOUR, box, sample("an/LEFT_RING/80", FingerPosition.LEFT_RING), facts)
    message = taken_message(Taken(FingerPosition.LEFT_RING, GOOD, 3, (), cut))
    assert message.WhichOneof("origin") == "cut"
    assert (message.cut.slap, message.cut.x, message.cut.y) == (pb.SLAP_POSITION_LEFT_FOUR, 10.5, 20)
    assert (message.cut.width, message.cut.height, message.cut.angle_degrees) == (80, 90, -4.5)
    assert message.sequence == pb.SEQUENCE_OUTCOME_UNSPECIFIED


@pytest.mark.parametrize(
    ("sequenced", "outcome", "like"),
    [
        (Sequenced(0, RING, agrees=True), pb.SEQUENCE_OUTCOME_AGREES, 0),
        (Sequenced(0, RING, agrees=False), pb.SEQUENCE_OUTCOME_UNLIKE, 0),
        (
            Sequenced(0, RING, agrees=False, like=FingerPosition.LEFT_LITTLE),
            pb.SEQUENCE_OUTCOME_SWAPPED,
            types_pb2.FINGER_POSITION_LEFT_LITTLE,
        ),
    ],
)
def test_a_sample_says_how_it_is_to_its_slap(sequenced: Sequenced, outcome: int, like: int) -> None:
    message = taken_message(Taken(RING, GOOD, 0, (), sequenced=sequenced))
    assert (message.sequence, message.like_position) == (outcome, like)


def test_a_slap_is_read_with_its_place() -> None:
    image = types_pb2.FingerImage(data=b"x", resolution_ppi=500)
    (slap,) = slaps_of([pb.SlapImage(position=pb.SLAP_POSITION_TWO_THUMBS, image=image)])
    assert (slap.position, slap.image.data, slap.image.resolution_ppi) == (SlapPosition.TWO_THUMBS, b"x", 500)
    assert {int(position) for position in SlapPosition} == {code for code in pb.SlapPosition.values() if code}


@pytest.mark.parametrize(
    ("message", "reason", "field"),
    [
        (pb.SlapImage(image=types_pb2.FingerImage(data=b"x")), Reason.FIELD_MISSING, "slaps[0].position"),
        (pb.SlapImage(position=pb.SLAP_POSITION_LEFT_FOUR), Reason.SAMPLE_INVALID, "slaps[0].image.data"),
        (pb.SlapImage.FromString(b"\x08\x07"), Reason.FIELD_INVALID, "slaps[0].position"),
    ],
)
def test_what_is_no_slap_is_refused_with_its_place(message: pb.SlapImage, reason: Reason, field: str) -> None:
    with pytest.raises(DomainError) as error:
        slaps_of([message])
    assert (error.value.reason, error.value.metadata) == (reason, {"field": field})
