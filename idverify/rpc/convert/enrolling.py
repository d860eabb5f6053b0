"""What is told of the impressions of an enrolment, to the wire."""

from __future__ import annotations

from idverify.domain.guidance.profiles import measured_text, profile_text
from idverify.domain.model import Language
from idverify.domain.model.enrolling import ProfileDemand, ProfileResult
from idverify.rpc.convert.answers import position_code, quality_message
from idverify.services.prints.taking import Taken
from idverify.v1 import enrolment_pb2 as pb
from idverify.v1 import types_pb2

LONGEST_PROFILE = 64


def profile_message(result: ProfileResult) -> types_pb2.ProfileTestResult:
    """Return how an impression meets one test."""
    return types_pb2.ProfileTestResult(
        test=f"PROFILE_TEST_{result.demand.test.value}",
        outcome=f"PROFILE_OUTCOME_{result.outcome.value}",
        wanted=_wanted(result.demand),
        measured=measured_text(result),
        text_vi=profile_text(result, Language.VI),
        text_en=profile_text(result, Language.EN),
    )


def taken_message(taken: Taken) -> pb.TakenImpression:
    """Return what is told of one impression."""
    return pb.TakenImpression(
        finger_position=position_code(taken.position),
        quality=quality_message(taken.quality),
        sample=taken.place,
        profile_tests=map(profile_message, taken.results),
    )


def _wanted(demand: ProfileDemand) -> str:
    if demand.one_of:
        return ",".join(demand.one_of)
    return f">={demand.least}" if demand.least is not None else f"<={demand.most}"
