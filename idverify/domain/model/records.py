"""Linked records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class RecordSource(Enum):
    """Where a record comes from."""

    REGISTER = "register"
    ENROLMENT = "enrolment"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a record came from its owner.

    Attributes:
        source: name of the source.
        key_id: by which it was signed.
        sha256: of the signed answer, hexadecimal.
        received: when it was asked.
        cached: it was not asked now.
    """

    source: str
    key_id: str
    sha256: str
    received: datetime
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A linked record.

    Attributes:
        owning_agency: who vouches for it.
        json: its UTF-8 text.
        sha256: the hexadecimal digest of that text.
        disputed: the fields by which it is another person's; never stored, as record and citizen may be corrected.
        source: the register that owns records of the type, what was said at enrolment, or the owner who was asked now.
        provenance: of a record from its owner.
        absent: once it is reduced for a procedure, the fields that the procedure may see and it does not have.
    """

    record_type: str
    owning_agency: str
    json: str = field(repr=False)
    sha256: str
    version: int
    updated: datetime
    disputed: tuple[str, ...] = ()
    source: RecordSource = RecordSource.REGISTER
    absent: tuple[str, ...] = ()
    provenance: Provenance | None = None
