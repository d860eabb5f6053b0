"""Scanners that sign what they capture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum


class SignedKind(Enum):
    """What a device signs, by the ``typ`` of its token: what is signed as one is never taken for the other."""

    CAPTURE = "idverify-capture+jwt"
    CARD_READ = "idverify-card-read+jwt"


class PadDecision(Enum):
    """What a device says of the presentation (ISO/IEC 30107-1): whether a finger was there."""

    BONA_FIDE = "BONA_FIDE"
    ATTACK = "ATTACK"
    UNDECIDED = "UNDECIDED"


@dataclass(frozen=True, slots=True)
class PadSaid:
    """Result of presentation attack detection, as the device says it: nobody else vouches for it."""

    decision: PadDecision
    method: str


@dataclass(frozen=True, slots=True)
class Attestation:
    """What a device states of a capture, its signature checked.

    Attributes:
        nonce: it was asked for with.
        sha256: hexadecimal digest of the bytes of what was captured or read.
        captured: when, by the device's clock.
        pad: None: the device says nothing of it.
    """

    nonce: str
    sha256: str
    captured: datetime
    pad: PadSaid | None


@dataclass(frozen=True, slots=True)
class AttestedCapture:
    """A capture that a registered device vouches for."""

    device_id: str
    pad: PadSaid | None


@dataclass(frozen=True, slots=True)
class Device:
    """One entry of the device registry.

    Attributes:
        device_id: its name, which is also the key id (``kid``) of what it signs; never given again.
        model: make and model, as the operator writes it.
        public_key: JWK (RFC 7517) as JSON, P-256; who holds the private one speaks for the device.
        agency_code: where it stands; empty: anywhere.
        revoked: nothing that it signs counts any more, for good.
        version: counts its changes from 1.
        created, updated: when it was registered, and last changed.
    """

    device_id: str
    model: str
    public_key: str
    agency_code: str
    created: datetime
    updated: datetime
    revoked: bool = False
    version: int = 1

    def as_revoked(self, now: datetime) -> Device:
        """Return the next version: revoked."""
        return replace(self, revoked=True, version=self.version + 1, updated=now)
