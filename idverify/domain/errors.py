"""The exceptions of the service: the one that carries a reason to the caller, and those that stop it."""

from __future__ import annotations

from collections.abc import Mapping

from idverify.domain.reasons import Kind, Reason

__all__ = ["DomainError", "Kind", "Reason", "SettingsError", "StoredDataError"]


class DomainError(Exception):
    """A refusal with a stable reason.

    Attributes:
        reason: why.
        message: one sentence for the integrator or the clerk; says what to do next; never carries personal or
            biometric data.
        metadata: small facts a program can use, e.g. ``{"field": "citizen_number"}``.
    """

    def __init__(self, reason: Reason, message: str, metadata: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{reason.code}: {message}")
        self.reason = reason
        self.message = message
        self.metadata = dict(metadata or {})


class SettingsError(ValueError):
    """What the operator set cannot be worked with; the text says what is expected, and repeats no value."""


class StoredDataError(Exception):
    """What is stored cannot be trusted: it does not decrypt, does not decode, or breaks the audit chain."""
