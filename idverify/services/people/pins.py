"""A citizen sets their PIN by their own finger: a first one, another one, or one in the place of one that is locked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from idverify.domain.factors.pins import require_good_pin
from idverify.domain.model import CitizenPin, Decision, Features, Sample
from idverify.domain.transactions import require_about, require_open
from idverify.ports import Clock, PinHashes, UnitOfWork
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.citizens import subject_of
from idverify.services.counter.steps import Steps
from idverify.services.prints.attesting import Attester
from idverify.services.verification import VerificationService, Verified


@dataclass(frozen=True, slots=True)
class PinService:
    """Verifies, and after a match sets the PIN, in one transaction; counted and audited as any verification.

    Where captures must be signed, they are for the nonce of a counter transaction that the citizen has open: a PIN is
    no weaker than the finger that it stands beside.
    """

    verification: VerificationService
    hashes: PinHashes
    clock: Clock
    steps: Steps
    attester: Attester

    def set(
        self, call: Call, citizen_number: str, samples: Sequence[Sample], pin: str, encode: Callable[[Verified], bytes]
    ) -> bytes:
        """Set a PIN after a match at the service's own rate; wrong ones are forgotten, and a lock with them.

        Raises:
            DomainError: FIELD_INVALID, and as ``Verify``; where captures must be signed, DEVICE_*,
                PRESENTATION_ATTACK_SUSPECTED, and TRANSACTION_* unless the context names an open transaction of this
                client that began with the citizen's number.
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
            details: Details = {"version": version}
            if devices:
                details["devices"] = devices
            uow.audit.append(entry(self.clock, call, "PIN_SET", subject_id, details))
            return encode(verified)

        # At the service's own rate, and not at a procedure's.
        claim = self.verification.claim(call, citizen_number, samples, None)
        devices: list[str] = []

        def features() -> Sequence[Features]:
            if self.attester.required:
                devices.extend(self._vouching(call, citizen_number, samples))
            return claim.features()

        return self.verification.decide(call, replace(claim, discloses=False, features=features), conclude)

    def _vouching(self, call: Call, citizen_number: str, samples: Sequence[Sample]) -> list[str]:
        """Return the devices that signed the samples, all of them, for the transaction that the context names."""
        now = self.clock.now()
        with self.verification.store.reading() as view:
            begun = self.steps.known(view, call, call.context.transaction_id)
            require_open(begun, now)
            require_about(begun, subject_of(view, citizen_number, now))
            within = self.steps.within(call, begun)
            captures = [
                self.attester.attested(view, within, sample, begun.nonce, index) for index, sample in enumerate(samples)
            ]
        return sorted({capture.device_id for capture in captures if capture is not None})
