"""What was taken at an enrolment, as tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.table import Table

from idverify.client import finger_name
from idverify.commands import views
from idverify.v1.enrolment_pb2 import SequenceOutcome, SlapPosition, TakenImpression
from idverify.v1.types_pb2 import ProfileOutcome, ProfileTest, ProfileTestResult


def impressions(taken: Sequence[TakenImpression]) -> list[Table]:
    """Return the impressions, and how they meet a profile if one was asked for."""
    rows = [(finger_name(one.finger_position), views.quality_line(one.quality), _origin(one)) for one in taken]
    tested = [(finger_name(one.finger_position), result) for one in taken for result in one.profile_tests]
    return [views.listing(("finger", "quality", "from"), rows), *([_tests(tested)] if tested else [])]


def profile(results: Iterable[ProfileTestResult]) -> list[Table]:
    """Return how one sample meets a profile; nothing if none was asked for."""
    tested = [("", result) for result in results]
    return [_tests(tested)] if tested else []


def _tests(tested: Iterable[tuple[str, ProfileTestResult]]) -> Table:
    rows = [
        (
            finger,
            ProfileTest.Name(result.test).removeprefix("PROFILE_TEST_").lower(),
            result.wanted,
            result.measured,
            ProfileOutcome.Name(result.outcome).removeprefix("PROFILE_OUTCOME_").lower(),
        )
        for finger, result in tested
    ]
    return views.listing(("", "test", "wanted", "measured", ""), rows)


def _origin(taken: TakenImpression) -> str:
    if taken.WhichOneof("origin") == "cut":
        cut = taken.cut
        slap = SlapPosition.Name(cut.slap).removeprefix("SLAP_POSITION_").lower().replace("_", "-")
        return f"slap {slap}, {cut.width:.0f} x {cut.height:.0f} at {cut.x:.0f}, {cut.y:.0f}"
    match taken.sequence:
        case SequenceOutcome.SEQUENCE_OUTCOME_AGREES:
            return "its own image, as on the slap"
        case SequenceOutcome.SEQUENCE_OUTCOME_SWAPPED:
            return f"its own image, of the slap's {finger_name(taken.like_position)}"
        case SequenceOutcome.SEQUENCE_OUTCOME_UNLIKE:
            return "its own image, like none on the slap"
    return "its own image"
