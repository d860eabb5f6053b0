"""Confirmations: what a dossier keeps of an assertion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A confirmation that was issued; the token itself is not kept.

    Attributes:
        confirmation_id: ``jti``.
        subject_id: of whom.
        client: who had it issued.
        consent_ref: what names the consent it rests on; empty: none.
        expires: when it ends by itself.
        revoked: before that.
    """

    confirmation_id: str
    subject_id: str
    client: str
    consent_ref: str
    expires: datetime
    revoked: bool = False
