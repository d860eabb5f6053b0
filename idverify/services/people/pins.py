"""A citizen sets their PIN by their own finger: a first one, another one, or one in the place of one that is locked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from idverify.domain.factors.pins import require_good_pin
from idverify.domain.model import CitizenPin, Decision, Sample
from idverify.ports import Clock, PinHashes, UnitOfWork
from idverify.services.calls.auditing import entry
from idverify.services.calls.call import Call
from idverify.services.verification import VerificationService, Verified


@dataclass(frozen=True, slots=True)
class PinService:
    """Verifies, and after a match sets the PIN, in one transaction; counted and audited as any verification."""

    verification: VerificationService
    hashes: PinHashes
    clock: Clock

    def set(
        self, call: Call, citizen_number: str, samples: Sequence[Sample], pin: str, encode: Callable[[Verified], bytes]
    ) -> bytes:
        """Set a PIN after a match at the service's own rate; wrong ones are forgotten, and a lock with them.

        Raises:
            DomainError: FIELD_INVALID, and as ``Verify``.
        """
        require_good_pin(pin)
        # Before the transaction that decides, which others wait for.
        hashed = self.hashes.made(pin)

        def conclude(uow: UnitOfWork, subject_id: str, verified: Verified) -> bytes:
            if verified.decision is not Decision.MATCH:
                return encode(verified)
            before = uow.pins.of(subject_id)
            version = 1 if before is None else before.version + 1
            uow.pins.put(CitizenPin(subject_id, hashed, version))
            self.verification.attempts.forget_wrong_pins(uow, subject_id)
            uow.audit.append(entry(self.clock, call, "PIN_SET", subject_id, {"version": version}))
            return encode(verified)

        # At the service's own rate, and not at a procedure's.
        claim = self.verification.claim(call, citizen_number, samples, None)
        return self.verification.decide(call, replace(claim, discloses=False), conclude)
