"""What is told of each impression of an enrolment: where it came from, and how it meets a profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from idverify.domain.enrolling.profiles import results_of
from idverify.domain.model import Features, FingerPosition, Quality, Sample
from idverify.domain.model.enrolling import EnrolmentProfile, ProfileOutcome, ProfileResult
from idverify.ports import Biometrics
from idverify.services.calls.auditing import Details
from idverify.services.calls.call import Call


@dataclass(frozen=True, slots=True)
class Taken:
    """One impression.

    Attributes:
        position: of which finger.
        quality: how good it is.
        place: of its sample in the call.
        results: how it meets the profile that was asked for; empty: none was.
    """

    position: FingerPosition
    quality: Quality
    place: int
    results: tuple[ProfileResult, ...]


def tested(
    biometrics: Biometrics, profile: EnrolmentProfile | None, sample: Sample, quality: Quality
) -> tuple[ProfileResult, ...]:
    """Hold a sample, which was extracted before, against a profile; nothing for none."""
    return () if profile is None else results_of(profile, quality, biometrics.image_facts(sample))


def taken(
    biometrics: Biometrics,
    call: Call,
    profile: EnrolmentProfile | None,
    samples: Sequence[Sample],
    features: Sequence[Features],
) -> tuple[Taken, ...]:
    """Return what is told of each sample, in order.

    Raises:
        DomainError: DEADLINE_EXCEEDED.
    """
    told = []
    for place, (sample, found) in enumerate(zip(samples, features, strict=True)):
        call.deadline.check()
        assert sample.position is not None
        results = tested(biometrics, profile, sample, found.quality)
        told.append(Taken(sample.position, found.quality, place, results))
    return tuple(told)


def profile_details(profile: EnrolmentProfile | None, impressions: Sequence[Taken]) -> Details:
    """Return what the audit trail keeps of a profile: which tests of which fingers failed, or could not be told."""
    if profile is None:
        return {}
    return {
        "profile": profile.name,
        "profile_failed": _which(impressions, ProfileOutcome.FAILED),
        "profile_untold": _which(impressions, ProfileOutcome.UNTOLD),
    }


def _which(impressions: Sequence[Taken], outcome: ProfileOutcome) -> list[str]:
    return [
        f"{impression.position.name}:{result.demand.test.value}"
        for impression in impressions
        for result in impression.results
        if result.outcome is outcome
    ]
