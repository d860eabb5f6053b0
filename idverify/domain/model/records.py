"""Linked records, and the procedures that see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


@dataclass(frozen=True, slots=True)
class RecordType:
    """A kind of linked record; ``json_schema`` is JSON Schema 2020-12 as text."""

    code: str
    title: str
    owning_agency: str
    json_schema: str


@dataclass(frozen=True, slots=True)
class RecordAccess:
    """What a procedure may see of one record type, and the paper that this replaces."""

    record_type: str
    fields: tuple[str, ...]
    required: bool
    replaced_paper: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """An administrative procedure and what it may see. ``target_fmr``: never exceeded by a verification for it."""

    code: str
    title: str
    agency: str
    target_fmr: float
    records: tuple[RecordAccess, ...]


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
