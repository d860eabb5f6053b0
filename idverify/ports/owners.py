"""Owners of records, who are asked when a citizen has been proven."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from idverify.domain.model.owners import OwnedRecord, RecordQuery, SignedAnswer


class RecordOwner(Protocol):
    """The service of an agency, or the way to it. Thread-safe."""

    def ask(self, query: RecordQuery, seconds: float) -> SignedAnswer | None:
        """Return what the owner says, its signature checked; None if it says that there is no such record.

        Takes hardly longer than ``seconds``.

        Raises:
            SourceError: SLOW, UNREACHABLE, REFUSED, SIGNATURE, MALFORMED.
        """


class OwnedRecords(Protocol):
    """Records that owners allow to be kept for a while, sealed under the citizen's data key."""

    def get(self, subject_id: str, record_type: str) -> OwnedRecord | None:
        """Return what is kept, whether or not its time is over."""

    def keep(self, subject_id: str, record: OwnedRecord) -> None:
        """Keep a record instead of the one before. Raises DomainError SUBJECT_NOT_FOUND."""

    def drop(self, before: datetime) -> None:
        """Erase those whose time was over then."""
