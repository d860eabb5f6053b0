"""What was taken at an enrolment, as tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.table import Table

from idverify.commands import views
from idverify.commands.telling.spoken import say, spoken
from idverify.domain.guidance.language import worded
from idverify.domain.model import Language
from idverify.v1.enrolment_pb2 import SequenceOutcome, SlapPosition, TakenImpression
from idverify.v1.types_pb2 import ProfileOutcome, ProfileTest, ProfileTestResult


def impressions(taken: Sequence[TakenImpression]) -> list[Table]:
    """Return the impressions, and how they meet a profile if one was asked for."""
    rows = [(views.finger(one.finger_position), views.quality_line(one.quality), _origin(one)) for one in taken]
    tested = [(views.finger(one.finger_position), result) for one in taken for result in one.profile_tests]
    return [views.listing(("finger", "quality", "from"), rows), *([_tests(tested)] if tested else [])]


def profile(results: Iterable[ProfileTestResult]) -> list[Table]:
    """Return how one sample meets a profile; nothing if none was asked for."""
    tested = [("", result) for result in results]
    return [_tests(tested)] if tested else []


def _tests(tested: Iterable[tuple[str, ProfileTestResult]]) -> Table:
    rows = [
        (
            finger,
            _test(ProfileTest.Name(result.test).removeprefix("PROFILE_TEST_")),
            result.wanted,
            result.measured,
            _outcome(ProfileOutcome.Name(result.outcome).removeprefix("PROFILE_OUTCOME_")),
        )
        for finger, result in tested
    ]
    return views.listing(("", "test", "wanted", "measured", ""), rows)


def _test(code: str) -> str:
    return code.lower() if spoken() is Language.EN else worded("profiles", f"test-{code}").in_language(spoken())


def _outcome(code: str) -> str:
    return code.lower() if spoken() is Language.EN else worded("profiles", f"outcome-{code}").in_language(spoken())


def _origin(taken: TakenImpression) -> str:
    if taken.WhichOneof("origin") == "cut":
        cut = taken.cut
        slap = SlapPosition.Name(cut.slap).removeprefix("SLAP_POSITION_").lower().replace("_", "-")
        box = {"width": cut.width, "height": cut.height, "x": cut.x, "y": cut.y}
        return say("from-slap", slap=slap, **{side: f"{pixels:.0f}" for side, pixels in box.items()})
    match taken.sequence:
        case SequenceOutcome.SEQUENCE_OUTCOME_AGREES:
            return say("own-image-agrees")
        case SequenceOutcome.SEQUENCE_OUTCOME_SWAPPED:
            return say("own-image-swapped", finger=views.finger(taken.like_position))
        case SequenceOutcome.SEQUENCE_OUTCOME_UNLIKE:
            return say("own-image-unlike")
    return say("own-image")
