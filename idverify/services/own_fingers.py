"""Refusing that fingers are mixed up, or reporting it, as the call wants its duplicates handled.

One finger under two names, and one that is not the finger that its slap shows in that place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from idverify.domain.attempts import FAILURE
from idverify.domain.model import DuplicateCheck, Features, StoredTemplate
from idverify.ports import Biometrics, UnitOfWork
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.calls.call import Call
from idverify.services.calls.refusing import Concern
from idverify.services.prints.probes import Probe, made_ready
from idverify.services.prints.same_finger import (
    SameFinger,
    same_among,
    same_as_enrolled,
    same_finger_details,
    same_finger_suspected,
)
from idverify.services.prints.sequence import Sequenced, out_of_sequence, sequence_details, sequenced


@dataclass(frozen=True, slots=True)
class OwnFingers:
    """What one call enrols for a person, made ready to be compared: nothing if it is not to be looked at."""

    biometrics: Biometrics
    attempts: AttemptGuard
    call: Call
    check: DuplicateCheck
    about: Concern
    probes: Sequence[Probe]

    @classmethod
    def of(
        cls,
        biometrics: Biometrics,
        attempts: AttemptGuard,
        call: Call,
        check: DuplicateCheck,
        about: Concern,
        features: Sequence[Features],
    ) -> OwnFingers:
        """Make impressions ready."""
        probes = () if check is DuplicateCheck.SKIP else made_ready(biometrics, features)
        return cls(biometrics, attempts, call, check, about, probes)

    def in_sequence(self, singles: int) -> tuple[Sequenced, ...]:
        """Hold the first so many, of single fingers, against those that were cut from slaps.

        Raises:
            DomainError: FINGER_SEQUENCE_MISMATCH, DEADLINE_EXCEEDED.
        """
        checked = sequenced(self.biometrics, self.call, self.probes, singles)
        refusal = out_of_sequence(checked)
        if refusal is not None and self.check is DuplicateCheck.REFUSE:
            self.about.details = {"duplicate_check": self.check.value, **sequence_details(checked)}
            raise refusal
        return checked

    def among_themselves(self) -> tuple[SameFinger, ...]:
        """Compare them with each other.

        Raises:
            DomainError: SAME_FINGER_SUSPECTED, DEADLINE_EXCEEDED.
        """
        return self._refused(same_among(self.biometrics, self.call, self.probes))

    def as_enrolled(self, enrolled: Sequence[StoredTemplate]) -> tuple[SameFinger, ...]:
        """Compare them with what is enrolled of the person. Prints tried until they are somebody's finger are counted.

        Raises:
            DomainError: SAME_FINGER_SUSPECTED, DEADLINE_EXCEEDED.
        """
        found = same_as_enrolled(self.biometrics, self.call, self.probes, enrolled)
        if found and self.check is DuplicateCheck.REFUSE:
            self.about.on_refusal = self._count
        return self._refused(found)

    def reported(self, uow: UnitOfWork, found: Sequence[SameFinger]) -> None:
        """Count what is reported instead, in the transaction that enrols. Raises DomainError ATTEMPTS_*."""
        if any(same.other_sample is None for same in found):
            self._count(uow)

    def _count(self, uow: UnitOfWork) -> None:
        self.attempts.failed(uow, self.call, Concern(), FAILURE)

    def _refused(self, found: tuple[SameFinger, ...]) -> tuple[SameFinger, ...]:
        if found and self.check is DuplicateCheck.REFUSE:
            self.about.details = {"duplicate_check": self.check.value, **same_finger_details(found)}
            raise same_finger_suspected(found)
        return found
