"""What was changed about citizens, and the numbers that they bore before. Everything personal is sealed at rest."""

from __future__ import annotations

from typing import Protocol

from idverify.domain.model import CitizenChange, CitizenState


class Changes(Protocol):
    """What was changed about citizens."""

    def of(self, subject_id: str) -> list[CitizenChange]:
        """Return what was changed about a citizen, oldest first; nothing if there is no such citizen."""

    def state_of(self, subject_id: str) -> CitizenState:
        """Return how a citizen stands."""

    def add(self, subject_id: str, change: CitizenChange) -> None:
        """Store a version. Raises DomainError VERSION_MISMATCH if it does not follow the stored; SUBJECT_NOT_FOUND."""


class Numbers(Protocol):
    """The numbers of citizens."""

    def holder_before(self, citizen_number: str) -> str | None:
        """Return the subject id of who bore a number before; None: it is nobody's former number."""

    def replace(self, subject_id: str, citizen_number: str, *, keep_former: bool) -> None:
        """Give a citizen another number; with ``keep_former`` the one before leads to them for ever.

        Raises:
            DomainError: REFERENCE_EXISTS if the number is, or was, somebody else's, or is their own already;
                SUBJECT_NOT_FOUND.
        """
