"""How an impression meets a profile, in both languages."""

from __future__ import annotations

from idverify.domain.guidance.profiles import profile_text, wanted_text
from idverify.domain.model import Language
from idverify.domain.model.enrolling import ProfileDemand, ProfileOutcome, ProfileResult, ProfileTest

SMALL = ProfileResult(ProfileDemand(ProfileTest.MINUTIAE, least=60), 42, ProfileOutcome.FAILED)
NEAR = ProfileResult(ProfileDemand(ProfileTest.CENTRE, most=32), 12.04, ProfileOutcome.PASSED)
UNKNOWN = ProfileResult(ProfileDemand(ProfileTest.FORMAT, one_of=("WSQ", "PNG")), None, ProfileOutcome.UNTOLD)


def test_a_result_is_one_sentence() -> None:
    assert profile_text(SMALL, Language.EN) == "Minutiae: 42, wanted at least 60: not passed."
    assert profile_text(SMALL, Language.VI) == "Số điểm đặc trưng: 42, yêu cầu ít nhất 60: không đạt."
    assert profile_text(NEAR, Language.EN) == "Distance from the centre (pixels): 12, wanted at most 32: passed."
    assert profile_text(UNKNOWN, Language.EN) == "Image format: –, wanted WSQ or PNG: cannot be told."
    assert wanted_text(UNKNOWN.demand).vi == "WSQ hoặc PNG"
