"""Comparing probes with the enrolled fingers of one person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from idverify.domain import policy
from idverify.domain.model import FingerPosition, Likeness, Quality, StoredTemplate
from idverify.ports import Biometrics, Prepared
from idverify.services.calls.call import Call
from idverify.services.prints.probes import Probe


class EnrolledFingers:
    """The enrolled impressions of one person, by finger, for one call and one thread.

    An impression is made ready when it is first compared, and kept: one whose finger nobody knows meets every probe.
    """

    def __init__(self, templates: Sequence[StoredTemplate]) -> None:
        self._templates: defaultdict[FingerPosition, list[StoredTemplate]] = defaultdict(list)
        self._prepared: dict[FingerPosition, list[Prepared]] = {}
        for template in templates:
            self._templates[template.position].append(template)

    def __iter__(self) -> Iterator[FingerPosition]:
        return iter(self._templates)

    def possible(self, position: FingerPosition | None) -> list[FingerPosition]:
        """Return the fingers a probe may be of: an unknown position, on either side, excludes nothing."""
        if position in {None, FingerPosition.UNKNOWN}:
            return list(self)
        return [p for p in (position, FingerPosition.UNKNOWN) if p in self._templates and p is not None]

    def best_quality(self, position: FingerPosition) -> Quality:
        """Return the quality of a finger's best impression."""
        return max((t.quality for t in self._templates[position]), key=lambda quality: quality.score)

    def prepared(self, biometrics: Biometrics, position: FingerPosition) -> Sequence[Prepared]:
        """Return the impressions of a finger, made ready."""
        if position not in self._prepared:
            self._prepared[position] = [biometrics.prepare(t.template) for t in self._templates[position]]
        return self._prepared[position]


@dataclass(frozen=True, slots=True)
class ComparedFinger:
    """One probe and the enrolled finger it is most like.

    Attributes:
        position: of that finger.
        likeness: of both, the choice among several enrolled fingers accounted for.
        quality: of the probe.
        enrolled_quality: of the finger's best impression.
    """

    position: FingerPosition
    likeness: Likeness
    quality: Quality
    enrolled_quality: Quality


def compare_fingers(
    biometrics: Biometrics, call: Call, probes: Sequence[Probe], enrolled: EnrolledFingers
) -> list[ComparedFinger]:
    """Compare each probe with the fingers it may be of; those that can be of none are left out.

    Raises:
        DomainError: DEADLINE_EXCEEDED.
    """
    compared = [_compared(biometrics, call, probe, enrolled) for probe in probes]
    return [finger for finger in compared if finger is not None]


def fused(biometrics: Biometrics, fingers: Sequence[ComparedFinger]) -> Likeness:
    """Combine the fingers of one person, at least one.

    Several probes may be most like the same enrolled finger, one whose position is unknown. Only one of them can be of
    it, and one print sent under two names must not count twice: the best of them counts, as the best of several.
    """
    found: defaultdict[FingerPosition, list[Likeness]] = defaultdict(list)
    for finger in fingers:
        found[finger.position].append(finger.likeness)
    return biometrics.fuse([policy.best_of(min(g, key=lambda l: l.fmr), len(g)) for g in found.values()])


def _compared(biometrics: Biometrics, call: Call, probe: Probe, enrolled: EnrolledFingers) -> ComparedFinger | None:
    """Compare one probe with the fingers it may be of; None if there is none. Trying several is accounted for."""
    call.deadline.check()
    likenesses = {
        position: biometrics.compare(probe.prepared, enrolled.prepared(biometrics, position))
        for position in enrolled.possible(probe.position)
    }
    if not likenesses:
        return None
    position = min(likenesses, key=lambda p: likenesses[p].fmr)
    likeness = policy.best_of(likenesses[position], len(likenesses))
    return ComparedFinger(position, likeness, probe.quality, enrolled.best_quality(position))
