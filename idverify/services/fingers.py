"""Comparing probes with the enrolled fingers of one person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from idverify.domain import policy
from idverify.domain.model import Features, FingerPosition, Likeness, Quality, StoredTemplate
from idverify.ports import Biometrics
from idverify.services.call import Call

Fingers = dict[FingerPosition, list[StoredTemplate]]
"""The enrolled impressions of one person by finger."""


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


def by_finger(templates: Sequence[StoredTemplate]) -> Fingers:
    """Sort the templates of one person by finger."""
    fingers: Fingers = defaultdict(list)
    for template in templates:
        fingers[template.position].append(template)
    return dict(fingers)


def possible_fingers(position: FingerPosition | None, enrolled: Fingers) -> list[FingerPosition]:
    """Return the enrolled fingers a probe may be of: an unknown position, on either side, excludes nothing."""
    if position in {None, FingerPosition.UNKNOWN}:
        return list(enrolled)
    return [p for p in (position, FingerPosition.UNKNOWN) if p in enrolled and p is not None]


def compare_finger(biometrics: Biometrics, call: Call, probe: Features, enrolled: Fingers) -> ComparedFinger | None:
    """Compare one probe with the fingers it may be of; None if there is none. Trying several is accounted for.

    Raises:
        DomainError: DEADLINE_EXCEEDED.
    """
    call.deadline.check()
    likenesses = {
        position: biometrics.compare(probe.template, [t.template for t in enrolled[position]])
        for position in possible_fingers(probe.position, enrolled)
    }
    if not likenesses:
        return None
    position = min(likenesses, key=lambda p: likenesses[p].fmr)
    likeness = policy.best_of(likenesses[position], len(likenesses))
    return ComparedFinger(position, likeness, probe.quality, best_quality(enrolled[position]))


def fused(biometrics: Biometrics, fingers: Sequence[ComparedFinger]) -> Likeness:
    """Combine the fingers of one person, at least one.

    Several probes may be most like the same enrolled finger, one whose position is unknown. Only one of them can be of
    it, and one print sent under two names must not count twice: the best of them counts, as the best of several.
    """
    found: defaultdict[FingerPosition, list[Likeness]] = defaultdict(list)
    for finger in fingers:
        found[finger.position].append(finger.likeness)
    return biometrics.fuse([policy.best_of(min(g, key=lambda l: l.fmr), len(g)) for g in found.values()])


def best_quality(templates: Sequence[StoredTemplate]) -> Quality:
    """Return the quality of the best impression."""
    return max((t.quality for t in templates), key=lambda quality: quality.score)
