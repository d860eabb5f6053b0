"""Impressions to compare with others: each is made ready once a call, however many it is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from idverify.domain.model import Features, FingerPosition, Quality
from idverify.ports import Biometrics, Prepared


@dataclass(frozen=True, slots=True)
class Probe:
    """An impression made ready. ``position`` None: not stated."""

    position: FingerPosition | None
    quality: Quality
    prepared: Prepared = field(repr=False)


def prepared_probes(biometrics: Biometrics, features: Sequence[Features]) -> list[Probe]:
    """Make impressions ready, in order."""
    return [Probe(f.position, f.quality, biometrics.prepare(f.template)) for f in features]
