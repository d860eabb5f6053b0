"""Procedures and record types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from idverify.domain.model import Procedure, RecordType


class Catalogue(Protocol):
    """Procedures and record types."""

    def procedures(self) -> Sequence[Procedure]:
        """Return all procedures, by code."""

    def procedure(self, code: str) -> Procedure:
        """Return one. Raises DomainError PROCEDURE_NOT_FOUND."""

    def record_types(self) -> Sequence[RecordType]:
        """Return all record types, by code."""

    def record_type(self, code: str) -> RecordType:
        """Return one. Raises DomainError RECORD_TYPE_NOT_FOUND."""

    def validate(self, record_type: str, json_text: str) -> None:
        """Check a record against its schema. Raises DomainError RECORD_TYPE_NOT_FOUND or RECORD_INVALID."""
