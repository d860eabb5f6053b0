"""When a signed capture counts."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Attestation, AttestedCapture, Device, PadDecision

MOST_AGE = timedelta(minutes=5)
"""Between capture and arrival: as long as an assertion lives. A device's clock may be ahead by a minute."""

_AHEAD = timedelta(minutes=1)


def require_usable(device: Device | None, agency_code: str, index: int) -> Device:
    """Return a device whose captures count.

    Raises:
        DomainError: DEVICE_NOT_REGISTERED, the same for one of another agency; DEVICE_REVOKED.
    """
    if device is None or device.agency_code not in {"", agency_code}:
        raise DomainError(
            Reason.DEVICE_NOT_REGISTERED, "the scanner is not registered; ask the service's operator", _at(index)
        )
    if device.revoked:
        raise DomainError(Reason.DEVICE_REVOKED, "the scanner was revoked; take another", _at(index))
    return device


def require_attests(
    said: Attestation, device: Device, nonce: str, sha256: str, now: datetime, index: int
) -> AttestedCapture:
    """Return a capture or reading that its device vouches for: of this, for this nonce, just now, and of no attack.

    Raises:
        DomainError: DEVICE_ATTESTATION_INVALID with the part that does not fit, PRESENTATION_ATTACK_SUSPECTED.
    """
    for part, told, known in (("nonce", said.nonce, nonce), ("sha256", said.sha256, sha256)):
        if not known or not hmac.compare_digest(told.encode(), known.encode()):
            raise attestation_invalid(part, index)
    if not now - MOST_AGE <= said.captured <= now + _AHEAD:
        raise attestation_invalid("iat", index)
    if said.pad is not None and said.pad.decision is PadDecision.ATTACK:
        raise DomainError(
            Reason.PRESENTATION_ATTACK_SUSPECTED,
            "the scanner says that this was no finger of a living person; look at what was placed on it",
            _at(index),
        )
    return AttestedCapture(device.device_id, said.pad)


def attestation_invalid(part: str, index: int) -> DomainError:
    """Return the refusal; ``part`` names what does not fit."""
    return DomainError(
        Reason.DEVICE_ATTESTATION_INVALID,
        "what the device signed does not vouch for what was captured or read; do it anew",
        {"part": part, **_at(index)},
    )


def _at(index: int) -> dict[str, str]:
    return {"sample": str(index)}
