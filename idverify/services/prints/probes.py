"""Impressions to compare with others: each is made ready once a call, however many it is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from idverify.domain.model import Features, FingerPosition, Quality
from idverify.domain.same_finger import numbered, same_finger_fmr
from idverify.ports import Biometrics, Prepared
from idverify.services.calls.auditing import Details


@dataclass(frozen=True, slots=True)
class Probe:
    """An impression made ready.

    Attributes:
        position: as stated; None: not stated.
        quality: of the impression.
        prepared: what is compared.
        finger: number of the finger among the probes of the call, whatever position is stated: the place of the first
            of its probes.
    """

    position: FingerPosition | None
    quality: Quality
    prepared: Prepared = field(repr=False)
    finger: int


def made_ready(biometrics: Biometrics, features: Sequence[Features], *, stored: bool = False) -> list[Probe]:
    """Make impressions ready, in order, each taken for a finger of its own; ``stored``: the call stores them too."""
    prepare = biometrics.prepare_stored if stored else biometrics.prepare
    return [Probe(f.position, f.quality, prepare(f.template), i) for i, f in enumerate(features)]


def by_finger(biometrics: Biometrics, probes: Sequence[Probe]) -> list[Probe]:
    """Compare probes of one person with each other, and give those of one finger one number."""
    pairs = list(combinations(range(len(probes)), 2))
    target = same_finger_fmr(len(pairs))
    same = [(i, j) for i, j in pairs if biometrics.compare(probes[i].prepared, [probes[j].prepared]).fmr <= target]
    return [replace(p, finger=number) for p, number in zip(probes, numbered(len(probes), same), strict=True)]


def prepared_probes(biometrics: Biometrics, features: Sequence[Features], *, stored: bool = False) -> list[Probe]:
    """Make the impressions of one person ready, as :func:`made_ready`, and tell which are of one finger."""
    return by_finger(biometrics, made_ready(biometrics, features, stored=stored))


def repeated_details(places: Sequence[int]) -> Details:
    """Return what the audit trail keeps of samples that repeat the finger of an earlier one: nothing of none."""
    return {"repeated_samples": [str(place) for place in places]} if places else {}
