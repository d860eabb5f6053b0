"""Legal holds: that nothing of a citizen may be erased, however long it has been kept, until it is released."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LegalHold:
    """A hold on a citizen.

    Attributes:
        hold_id: a random UUID.
        subject_id: on whom.
        reason: why, as the officer wrote it; names nobody.
        client: that placed it.
        officer: whom it named.
        placed: when.
        released: when it was released; None: it holds.
        release_reason: why it was.
        version: 1: it holds; 2: it was released.
    """

    hold_id: str
    subject_id: str
    reason: str = field(repr=False)
    client: str
    officer: str
    placed: datetime
    released: datetime | None = None
    release_reason: str = field(default="", repr=False)
    version: int = 1

    def released_at(self, now: datetime, reason: str) -> LegalHold:
        """Return it released."""
        return replace(self, released=now, release_reason=reason, version=self.version + 1)
