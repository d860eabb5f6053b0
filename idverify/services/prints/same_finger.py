"""Is one finger enrolled under two names? Then five names of one finger would prove what five fingers do.

A finger said to be unknown may be any, so it repeats none. Every impression of one finger is compared with all of the
other; the choice is accounted for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from idverify.domain import policy
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerPosition, StoredTemplate
from idverify.domain.same_finger import same_finger_fmr
from idverify.ports import Biometrics, Prepared
from idverify.services.calls.auditing import Details
from idverify.services.calls.call import Call
from idverify.services.prints.fingers import EnrolledFingers
from idverify.services.prints.probes import Probe


@dataclass(frozen=True, slots=True)
class SameFinger:
    """Two fingers, by what is stated of them, whose prints are of one.

    Attributes:
        position: of what is to be enrolled.
        other: likewise, or what is enrolled of the person already.
        sample: the first sample of ``position``, by its place in the call.
        other_sample: that of ``other``; None: enrolled already.
    """

    position: FingerPosition
    other: FingerPosition
    sample: int
    other_sample: int | None


def same_among(biometrics: Biometrics, call: Call, probes: Sequence[Probe]) -> tuple[SameFinger, ...]:
    """Compare the fingers that are to be enrolled with each other.

    Raises:
        DomainError: DEADLINE_EXCEEDED.
    """
    fingers = _by_position(probes)
    pairs = list(combinations(sorted(fingers), 2))
    target = same_finger_fmr(len(pairs))
    return tuple(
        SameFinger(a, b, fingers[a][0], fingers[b][0])
        for a, b in pairs
        if _fmr(biometrics, call, _prepared(probes, fingers[a]), _prepared(probes, fingers[b])) <= target
    )


def same_as_enrolled(
    biometrics: Biometrics, call: Call, probes: Sequence[Probe], enrolled: Sequence[StoredTemplate]
) -> tuple[SameFinger, ...]:
    """Compare the fingers that are to be enrolled with those of other positions that are enrolled of the person.

    Raises:
        DomainError: DEADLINE_EXCEEDED.
    """
    fingers, old = _by_position(probes), EnrolledFingers(enrolled)
    pairs = [(a, b) for a in sorted(fingers) for b in sorted(old) if b not in {a, FingerPosition.UNKNOWN}]
    target = same_finger_fmr(len(pairs))
    return tuple(
        SameFinger(a, b, fingers[a][0], None)
        for a, b in pairs
        if _fmr(biometrics, call, _prepared(probes, fingers[a]), old.prepared(biometrics, b)) <= target
    )


def same_finger_suspected(found: Sequence[SameFinger]) -> DomainError:
    """Return the refusal. It names samples and fingers, and does not say how alike they are."""
    first = found[0]
    other = {"enrolled": first.other.name} if first.other_sample is None else {"other_sample": str(first.other_sample)}
    return DomainError(
        Reason.SAME_FINGER_SUSPECTED,
        "one finger stands under two names; take each finger once, and enrol with DUPLICATE_CHECK_REPORT if an officer "
        "sees that they are two",
        {"sample": str(first.sample), **other},
    )


def same_finger_details(found: Sequence[SameFinger]) -> Details:
    """Return what the audit trail keeps of it: nothing if no finger stands under two names."""
    return {"same_fingers": [f"{same.position.name}={same.other.name}" for same in found]} if found else {}


def _by_position(probes: Sequence[Probe]) -> dict[FingerPosition, list[int]]:
    fingers: defaultdict[FingerPosition, list[int]] = defaultdict(list)
    for place, probe in enumerate(probes):
        if probe.position is not None and probe.position is not FingerPosition.UNKNOWN:
            fingers[probe.position].append(place)
    return dict(fingers)


def _prepared(probes: Sequence[Probe], places: Sequence[int]) -> list[Prepared]:
    return [probes[place].prepared for place in places]


def _fmr(biometrics: Biometrics, call: Call, one: Sequence[Prepared], other: Sequence[Prepared]) -> float:
    call.deadline.check()
    best = min((biometrics.compare(each, other) for each in one), key=lambda likeness: likeness.fmr)
    return policy.best_of(best, len(one)).fmr
