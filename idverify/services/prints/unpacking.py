"""Files of several impressions that stand where one sample does, taken apart before anything else.

What cannot be taken apart stays as it is: extraction refuses it with the same reason, where refusals are audited. Only
where an enrolment would refuse it first, for stating no finger, its own reason is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from idverify.domain.errors import DomainError
from idverify.domain.model import FingerException, FingerFault, FingerPosition, Sample
from idverify.domain.model.enrolling import Besides, Unpacked
from idverify.ports import Biometrics
from idverify.services.calls.call import Call
from idverify.services.prints.sampling import require_at_most


def brought_unpacked(
    biometrics: Biometrics,
    call: Call,
    samples: Sequence[Sample],
    besides: Besides,
    most: int,
    *,
    today: date | None = None,
) -> tuple[list[Sample], Besides]:
    """Return the samples of an enrolment, each with the finger that its file states, and what it takes besides.

    Fingers that a file says are missing are noted as if the call did, unless it says something else of them.

    Args:
        biometrics: takes files apart.
        call: whose samples they are.
        samples: as they were sent.
        besides: what else was.
        most: samples that a call may have.
        today: until when a finger is noted that a file says could not be printed, since files state no day.

    Raises:
        DomainError: FINGER_COUNT_EXCEEDED for more than ``most``, before another is taken apart; SAMPLE_* for what
            cannot be, and states no finger; DEADLINE_EXCEEDED.
    """
    require_at_most(samples, most)
    singles: list[Sample] = []
    for sample in samples:
        require_at_most(singles, most)
        held = _held_of_some_finger(biometrics, call, sample, len(singles))
        if held is None:
            singles.append(sample)
            continue
        singles += held.samples
        named = {finger.position for finger in besides.fingers}
        missing = tuple(_noted(finger, today) for finger in held.fingers if finger.position not in named)
        besides = replace(besides, slaps=besides.slaps + held.slaps, fingers=besides.fingers + missing)
    return singles, besides


def probes_unpacked(biometrics: Biometrics, call: Call, samples: Sequence[Sample], most: int) -> list[Sample]:
    """Return the probes of a call: of each finger of a file its first impression, those of slaps last.

    Raises:
        DomainError: FINGER_COUNT_EXCEEDED for more than ``most``, before another is taken apart; SLAP_COUNT_MISMATCH,
            SAMPLE_* of a slap, DEADLINE_EXCEEDED.
    """
    require_at_most(samples, most)
    probes: list[Sample] = []
    for sample in samples:
        for probe in _probes(biometrics, call, sample):
            probes.append(probe)
            require_at_most(probes, most)
    return probes


def one_impression(biometrics: Biometrics, call: Call, sample: Sample) -> Sample:
    """Return the one impression that a file holds; a file of several as it is, for extraction to refuse.

    Raises:
        DomainError: DEADLINE_EXCEEDED.
    """
    held = _held(biometrics, call, sample)
    if held is None or held.slaps or len(held.samples) != 1:
        return sample
    (one,) = held.samples
    return replace(sample, content=one.content) if one.content == sample.content else one


def _probes(biometrics: Biometrics, call: Call, sample: Sample) -> Iterator[Sample]:
    held = _held(biometrics, call, sample)
    if held is None:
        yield sample
        return
    whole = [one.content for one in held.samples if one.content == sample.content]
    if whole:  # one view of a record: it stays a probe of any finger if the call states none
        yield replace(sample, content=whole[0])
        return
    missing = {finger.position for finger in held.fingers}
    slaps = {slap.position: slap for slap in reversed(held.slaps)}
    cuts = (cut.sample for slap in slaps.values() for cut in biometrics.cut_slap(slap, missing))
    seen: set[FingerPosition] = set()
    for one in (*held.samples, *cuts):
        if one.position is None or one.position not in seen:
            seen |= set() if one.position is None else {one.position}
            yield one


def _noted(finger: FingerException, today: date | None) -> FingerException:
    return replace(finger, until=today) if finger.fault is FingerFault.BANDAGED else finger


def _held_of_some_finger(biometrics: Biometrics, call: Call, sample: Sample, index: int) -> Unpacked | None:
    """Take apart what may state no finger. Raises DomainError with what is wrong with a file that should state it."""
    if sample.position is not None:
        return _held(biometrics, call, sample)
    call.deadline.check()
    try:
        return biometrics.unpacked(sample)
    except DomainError as error:
        error.metadata.setdefault("sample", str(index))
        raise


def _held(biometrics: Biometrics, call: Call, sample: Sample) -> Unpacked | None:
    call.deadline.check()
    try:
        return biometrics.unpacked(sample)
    except DomainError:
        return None
