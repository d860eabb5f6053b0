"""Taking over what a scanner vouches for."""

from __future__ import annotations

from dataclasses import dataclass

from idverify.domain.attestation import attestation_invalid, require_attests, require_usable
from idverify.domain.model import AttestedCapture, Sample, SignedKind
from idverify.ports import Attestations, Clock, UnitOfWork
from idverify.services.calls.call import Call


@dataclass(frozen=True, slots=True)
class Signed:
    """What a device signed, as what, and of what; ``token`` empty: none signed it."""

    token: str
    kind: SignedKind
    sha256: str


@dataclass(frozen=True, slots=True)
class Attester:
    """Checks signed captures.

    Attributes:
        attestations: reads what devices sign.
        clock: the time.
        required: a sample, or a reading of a chip, without is refused.
    """

    attestations: Attestations
    clock: Clock
    required: bool

    def attested(
        self, uow: UnitOfWork, call: Call, sample: Sample, nonce: str, index: int = 0
    ) -> AttestedCapture | None:
        """Return what the device of a sample vouches for; None: it is signed by none, and need not be.

        Raises:
            DomainError: as :meth:`vouched`.
        """
        return self.vouched(uow, call, Signed(sample.attestation, SignedKind.CAPTURE, sample.sha256), nonce, index)

    def vouched(
        self, uow: UnitOfWork, call: Call, signed: Signed, nonce: str, index: int = 0
    ) -> AttestedCapture | None:
        """Return what a device vouches for; None: it is signed by none, and need not be.

        Raises:
            DomainError: DEVICE_NOT_REGISTERED, DEVICE_REVOKED, DEVICE_ATTESTATION_INVALID,
                PRESENTATION_ATTACK_SUSPECTED.
        """
        if not signed.token:
            if self.required:
                raise attestation_invalid("missing", index)
            return None
        try:
            device_id = self.attestations.device_of(signed.token)
        except ValueError:
            raise attestation_invalid("form", index) from None
        device = require_usable(uow.devices.get(device_id), call.context.agency_code, index)
        try:
            said = self.attestations.read(signed.token, device.public_key, signed.kind)
        except ValueError as error:
            raise attestation_invalid(str(error), index) from None
        return require_attests(said, device, nonce, signed.sha256, self.clock.now(), index)
