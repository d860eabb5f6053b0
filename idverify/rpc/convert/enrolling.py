"""Slaps as they come in, and what is told of the impressions of an enrolment."""

from __future__ import annotations

from collections.abc import Iterable

from idverify.domain.errors import DomainError
from idverify.domain.guidance.profiles import measured_text, profile_text
from idverify.domain.model import Language
from idverify.domain.model.enrolling import CutFinger, ProfileDemand, ProfileResult, SlapPosition, SlapSample
from idverify.rpc.convert.answers import position_code, quality_message
from idverify.rpc.convert.fields import known_enum, missing
from idverify.rpc.convert.samples import image_of
from idverify.services.prints.sequence import Sequenced
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
    like = taken.sequenced and taken.sequenced.like
    return pb.TakenImpression(
        finger_position=position_code(taken.position),
        quality=quality_message(taken.quality),
        sample=taken.place if taken.cut is None else None,
        cut=_cut(taken.cut),
        profile_tests=map(profile_message, taken.results),
        sequence=f"SEQUENCE_OUTCOME_{_sequence(taken.sequenced)}",
        like_position=position_code(like) if like else None,
    )


def slaps_of(messages: Iterable[pb.SlapImage]) -> tuple[SlapSample, ...]:
    """Return the slaps of a request. Raises DomainError FIELD_MISSING, FIELD_INVALID, SAMPLE_INVALID with the field."""
    return tuple(_slap(message, f"slaps[{index}]") for index, message in enumerate(messages))


def _slap(message: pb.SlapImage, field: str) -> SlapSample:
    position = known_enum(message.position, pb.SlapPosition, f"{field}.position")
    if not position:
        raise missing(f"{field}.position")
    try:
        return SlapSample(SlapPosition(position), image_of(message.image, f"{field}.image", 0))
    except DomainError as error:
        error.metadata.pop("sample", None)  # it is none of the samples
        raise


def _cut(cut: CutFinger | None) -> pb.SlapCut | None:
    if cut is None:
        return None
    box, slap = cut.box, f"SLAP_POSITION_{cut.slap.name}"
    return pb.SlapCut(slap=slap, x=box.x, y=box.y, width=box.width, height=box.height, angle_degrees=box.angle_degrees)


def _sequence(sequenced: Sequenced | None) -> str:
    if sequenced is None:
        return "UNSPECIFIED"
    if sequenced.agrees:
        return "AGREES"
    return "UNLIKE" if sequenced.like is None else "SWAPPED"


def _wanted(demand: ProfileDemand) -> str:
    if demand.one_of:
        return ",".join(demand.one_of)
    return f">={demand.least}" if demand.least is not None else f"<={demand.most}"
