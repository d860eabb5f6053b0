"""How an impression meets an enrolment profile, in words: Vietnamese and English."""

from __future__ import annotations

from functools import reduce

from idverify.domain.guidance.language import Text, worded
from idverify.domain.model import Language
from idverify.domain.model.enrolling import ProfileDemand, ProfileResult


def wanted_text(demand: ProfileDemand) -> Text:
    """Return what a test wants, e.g. ``at least 60``."""
    if demand.least is not None:
        return worded("profiles", "at-least", number=str(demand.least))
    if demand.most is not None:
        return worded("profiles", "at-most", number=str(demand.most))
    either = (Text(each, each) for each in demand.one_of)
    return reduce(lambda one, other: worded("profiles", "either", one=one, other=other), either)


def measured_text(result: ProfileResult) -> str:
    """Return what was measured: a name, or a number without decimals that say nothing; empty if it cannot be told."""
    if result.measured is None:
        return ""
    return result.measured if isinstance(result.measured, str) else f"{round(result.measured, 1):g}"


def profile_text(result: ProfileResult, language: Language) -> str:
    """Return one test in one sentence."""
    told = worded(
        "profiles",
        "whole",
        test=worded("profiles", f"test-{result.demand.test.value}"),
        measured=measured_text(result) or "–",
        wanted=wanted_text(result.demand),
        outcome=worded("profiles", f"outcome-{result.outcome.value}"),
    )
    return told.in_language(language)
