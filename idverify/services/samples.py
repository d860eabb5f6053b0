"""Work on samples alone: nothing stored, no person concerned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from idverify.domain import policy
from idverify.domain.enrolling.profiles import profile_of
from idverify.domain.model import Decision, Likeness, OperatingPoint, Quality, Sample
from idverify.domain.model.enrolling import ProfileResult, Profiles
from idverify.domain.telling import sees_figures
from idverify.ports import Biometrics, Clock, Store
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.refusing import refusals_audited
from idverify.services.prints.deciding import operating_point
from idverify.services.prints.sampling import require_kinds, usable_features
from idverify.services.prints.taking import tested


@dataclass(frozen=True, slots=True)
class Extracted:
    """A template as a finger minutiae record, ISO/IEC 19794-2:2005."""

    iso_minutiae: bytes
    quality: Quality
    extractor: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Outcome of comparing two samples. ``likeness`` None: not told."""

    decision: Decision
    operating_point: OperatingPoint
    likeness: Likeness | None
    probe_quality: Quality
    reference_quality: Quality


@dataclass(frozen=True, slots=True)
class Checked:
    """How good a sample is; ``results`` empty: no profile was asked for."""

    quality: Quality
    results: tuple[ProfileResult, ...]


@dataclass(frozen=True, slots=True)
class SampleService:
    """Extraction, comparison and quality of samples given in the call."""

    store: Store
    biometrics: Biometrics
    clock: Clock
    profiles: Profiles

    def extract(self, call: Call, sample: Sample) -> Extracted:
        """Make a template. Raises DomainError SAMPLE_*, DEADLINE_EXCEEDED."""
        self._require_kinds(call, [sample])
        (features,) = usable_features(self.biometrics, call, [sample])
        return Extracted(self.biometrics.to_iso_minutiae(features), features.quality, features.extractor)

    def compare(self, call: Call, probe: Sample, reference: Sample, target_fmr: float | None) -> Compared:
        """Compare two samples; the decision is audited. Raises DomainError SAMPLE_*, FIELD_INVALID."""
        self._require_kinds(call, [probe, reference])
        target = policy.effective_target_fmr(target_fmr, None)
        first, second = usable_features(self.biometrics, call, [probe, reference])
        prepare = self.biometrics.prepare
        likeness = policy.claimable(
            self.biometrics.compare(prepare(first.template), [prepare(second.template)]), fingers=1
        )
        decision = policy.decide(likeness, target, [first.quality, second.quality])
        point = operating_point(self.biometrics, target)
        with self.store.transaction() as uow:
            details: Details = {
                "target_fmr": target,
                "score": round(likeness.score, 2),
            }
            uow.audit.append(entry(self.clock, call, decision.value, details=details))
        told = likeness if sees_figures(call.caller, decision, likeness) else None
        return Compared(decision, point, told, first.quality, second.quality)

    def check_quality(self, call: Call, sample: Sample, profile_name: str = "") -> Checked:
        """Say how good a sample is, and how it meets a profile; a poor one is a valid answer.

        Raises:
            DomainError: SAMPLE_* except QUALITY_LOW; FIELD_INVALID for an unknown profile.
        """
        profile = profile_of(self.profiles, profile_name)
        call.deadline.check()
        self._require_kinds(call, [sample])
        quality = self.biometrics.extract(sample).quality
        return Checked(quality, tested(self.biometrics, profile, sample, quality))

    def _require_kinds(self, call: Call, samples: Sequence[Sample]) -> None:
        with refusals_audited(self.store, self.clock, call):
            require_kinds(call, samples)
