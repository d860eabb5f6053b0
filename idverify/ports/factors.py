"""What is needed to check what is shown besides fingers."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from idverify.domain.model import CardRead, CardSaid, CitizenPin


class Pins(Protocol):
    """The PINs of citizens. Sealed at rest, under the citizen's key."""

    def of(self, subject_id: str) -> CitizenPin | None:
        """Return a citizen's PIN; None: none was set."""

    def put(self, pin: CitizenPin) -> None:
        """Store one in the place of the version before.

        Raises:
            DomainError: VERSION_MISMATCH if that is not the one stored; SUBJECT_NOT_FOUND.
        """


class PinHashes(Protocol):
    """Hashes that take memory and time to make."""

    def made(self, pin: str) -> str:
        """Return the hash of a PIN, with a salt of its own."""

    def matches(self, pin: str, hashed: str | None) -> bool:
        """Tell whether a hash is of a PIN. None is that of nobody: the answer is no, and takes as long."""


class CardReader(Protocol):
    """Reads what the chip of an identity card holds."""

    @property
    def offered(self) -> bool:
        """Whether anybody's cards are trusted."""

    def read(self, card: CardRead, now: datetime) -> CardSaid:
        """Return whom a card is of, once all that was read of it was found to be as its issuer signed it.

        Raises:
            DomainError: CARD_READS_UNAVAILABLE; CARD_INVALID, with the part that does not fit.
        """
