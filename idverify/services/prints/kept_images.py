"""What is kept of samples that are enrolled, where images are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from idverify.domain.model import Features, FingerPosition, ImageSample, Sample
from idverify.domain.model.images import KeptImage
from idverify.services.calls.call import Call


def images_to_keep(
    call: Call, samples: Sequence[Sample], features: Sequence[Features], now: datetime
) -> list[KeptImage | None]:
    """Return the image of each sample, as it was received; None: it came as minutiae.

    Args:
        call: by which they came.
        samples: to be enrolled.
        features: what was extracted from each.
        now: the time, UTC.
    """
    return [_one(call, sample, made, now) for sample, made in zip(samples, features, strict=True)]


def _one(call: Call, sample: Sample, made: Features, now: datetime) -> KeptImage | None:
    if not isinstance(sample.content, ImageSample):
        return None
    position = sample.position or FingerPosition.UNKNOWN
    return KeptImage(position, sample.content, made.quality, call.context.counter_id, sample.attestation, now)
