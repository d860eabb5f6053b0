"""Is each print of a single finger the finger that its slap shows in that place? Then nobody mixed up two of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerPosition
from idverify.domain.same_finger import same_finger_fmr
from idverify.ports import Biometrics
from idverify.services.calls.auditing import Details
from idverify.services.calls.call import Call
from idverify.services.prints.probes import Probe

OWN_FMR = 1e-3
"""False match rate up to which a print is of the finger that its slap shows. What is checked is whether an officer
mixed fingers up, not who somebody is; two prints of one finger that are less alike than this hardly verify."""


@dataclass(frozen=True, slots=True)
class Sequenced:
    """A print of a single finger, held against the slap that shows it.

    Attributes:
        place: of its sample in the call.
        position: as stated.
        agrees: it is the finger of that place.
        like: if it is not, which other finger of the slaps it is; None: none.
    """

    place: int
    position: FingerPosition
    agrees: bool
    like: FingerPosition | None = None


def sequenced(biometrics: Biometrics, call: Call, probes: Sequence[Probe], singles: int) -> tuple[Sequenced, ...]:
    """Hold prints of single fingers against those cut from slaps; one whose finger no slap shows is left out.

    Args:
        biometrics: compares.
        call: on whose behalf.
        probes: those of single fingers first, then those that were cut.
        singles: how many are of single fingers.

    Raises:
        DomainError: DEADLINE_EXCEEDED.
    """
    shown = {probe.position: probe for probe in probes[singles:] if probe.position is not None}
    return tuple(
        _one(biometrics, call, place, probe, shown)
        for place, probe in enumerate(probes[:singles])
        if probe.position in shown
    )


def _one(
    biometrics: Biometrics, call: Call, place: int, probe: Probe, shown: Mapping[FingerPosition, Probe]
) -> Sequenced:
    call.deadline.check()
    assert probe.position is not None

    def fmr(finger: FingerPosition) -> float:
        return biometrics.compare(probe.prepared, [shown[finger].prepared]).fmr

    if fmr(probe.position) <= OWN_FMR:
        return Sequenced(place, probe.position, agrees=True)
    others = {finger: fmr(finger) for finger in shown if finger is not probe.position}
    alike = [finger for finger in others if others[finger] <= same_finger_fmr(len(others))]
    return Sequenced(place, probe.position, agrees=False, like=min(alike, key=lambda f: others[f], default=None))


def out_of_sequence(checked: Sequence[Sequenced]) -> DomainError | None:
    """Return the refusal of the first print that is not the finger of its place; None: all are."""
    wrong = next((one for one in checked if not one.agrees), None)
    if wrong is None:
        return None
    metadata = {"sample": str(wrong.place), "finger": wrong.position.name}
    what = "this print is not like the finger that its slap shows in that place"
    if wrong.like is not None:
        metadata["like"] = wrong.like.name
        what = f"{what}; it is the slap's {wrong.like.name}"
    return DomainError(Reason.FINGER_SEQUENCE_MISMATCH, what, metadata)


def sequence_details(checked: Sequence[Sequenced]) -> Details:
    """Return what the audit trail keeps of it: nothing if every print is in its place."""
    wrong = [f"{one.position.name}={one.like.name if one.like else 'NONE'}" for one in checked if not one.agrees]
    return {"out_of_sequence": wrong} if wrong else {}
