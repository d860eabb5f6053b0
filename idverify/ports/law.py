"""What the law on personal data asks of what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from idverify.domain.law.holds import LegalHold
from idverify.domain.law.requests import SubjectRequest
from idverify.domain.law.schedule import DataKind


class Retention(Protocol):
    """What has been kept for its time."""

    def due(
        self,
        kind: DataKind,
        before: datetime,
        *,
        held: frozenset[str] = frozenset(),
        among: Sequence[str] | None = None,
        limit: int | None = None,
    ) -> list[tuple[Any, ...]]:
        """Return what has been kept since before a time: of some subjects, or all but those held; at most ``limit``.

        Each as its subject id and what else tells it from others.
        """

    def remove(self, kind: DataKind, found: Sequence[tuple[Any, ...]]) -> None:
        """Take out what :meth:`due` found; a citizen is not taken out here, but erased whole."""


class SubjectRequests(Protocol):
    """Requests of citizens about their data. Sealed at rest; they outlive the citizens."""

    def get(self, subject_request_id: str) -> SubjectRequest | None:
        """Return one."""

    def of(self, subject_id: str) -> list[SubjectRequest]:
        """Return those of a citizen, oldest first."""

    def page(self, after_ordinal: int, limit: int) -> list[tuple[int, SubjectRequest]]:
        """Return requests in the order in which they were opened, each with its ordinal."""

    def add(self, request: SubjectRequest) -> None:
        """Keep a new one."""

    def put(self, request: SubjectRequest) -> None:
        """Replace the version before. Raises DomainError VERSION_MISMATCH if that is not the one stored."""


class LegalHolds(Protocol):
    """Legal holds. Sealed at rest; one that is taken out past the service shows."""

    def held(self) -> frozenset[str]:
        """Return the subjects on whom there is a hold."""

    def of(self, subject_id: str) -> list[LegalHold]:
        """Return those on a citizen, released ones too, oldest first."""

    def page(self, after_ordinal: int, limit: int) -> list[tuple[int, LegalHold]]:
        """Return holds in the order in which they were placed, each with its ordinal."""

    def add(self, hold: LegalHold) -> None:
        """Keep a new one."""

    def put(self, hold: LegalHold) -> None:
        """Replace the version before. Raises DomainError VERSION_MISMATCH if that is not the one stored."""
