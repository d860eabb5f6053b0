"""What a profile says of an impression; it says something of each test, whatever there is to measure."""

from __future__ import annotations

import pytest

from idverify.domain.enrolling.profiles import profile_of, results_of
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Quality
from idverify.domain.model.enrolling import ImageFacts, ProfileOutcome, ProfileTest
from tests.service_kit import profiles

PASSED, FAILED, UNTOLD = ProfileOutcome.PASSED, ProfileOutcome.FAILED, ProfileOutcome.UNTOLD
GOOD = Quality(50, "fake", 60, (), usable=True)
FACTS = ImageFacts("WSQ", 500.0, 256, 32.0)
PROFILE = profiles()["vn-110-2020"]


def outcomes(quality: Quality, facts: ImageFacts | None) -> dict[str, ProfileOutcome]:
    return {result.demand.test.value: result.outcome for result in results_of(PROFILE, quality, facts)}


def test_all_six_pass_at_their_limits() -> None:
    assert outcomes(GOOD, FACTS) == {test.value: PASSED for test in ProfileTest}


@pytest.mark.parametrize(
    ("quality", "facts", "failed"),
    [
        (GOOD, ImageFacts("WSQ", 499.0, 256, 32.0), "RESOLUTION"),
        (GOOD, ImageFacts("WSQ", 500.0, 16, 32.0), "GREY_LEVELS"),
        (Quality(50, "fake", 59, (), usable=True), FACTS, "MINUTIAE"),
        (Quality(49, "fake", 60, (), usable=True), FACTS, "QUALITY"),
        (GOOD, ImageFacts("WSQ", 500.0, 256, 32.1), "CENTRE"),
        (GOOD, ImageFacts("PNG", 500.0, 256, 32.0), "FORMAT"),
    ],
)
def test_each_fails_alone(quality: Quality, facts: ImageFacts, failed: str) -> None:
    assert outcomes(quality, facts) == {test.value: FAILED if test.value == failed else PASSED for test in ProfileTest}


def test_what_cannot_be_measured_is_said_to_be_untold() -> None:
    of_template = outcomes(GOOD, None)
    assert of_template.pop("MINUTIAE") is of_template.pop("QUALITY") is PASSED
    assert set(of_template.values()) == {UNTOLD}
    assert outcomes(GOOD, ImageFacts("WSQ", 500.0, 256, None))["CENTRE"] is UNTOLD


def test_a_profile_that_is_not_there_is_refused_with_those_that_are() -> None:
    assert profile_of(profiles(), "") is None
    assert profile_of(profiles(), "vn-110-2020") is PROFILE
    with pytest.raises(DomainError, match="vn-110-2020") as error:
        profile_of(profiles(), "vn-110-2021")
    assert (error.value.reason, error.value.metadata) == (Reason.FIELD_INVALID, {"field": "profile"})
