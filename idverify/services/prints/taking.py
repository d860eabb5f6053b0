"""What is told of each impression of an enrolment: where it came from, and how it meets a profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from idverify.domain.enrolling.profiles import results_of
from idverify.domain.model import FingerPosition, Quality, Sample
from idverify.domain.model.enrolling import CutFinger, EnrolmentProfile, ProfileOutcome, ProfileResult
from idverify.ports import Biometrics
from idverify.services.calls.auditing import Details
from idverify.services.calls.call import Call
from idverify.services.prints.bringing import Brought
from idverify.services.prints.sequence import Sequenced


@dataclass(frozen=True, slots=True)
class Taken:
    """One impression.

    Attributes:
        position: of which finger.
        quality: how good it is.
        place: of its sample in the call; of one that was cut, after all others.
        results: how it meets the profile that was asked for; empty: none was.
        cut: from which slap, and where; None: it is a sample of its own.
        sequenced: how it was held against its slap; None: no slap shows its finger, or nothing was to be looked at.
    """

    position: FingerPosition
    quality: Quality
    place: int
    results: tuple[ProfileResult, ...]
    cut: CutFinger | None = None
    sequenced: Sequenced | None = None


def tested(
    biometrics: Biometrics, profile: EnrolmentProfile | None, sample: Sample, quality: Quality
) -> tuple[ProfileResult, ...]:
    """Hold a sample, which was extracted before, against a profile; nothing for none."""
    return () if profile is None else results_of(profile, quality, biometrics.image_facts(sample))


def taken(
    biometrics: Biometrics,
    call: Call,
    profile: EnrolmentProfile | None,
    brought: Brought,
    sequenced: Sequence[Sequenced],
) -> tuple[Taken, ...]:
    """Return what is told of each print that a call brings, in order.

    Raises:
        DomainError: DEADLINE_EXCEEDED.
    """
    checked = {one.place: one for one in sequenced}
    told = []
    for place, (sample, features) in enumerate(zip(brought.samples, brought.features, strict=True)):
        call.deadline.check()
        assert sample.position is not None
        quality = features.quality
        if place < brought.singles:
            results = tested(biometrics, profile, sample, quality)
            told.append(Taken(sample.position, quality, place, results, sequenced=checked.get(place)))
        else:
            cut = brought.cuts[place - brought.singles]
            of_slap = () if profile is None else results_of(profile, quality, cut.facts)
            told.append(Taken(sample.position, quality, place, of_slap, cut))
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


def slap_details(brought: Brought) -> Details:
    """Return what the audit trail keeps of slaps: which there were, nothing if none."""
    slaps = dict.fromkeys(cut.slap.name for cut in brought.cuts)
    return {"slaps": list(slaps)} if slaps else {}


def _which(impressions: Sequence[Taken], outcome: ProfileOutcome) -> list[str]:
    return [
        f"{impression.position.name}:{result.demand.test.value}"
        for impression in impressions
        for result in impression.results
        if result.outcome is outcome
    ]
