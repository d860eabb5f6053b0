"""Scanners that sign, and reading what they signed."""

from __future__ import annotations

from typing import Protocol

from idverify.domain.model import Attestation, Device, SignedKind


class Devices(Protocol):
    """Registered devices. Sealed at rest: who has the database alone registers none."""

    def get(self, device_id: str) -> Device | None:
        """Return a device."""

    def page(self, after: int, limit: int) -> list[tuple[int, Device]]:
        """Return devices in order of registration, each with its ordinal."""

    def add(self, device: Device) -> None:
        """Add a new one. Raises DomainError DEVICE_EXISTS if the id is or was taken."""

    def put(self, device: Device) -> None:
        """Replace the version before. Raises DomainError VERSION_MISMATCH if that is not the one stored."""


class Attestations(Protocol):
    """Reads what devices sign."""

    def device_of(self, token: str) -> str:
        """Return the device that a token names; nothing is checked. Raises ValueError if it names none."""

    def read(self, token: str, public_key: str, kind: SignedKind) -> Attestation:
        """Return what a device states. Raises ValueError if this key did not sign it so, or the form is another."""

    def check_key(self, public_key: str) -> str:
        """Return a public key as it is kept. Raises ValueError if it is none that a device may have."""
