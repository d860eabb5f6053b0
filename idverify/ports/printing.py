"""What a document on paper is made by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol


class Printer(Protocol):
    """Prints confirmations as signed documents, and forms to write on."""

    def printed(
        self,
        sd_jwt: str,
        status_list: Callable[[int], str],
        label: Callable[[str, str], str],
        title: Callable[[str], str],
    ) -> bytes:
        """Print what a confirmation shows.

        Args:
            sd_jwt: the confirmation, with the disclosures that are to be printed.
            status_list: returns the signed status list of a number.
            label: returns the words for a field of a record type, and for an empty field those for the type.
            title: returns the title of a procedure by its code; empty: not known.

        Raises:
            DomainError: ASSERTION_INVALID, PRINTING_UNAVAILABLE.
        """

    def slips(self, numbers: Sequence[str], agency_code: str) -> bytes:
        """Return paper slips to be filled in, PDF, two a page.

        Args:
            numbers: whole, digits only.
            agency_code: to which they are issued.

        Raises:
            DomainError: PRINTING_UNAVAILABLE.
        """

    def certificates(self) -> list[str]:
        """Return the certificates that documents are, and were, signed with, newest first, as PEM."""
