"""A citizen locks their identity, and unlocks it, by their own finger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from idverify.domain.citizens.states import require_active, require_locked
from idverify.domain.model import ChangeReason, CitizenState, Decision, Sample
from idverify.ports import UnitOfWork
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.citizens import citizen_of
from idverify.services.people.changing import ChangingService, Why
from idverify.services.verification import VerificationService, Verified

_WHY = Why(ChangeReason.CITIZEN_REQUEST)

Encode = Callable[[Verified, CitizenState], bytes]
"""From how the citizen was verified, and their state since."""


@dataclass(frozen=True, slots=True)
class LockingService:
    """Verifies, and after a match locks or unlocks, in one transaction; counted and audited as any verification."""

    verification: VerificationService
    changing: ChangingService

    def lock(self, call: Call, citizen_number: str, samples: Sequence[Sample], encode: Encode) -> bytes:
        """Lock: whoever shows the finger is refused from the next call on.

        Raises:
            DomainError: as ``Verify``.
        """
        return self._decide(call, citizen_number, samples, require_active, CitizenState.LOCKED, encode)

    def unlock(self, call: Call, citizen_number: str, samples: Sequence[Sample], encode: Encode) -> bytes:
        """Unlock.

        Raises:
            DomainError: as ``Verify``, and CITIZEN_STATE_UNFIT if nothing is locked.
        """
        return self._decide(call, citizen_number, samples, require_locked, CitizenState.ACTIVE, encode)

    def _decide(
        self,
        call: Call,
        citizen_number: str,
        samples: Sequence[Sample],
        require: Callable[[CitizenState], None],
        into: CitizenState,
        encode: Encode,
    ) -> bytes:
        def conclude(uow: UnitOfWork, subject_id: str, verified: Verified) -> bytes:
            citizen = citizen_of(uow, subject_id)
            if verified.decision is not Decision.MATCH:
                return encode(verified, citizen.state)
            self.changing.note(uow, call, citizen, _WHY, replace(citizen.standing, state=into))
            details: Details = {"before": citizen.state.value, "state": into.value, "version": citizen.version + 1}
            uow.audit.append(entry(self.changing.clock, call, "STATE_CHANGED", subject_id, details))
            return encode(verified, into)

        # At the service's own rate, and not at a procedure's.
        claim = self.verification.claim(call, citizen_number, samples, None)
        return self.verification.decide(call, replace(claim, require=require, discloses=False), conclude)
