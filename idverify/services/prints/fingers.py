"""Comparing probes with the enrolled fingers of one person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from idverify.domain import policy
from idverify.domain.model import Decision, FingerPosition, Likeness, Quality, StoredTemplate
from idverify.domain.same_finger import numbered
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
            self._prepared[position] = [biometrics.prepare_stored(t.template) for t in self._templates[position]]
        return self._prepared[position]


@dataclass(frozen=True, slots=True)
class ComparedFinger:
    """One probe and the enrolled finger it is most like.

    Attributes:
        position: of that finger.
        finger: the number of the probe's.
        likeness: of both, the choice among several enrolled fingers accounted for.
        quality: of the probe.
        enrolled_quality: of the finger's best impression.
    """

    position: FingerPosition
    finger: int
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

    Several probes may be most like the same enrolled finger, one whose position is unknown, or be of one finger
    themselves, under two names. Neither counts twice: the best of them counts, as the best of several.
    """
    groups = _groups(fingers)
    return biometrics.fuse([policy.best_of(_best(group).likeness, len(group)) for group in groups])


def counted(fingers: Sequence[ComparedFinger]) -> list[ComparedFinger]:
    """Return those that :func:`fused` counts: the best of each finger."""
    return [_best(group) for group in _groups(fingers)]


def decided(biometrics: Biometrics, compared: Sequence[ComparedFinger], target_fmr: float) -> tuple[Likeness, Decision]:
    """Return how alike the prints of two people are, one finger at least, and what that means at a target FMR."""
    likeness = policy.claimable(fused(biometrics, compared), len(counted(compared)))
    surest = policy.surest_finger((f.quality, f.enrolled_quality) for f in compared)
    return likeness, policy.decide(likeness, target_fmr, surest)


def _groups(fingers: Sequence[ComparedFinger]) -> list[list[ComparedFinger]]:
    """Put together what is of one finger: by the probes, or by what they are most like."""
    together = [
        (i, j)
        for (i, one), (j, other) in combinations(enumerate(fingers), 2)
        if one.position == other.position or one.finger == other.finger
    ]
    found: defaultdict[int, list[ComparedFinger]] = defaultdict(list)
    for number, finger in zip(numbered(len(fingers), together), fingers, strict=True):
        found[number].append(finger)
    return list(found.values())


def _best(group: Sequence[ComparedFinger]) -> ComparedFinger:
    return min(group, key=lambda finger: finger.likeness.fmr)


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
    return ComparedFinger(position, probe.finger, likeness, probe.quality, enrolled.best_quality(position))
