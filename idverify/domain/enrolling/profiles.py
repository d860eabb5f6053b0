"""How an impression meets the demands of an enrolment profile. What comes of it is told, and decides nothing.

Small sensors cannot show what a regulation for passports wants, and verify well: a profile is never a gate.
"""

from __future__ import annotations

from collections.abc import Mapping

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model.enrolling import (
    EnrolmentProfile,
    ImageFacts,
    ProfileDemand,
    ProfileOutcome,
    ProfileResult,
    Profiles,
    ProfileTest,
)
from idverify.domain.model.prints import Quality


def profile_of(profiles: Profiles, name: str) -> EnrolmentProfile | None:
    """Return a profile by name, None for no name. Raises DomainError FIELD_INVALID for an unknown one."""
    if not name:
        return None
    if name not in profiles:
        raise DomainError(
            Reason.FIELD_INVALID, f"profile must be one of {', '.join(sorted(profiles))}", {"field": "profile"}
        )
    return profiles[name]


def results_of(profile: EnrolmentProfile, quality: Quality, facts: ImageFacts | None) -> tuple[ProfileResult, ...]:
    """Hold an impression against every demand.

    Args:
        profile: whose.
        quality: of the impression.
        facts: of its image; None: there is none.
    """
    measured = _measured(quality, facts)
    return tuple(_result(demand, measured[demand.test]) for demand in profile.demands)


def _measured(quality: Quality, facts: ImageFacts | None) -> Mapping[ProfileTest, float | str | None]:
    of_template = {ProfileTest.MINUTIAE: quality.minutiae, ProfileTest.QUALITY: quality.score}
    if facts is None:
        return dict.fromkeys(ProfileTest) | of_template
    return of_template | {
        ProfileTest.RESOLUTION: facts.resolution_ppi,
        ProfileTest.GREY_LEVELS: facts.grey_levels,
        ProfileTest.CENTRE: facts.off_centre,
        ProfileTest.FORMAT: facts.format,
    }


def _result(demand: ProfileDemand, measured: float | str | None) -> ProfileResult:
    if measured is None:
        return ProfileResult(demand, None, ProfileOutcome.UNTOLD)
    return ProfileResult(demand, measured, ProfileOutcome.PASSED if _met(demand, measured) else ProfileOutcome.FAILED)


def _met(demand: ProfileDemand, measured: float | str) -> bool:
    if isinstance(measured, str):
        return measured in demand.one_of
    at_least = demand.least is None or measured >= demand.least
    return at_least and (demand.most is None or measured <= demand.most)
