"""Prints what the offline verifier accepts, and nothing else: the document says no more than the token."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from idverify.client.assertion import AssertionRejectedError
from idverify.client.offline.confirmation import status_list_uri, verify_confirmation
from idverify.domain.errors import DomainError, Reason
from idverify.domain.guidance.agencies import NOBODY, Agencies, agency_text
from idverify.ports import Clock, Signer
from idverify.trust.document_key import load_document_key, load_or_create_document_key
from idverify.trust.homes.home import FILES, KeyHome
from idverify.trust.sealing import MasterKeys


def open_printer(
    path: Path, keys: MasterKeys, signer: Signer, clock: Clock, home: KeyHome = FILES, agencies: Agencies = NOBODY
) -> PdfPrinter:
    """Return a printer with the document key of a file, which is made on first start.

    Raises:
        DomainError: KEYS_UNAVAILABLE.
        StoredDataError: the file is readable by others, was changed, or belongs to another root secret.
        OSError: the file cannot be read or made.
    """
    load_or_create_document_key(path, keys, signer.issuer, clock.now(), home)
    return PdfPrinter(path, keys, signer, clock, home, agencies)


class PdfPrinter:
    """Implements the port ``Printer``; thread-safe. Looks for the key anew for every document."""

    def __init__(
        self,
        path: Path,
        keys: MasterKeys,
        signer: Signer,
        clock: Clock,
        home: KeyHome = FILES,
        agencies: Agencies = NOBODY,
    ) -> None:
        self._path = path
        self._keys = keys
        self._home = home
        self._signer = signer
        self._clock = clock
        self._agencies = agencies

    def printed(
        self,
        sd_jwt: str,
        status_list: Callable[[int], str],
        label: Callable[[str, str], str],
        title: Callable[[str], str],
    ) -> bytes:
        """Print what a confirmation shows; see :meth:`idverify.ports.printing.Printer.printed`."""
        try:
            # A tenth of a second, and libraries that only this needs.
            from idverify.printing.page import page_of  # noqa: PLC0415
            from idverify.printing.signature import signed  # noqa: PLC0415
            from idverify.printing.wording import word  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise _not_installed(error) from None
        now = self._clock.now()
        key = load_document_key(self._path, self._keys, self._home)
        if key.expires <= now:
            raise DomainError(
                Reason.PRINTING_UNAVAILABLE,
                "the certificate of the document key has expired: run idverify keys rotate-document",
                {"cause": "CERTIFICATE_EXPIRED"},
            )
        issuer, key_set = self._signer.issuer, self._signer.key_set()[0]
        try:
            number = status_list_uri(sd_jwt, key_set).rpartition("/")[2]
            listed = status_list(int(number)) if number.isdecimal() else ""
            claims = verify_confirmation(sd_jwt, key_set, listed, issuer=issuer, now=now.timestamp(), exceptions=True)
        except AssertionRejectedError as error:
            raise DomainError(Reason.ASSERTION_INVALID, str(error), {"cause": error.reason}) from None
        said = page_of({**claims, "aud": self._name(claims["aud"])}, sd_jwt, now, label, title)
        return signed(said, key, word("title"))

    def slips(self, numbers: Sequence[str], agency_code: str) -> bytes:
        """Return paper slips to be filled in; see :meth:`idverify.ports.printing.Printer.slips`."""
        try:
            from idverify.printing.slip_sheet import sheet_of  # noqa: PLC0415 - as above
        except ModuleNotFoundError as error:
            raise _not_installed(error) from None
        return sheet_of(numbers, self._name(agency_code), self._clock.now())

    def _name(self, agency_code: str) -> str:
        return agency_text(self._agencies, agency_code).vi

    def certificates(self) -> list[str]:
        """Return the certificates that documents are, and were, signed with, newest first, as PEM."""
        key = load_document_key(self._path, self._keys, self._home)
        return [each.decode() for each in (key.certificate, *key.former)]


def _not_installed(error: ModuleNotFoundError) -> DomainError:
    return DomainError(
        Reason.PRINTING_UNAVAILABLE,
        "the service was installed without the extra 'pdf'",
        {"cause": "NOT_INSTALLED", "missing": error.name or ""},
    )
