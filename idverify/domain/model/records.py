"""Linked records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class RecordSource(Enum):
    """Where a record comes from."""

    REGISTER = "register"
    ENROLMENT = "enrolment"


@dataclass(frozen=True, slots=True)
class Record:
    """A linked record.

    Attributes:
        owning_agency: who vouches for it.
        json: its UTF-8 text.
        sha256: the hexadecimal digest of that text.
        disputed: the fields by which it is another person's; never stored, as record and citizen may be corrected.
        source: the register that owns records of the type, or what was said at enrolment.
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
