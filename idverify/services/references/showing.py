"""Fingers that a programme shows of a person, and whose they are by its own identifiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from idverify.domain.enrolling.slaps import FINGERS, require_slaps, require_some_finger
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Features, FingerPosition, Sample
from idverify.domain.model.enrolling import Besides, SlapSample
from idverify.domain.references import ReferenceEncounter, ReferenceKey
from idverify.ports import Biometrics, UnitOfWork
from idverify.services.calls.call import Call
from idverify.services.enrolment import MOST_ENROLLED_SAMPLES
from idverify.services.prints.bringing import Brought, brought, of_slaps
from idverify.services.prints.sampling import require_count, require_positions
from idverify.services.prints.unpacking import brought_unpacked


@dataclass(frozen=True, slots=True)
class Shown:
    """Impressions of one person.

    Attributes:
        samples: of single fingers.
        slaps: of several.
        missing: fingers that are on no slap.
    """

    samples: Sequence[Sample]
    slaps: Sequence[SlapSample] = ()
    missing: frozenset[FingerPosition] = frozenset()


def prints_of(biometrics: Biometrics, call: Call, shown: Shown) -> Brought:
    """Extract what is shown.

    Raises:
        DomainError: FIELD_MISSING, FIELD_INVALID, FINGER_COUNT_EXCEEDED, SLAP_COUNT_MISMATCH, SAMPLE_*,
            DEADLINE_EXCEEDED.
    """
    given = Besides(slaps=tuple(shown.slaps))
    samples, besides = brought_unpacked(biometrics, call, shown.samples, given, MOST_ENROLLED_SAMPLES)
    slaps, missing = besides.slaps, shown.missing | {finger.position for finger in besides.fingers}
    require_slaps(slaps)
    require_some_finger(slaps, missing)
    if samples or not slaps:
        require_count(samples, MOST_ENROLLED_SAMPLES - sum(len(FINGERS[slap.position]) for slap in slaps))
    require_positions(samples)
    return brought(biometrics, call, samples, slaps, missing)


def features_of(biometrics: Biometrics, call: Call, shown: Shown) -> Sequence[Features]:
    """Extract what is shown, to be compared and not kept. Raises DomainError as :func:`prints_of`."""
    prints = prints_of(biometrics, call, shown)
    with of_slaps(prints.singles, prints.cuts):
        return prints.features


def subject_of_key(uow: UnitOfWork, key: ReferenceKey) -> str:
    """Return the subject id of a reference. Raises DomainError SUBJECT_NOT_FOUND."""
    subject_id = uow.subjects.own_id_of(key.text)
    if subject_id is None:
        raise DomainError(Reason.SUBJECT_NOT_FOUND, "nobody is known by this identifier")
    return subject_id


def encounter_of(uow: UnitOfWork, subject_id: str, encounter_id: str) -> ReferenceEncounter:
    """Return an encounter by the programme's own id. Raises DomainError ENCOUNTER_NOT_FOUND."""
    for each in uow.references.of(subject_id):
        if each.given.encounter_id == encounter_id:
            return each
    raise DomainError(Reason.ENCOUNTER_NOT_FOUND, "there is no such encounter of this person")


def require_new_encounter(uow: UnitOfWork, subject_id: str, encounter_id: str) -> None:
    """Require that a person has no encounter of an id. Raises DomainError REFERENCE_EXISTS."""
    if any(each.given.encounter_id == encounter_id for each in uow.references.of(subject_id)):
        raise DomainError(Reason.REFERENCE_EXISTS, "this person has an encounter of this identifier")
