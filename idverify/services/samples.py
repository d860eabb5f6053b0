"""Work on samples alone: nothing stored, no person concerned."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain

from idverify.domain import policy
from idverify.domain.enrolling.profiles import profile_of
from idverify.domain.enrolling.slaps import require_some_finger
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import (
    Decision,
    Features,
    FingerPosition,
    Likeness,
    OperatingPoint,
    Quality,
    Sample,
    StoredTemplate,
)
from idverify.domain.model.enrolling import ProfileResult, Profiles, SlapSample
from idverify.domain.model.prints import ImageExchange, RecordQuirk
from idverify.domain.telling import sees_figures
from idverify.ports import Biometrics, Clock, Store
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.refusing import refusals_audited
from idverify.services.prints.deciding import operating_point
from idverify.services.prints.fingers import EnrolledFingers, compare_fingers, decided
from idverify.services.prints.probes import Probe, prepared_probes
from idverify.services.prints.sampling import (
    require_count,
    require_distinct_fingers,
    require_kinds,
    usable_features,
)
from idverify.services.prints.taking import tested
from idverify.services.prints.unpacking import one_impression, probes_unpacked

MOST_PROBES = 10
"""One sample a finger."""

MOST_GALLERY = 100
"""Prints of others in one call: the ten fingers of ten people."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """A template as a finger minutiae record, ISO/IEC 19794-2:2005."""

    iso_minutiae: bytes
    quality: Quality
    extractor: str
    quirks: tuple[RecordQuirk, ...] = ()


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
    quirks: tuple[RecordQuirk, ...] = ()


@dataclass(frozen=True, slots=True)
class Against:
    """Outcome of comparing one person's prints with another's.

    Attributes:
        decision: None: no finger is in both.
        refusal: why the other's prints could not be compared; None: they were.
    """

    decision: Decision | None = None
    refusal: DomainError | None = None


_OF_THE_WHOLE = {Reason.FINGER_COUNT_EXCEEDED, Reason.DEADLINE_EXCEEDED}


@dataclass(frozen=True, slots=True)
class SampleService:
    """Extraction, comparison and quality of samples given in the call."""

    store: Store
    biometrics: Biometrics
    clock: Clock
    profiles: Profiles

    def extract(self, call: Call, sample: Sample) -> Extracted:
        """Make a template. Raises DomainError SAMPLE_*, DEADLINE_EXCEEDED."""
        (features,) = usable_features(self.biometrics, call, self._taken(call, sample))
        return Extracted(
            self.biometrics.to_iso_minutiae(features), features.quality, features.extractor, features.quirks
        )

    def compare(self, call: Call, probe: Sample, reference: Sample, target_fmr: float | None) -> Compared:
        """Compare two samples; the decision is audited. Raises DomainError SAMPLE_*, FIELD_INVALID."""
        samples = self._taken(call, probe, reference)
        target = policy.effective_target_fmr(target_fmr, None)
        first, second = usable_features(self.biometrics, call, samples)
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

    def match(
        self, call: Call, probes: Sequence[Sample], gallery: Sequence[Sequence[Sample]], target_fmr: float | None
    ) -> Sequence[Against]:
        """Compare the prints of one person with those of each of several, all in the call; audited as one event.

        Prints of the others that carry no decision spoil the decision on them alone.

        Raises:
            DomainError: SAMPLE_*, FIELD_*, FINGER_* of the probes; FINGER_COUNT_EXCEEDED; DEADLINE_EXCEEDED.
        """
        probes = probes_unpacked(self.biometrics, call, probes, MOST_PROBES)
        require_count(probes, MOST_PROBES)
        require_distinct_fingers(probes)
        others = self._unpacked(call, gallery)
        sound = (prints for prints in others if not isinstance(prints, DomainError))
        self._require_kinds(call, [*probes, *chain.from_iterable(sound)])
        target = policy.effective_target_fmr(target_fmr, None)
        ready = prepared_probes(self.biometrics, usable_features(self.biometrics, call, probes))
        outcomes = [self._against(call, ready, each, target) for each in others]
        matched = sum(outcome.decision is Decision.MATCH for outcome in outcomes)
        details: Details = {"target_fmr": target, "compared": len(outcomes), "matched": matched}
        with self.store.transaction() as uow:
            outcome = Decision.MATCH if matched else Decision.NO_MATCH
            uow.audit.append(entry(self.clock, call, outcome.value, details=details))
        return outcomes

    def segment(
        self, call: Call, slap: SlapSample, missing: Collection[FingerPosition]
    ) -> Sequence[tuple[FingerPosition, bytes]]:
        """Cut a slap into its fingers, from left to right, each as a finger image record.

        Args:
            call: on whose behalf.
            slap: image of several fingers.
            missing: fingers that are not on it.

        Raises:
            DomainError: FIELD_INVALID, SAMPLE_*, SLAP_COUNT_MISMATCH, DEADLINE_EXCEEDED.
        """
        call.deadline.check()
        require_some_finger([slap], missing)
        self._require_kinds(call, [Sample(None, slap.image)])
        cuts = self.biometrics.cut_slap(slap, missing)
        return [
            (
                cut.sample.position or FingerPosition.UNKNOWN,
                self.biometrics.exchanged(cut.sample, ImageExchange.RECORD_PNG),
            )
            for cut in cuts
        ]

    def convert(self, call: Call, sample: Sample, target: ImageExchange) -> bytes:
        """Return the image of a sample in another form. Raises DomainError SAMPLE_*, DEADLINE_EXCEEDED."""
        call.deadline.check()
        self._require_kinds(call, [sample])
        return self.biometrics.exchanged(sample, target)

    def check_quality(self, call: Call, sample: Sample, profile_name: str = "") -> Checked:
        """Say how good a sample is, and how it meets a profile; a poor one is a valid answer.

        Raises:
            DomainError: SAMPLE_* except QUALITY_LOW; FIELD_INVALID for an unknown profile.
        """
        profile = profile_of(self.profiles, profile_name)
        call.deadline.check()
        (sample,) = self._taken(call, sample)
        features = self.biometrics.extract(sample)
        results = tested(self.biometrics, profile, sample, features.quality)
        return Checked(features.quality, results, features.quirks)

    def _unpacked(self, call: Call, gallery: Sequence[Sequence[Sample]]) -> list[list[Sample] | DomainError]:
        """Return the prints of others, or why they cannot be taken apart.

        Raises:
            DomainError: FINGER_COUNT_EXCEEDED before too many are taken apart; DEADLINE_EXCEEDED.
        """
        count, unpacked = sum(map(len, gallery)), list[list[Sample] | DomainError]()
        for others in gallery:
            _require_comparable(count)
            try:
                prints = probes_unpacked(self.biometrics, call, others, MOST_GALLERY)
            except DomainError as error:
                if error.reason in _OF_THE_WHOLE:
                    raise
                unpacked.append(error)
                continue
            unpacked.append(prints)
            count += len(prints) - len(others)
        _require_comparable(count)
        return unpacked

    def _against(
        self, call: Call, probes: Sequence[Probe], others: Sequence[Sample] | DomainError, target: float
    ) -> Against:
        if isinstance(others, DomainError):
            return Against(refusal=others)
        try:
            features = usable_features(self.biometrics, call, others)
        except DomainError as error:
            if error.reason is Reason.DEADLINE_EXCEEDED:
                raise
            return Against(refusal=error)
        compared = compare_fingers(self.biometrics, call, probes, EnrolledFingers([_unstored(f) for f in features]))
        return Against(decided(self.biometrics, compared, target)[1] if compared else None)

    def _taken(self, call: Call, *samples: Sample) -> Sequence[Sample]:
        """Return the impression that each sample holds; raise DomainError SAMPLE_KIND_NOT_ALLOWED."""
        taken = [one_impression(self.biometrics, call, sample) for sample in samples]
        self._require_kinds(call, taken)
        return taken

    def _require_kinds(self, call: Call, samples: Sequence[Sample]) -> None:
        with refusals_audited(self.store, self.clock, call):
            require_kinds(call, samples)


def _require_comparable(prints: int) -> None:
    if prints > MOST_GALLERY:
        raise DomainError(
            Reason.FINGER_COUNT_EXCEEDED, f"at most {MOST_GALLERY} prints to compare with", {"field": "gallery"}
        )


def _unstored(features: Features) -> StoredTemplate:
    position = features.position or FingerPosition.UNKNOWN
    return StoredTemplate(0, "", position, features.template, features.quality, features.extractor)
