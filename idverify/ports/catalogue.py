"""Procedures and record types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from idverify.domain.catalogue.content import CatalogueContent, Item, State
from idverify.domain.catalogue.drafts import Draft, FileFormat
from idverify.domain.catalogue.looking import Check
from idverify.domain.model import Procedure, RecordType


class Catalogue(Protocol):
    """Procedures and record types, as they count now. What it has given out never changes."""

    def procedures(self) -> Sequence[Procedure]:
        """Return all procedures that are in force today, by code; the same object as long as they are the same."""

    def procedure(self, code: str, version: int | None = None) -> Procedure:
        """Return the version that is in force today, or that version, whatever its days.

        Raises:
            DomainError: PROCEDURE_NOT_FOUND.
        """

    def knows(self, code: str) -> bool:
        """Tell whether there is such a procedure, in force or not."""

    def record_types(self) -> Sequence[RecordType]:
        """Return all record types, by code."""

    def record_type(self, code: str) -> RecordType:
        """Return one. Raises DomainError RECORD_TYPE_NOT_FOUND."""

    def validate(self, record_type: str, json_text: str) -> None:
        """Check a record against its schema. Raises DomainError RECORD_TYPE_NOT_FOUND or RECORD_INVALID."""


class HeldCatalogue(Catalogue, Protocol):
    """A catalogue that can be exchanged while it is used."""

    def hold(self, content: CatalogueContent) -> None:
        """Answer from this from now on; any thread."""


class CatalogueExchange(Protocol):
    """Catalogues as files. Raises DomainError CATALOGUE_INVALID for what is wrong, and says where.

    ``check`` is asked again and again whether to go on, and raises if not.
    """

    def read(self, file_format: FileFormat, data: bytes, check: Check) -> Draft:
        """Return what a file says."""

    def require_sound(self, after: State, draft: Draft, check: Check) -> None:
        """Require that a whole catalogue holds together with what a draft brings."""

    def write(self, file_format: FileFormat, items: Iterable[Item]) -> bytes:
        """Return a file that says what the items say; CSV: of procedures, or, without any, of record types."""
