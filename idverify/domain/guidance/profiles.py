"""How an impression meets an enrolment profile, in words: Vietnamese and English."""

from __future__ import annotations

from collections.abc import Mapping

from idverify.domain.guidance.language import Text
from idverify.domain.model import Language
from idverify.domain.model.enrolling import ProfileDemand, ProfileOutcome, ProfileResult, ProfileTest

TESTS: Mapping[ProfileTest, Text] = {
    ProfileTest.RESOLUTION: Text("Độ phân giải (dpi)", "Resolution (dpi)"),
    ProfileTest.GREY_LEVELS: Text("Số mức xám", "Grey levels"),
    ProfileTest.MINUTIAE: Text("Số điểm đặc trưng", "Minutiae"),
    ProfileTest.QUALITY: Text("Chất lượng ảnh", "Quality"),
    ProfileTest.CENTRE: Text("Độ lệch tâm (điểm ảnh)", "Distance from the centre (pixels)"),
    ProfileTest.FORMAT: Text("Định dạng ảnh", "Image format"),
}

OUTCOMES: Mapping[ProfileOutcome, Text] = {
    ProfileOutcome.PASSED: Text("đạt", "passed"),
    ProfileOutcome.FAILED: Text("không đạt", "not passed"),
    ProfileOutcome.UNTOLD: Text("không xác định được", "cannot be told"),
}

_LEAST = Text("ít nhất {number}", "at least {number}")
_MOST = Text("nhiều nhất {number}", "at most {number}")
_ONE_OF = Text(" hoặc ", " or ")
_WHOLE = Text("{test}: {measured}, yêu cầu {wanted}: {outcome}.", "{test}: {measured}, wanted {wanted}: {outcome}.")


def wanted_text(demand: ProfileDemand, language: Language) -> str:
    """Return what a test wants, e.g. ``at least 60``."""
    if demand.least is not None:
        return _LEAST.in_language(language).format(number=demand.least)
    if demand.most is not None:
        return _MOST.in_language(language).format(number=demand.most)
    return _ONE_OF.in_language(language).join(demand.one_of)


def measured_text(result: ProfileResult) -> str:
    """Return what was measured: a name, or a number without decimals that say nothing; empty if it cannot be told."""
    if result.measured is None:
        return ""
    return result.measured if isinstance(result.measured, str) else f"{round(result.measured, 1):g}"


def profile_text(result: ProfileResult, language: Language) -> str:
    """Return one test in one sentence."""
    return _WHOLE.in_language(language).format(
        test=TESTS[result.demand.test].in_language(language),
        measured=measured_text(result) or "–",
        wanted=wanted_text(result.demand, language),
        outcome=OUTCOMES[result.outcome].in_language(language),
    )
