"""From received samples to features that can carry a decision."""

from __future__ import annotations

from collections.abc import Sequence

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Features, FingerPosition, Sample
from idverify.ports import Biometrics
from idverify.services.calls.call import Call


def usable_features(biometrics: Biometrics, call: Call, samples: Sequence[Sample]) -> list[Features]:
    """Extract every sample, in order.

    Raises:
        DomainError: SAMPLE_KIND_NOT_ALLOWED, SAMPLE_INVALID, SAMPLE_FORMAT_UNSUPPORTED, SAMPLE_RESOLUTION_UNKNOWN,
            SAMPLE_POSITION_MISMATCH, SAMPLE_QUALITY_LOW, each with the index of the sample; DEADLINE_EXCEEDED.
    """
    require_kinds(call, samples)
    return [_one(biometrics, call, sample, index) for index, sample in enumerate(samples)]


def require_kinds(call: Call, samples: Sequence[Sample]) -> None:
    """Raise DomainError SAMPLE_KIND_NOT_ALLOWED for a sample of a kind that this client may not send."""
    for index, sample in enumerate(samples):
        if sample.kind not in call.caller.sample_kinds:
            raise DomainError(
                Reason.SAMPLE_KIND_NOT_ALLOWED,
                f"this client may not send a sample as {sample.kind.value}; ask the service's operator",
                {"sample": str(index), "kind": sample.kind.value},
            )


def _one(biometrics: Biometrics, call: Call, sample: Sample, index: int) -> Features:
    call.deadline.check()
    try:
        features = biometrics.extract(sample)
    except DomainError as error:
        error.metadata.setdefault("sample", str(index))
        raise
    if not features.quality.usable:
        advice = ",".join(item.value for item in features.quality.advice)
        raise DomainError(
            Reason.SAMPLE_QUALITY_LOW,
            "too little ridge detail; take another impression as advised, or another finger",
            {"sample": str(index), "quality": str(features.quality.score), "advice": advice},
        )
    return features


def require_count(samples: Sequence[Sample], most: int) -> None:
    """Raise DomainError FIELD_MISSING for no sample, FINGER_COUNT_EXCEEDED for more than ``most``."""
    if not samples:
        raise DomainError(Reason.FIELD_MISSING, "at least one sample is needed", {"field": "samples"})
    require_at_most(samples, most)


def require_at_most(samples: Sequence[Sample], most: int) -> None:
    """Raise DomainError FINGER_COUNT_EXCEEDED for more than ``most``."""
    if len(samples) > most:
        raise DomainError(Reason.FINGER_COUNT_EXCEEDED, f"at most {most} samples in one call", {"field": "samples"})


def require_positions(samples: Sequence[Sample]) -> None:
    """Raise DomainError FIELD_MISSING if a sample does not state its finger position."""
    for index, sample in enumerate(samples):
        if sample.position is None:
            raise DomainError(
                Reason.FIELD_MISSING,
                "finger_position must be stated",
                {"field": f"samples[{index}].finger_position", "sample": str(index)},
            )


def require_distinct_fingers(samples: Sequence[Sample]) -> None:
    """Check that several probes are of several, stated fingers: one print sent twice is not two pieces of evidence.

    Raises:
        DomainError: FIELD_MISSING, FINGER_DUPLICATED.
    """
    if len(samples) == 1:
        return
    require_positions(samples)
    seen: set[FingerPosition | None] = set()
    for index, sample in enumerate(samples):
        if sample.position is FingerPosition.UNKNOWN:
            raise DomainError(
                Reason.FIELD_INVALID,
                "with several samples each must state a known finger",
                {"field": f"samples[{index}].finger_position", "sample": str(index)},
            )
        if sample.position in seen:
            raise DomainError(Reason.FINGER_DUPLICATED, "two samples are of the same finger", {"sample": str(index)})
        seen.add(sample.position)
