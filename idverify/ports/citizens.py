"""What was changed about citizens, and the numbers that they bore before. Everything personal is sealed at rest."""

from __future__ import annotations

from typing import Protocol

from idverify.domain.model import CitizenChange, CitizenState, FingerException, VirtualNumber


class Changes(Protocol):
    """What was changed about citizens."""

    def of(self, subject_id: str) -> list[CitizenChange]:
        """Return what was changed about a citizen, oldest first; nothing if there is no such citizen."""

    def state_of(self, subject_id: str) -> CitizenState:
        """Return in what state a citizen is."""

    def fingers_of(self, subject_id: str) -> tuple[FingerException, ...]:
        """Return which fingers a citizen cannot show, or could not once."""

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


class VirtualNumbers(Protocol):
    """Numbers that stand for a citizen's for a while."""

    def get(self, number: str) -> VirtualNumber | None:
        """Return a number, valid or not."""

    def of(self, subject_id: str) -> list[VirtualNumber]:
        """Return the numbers of a citizen, oldest first."""

    def add(self, number: VirtualNumber) -> None:
        """Store a new one. Raises DomainError SUBJECT_NOT_FOUND."""

    def put(self, number: VirtualNumber) -> None:
        """Replace the version before. Raises DomainError VERSION_MISMATCH if that is not the one stored."""
