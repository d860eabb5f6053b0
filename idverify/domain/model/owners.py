"""What the owners of records are asked, and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from idverify.domain.model.records import Record


class Fault(Enum):
    """Why a source gave no record that can be used. It says nothing about whether there is one."""

    SLOW = "SLOW"
    UNREACHABLE = "UNREACHABLE"
    RESTING = "RESTING"
    REFUSED = "REFUSED"
    SIGNATURE = "SIGNATURE"
    WRONG_PERSON = "WRONG_PERSON"
    WRONG_ANSWER = "WRONG_ANSWER"
    STALE = "STALE"
    MALFORMED = "MALFORMED"


class SourceError(Exception):
    """A source gave no record that can be used.

    Attributes:
        fault: why, as far as the clerk and the trail are told.
        detail: for the agency that keeps the source; nothing personal.
    """

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(f"{fault.value}: {detail}")
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """What an owner is asked: about whom, for which procedure and office. An answer names the query by its id.

    Attributes:
        query_id: a new UUID.
        citizen_number: 12 digits, or the former 9.
        full_name, birth_date: as enrolled; some owners find a person by them too. Empty: not known.
    """

    query_id: str
    record_type: str
    citizen_number: str = field(repr=False)
    full_name: str = field(repr=False)
    birth_date: str = field(repr=False)
    procedure_code: str
    agency_code: str
    officer_id: str


@dataclass(frozen=True, slots=True)
class SignedAnswer:
    """What an owner says, its signature checked.

    Attributes:
        claims: what was signed.
        key_id: by which key.
        sha256: of the signed text, hexadecimal. Since the signature is in it, nobody finds the record by trying values.
    """

    claims: Mapping[str, Any] = field(repr=False)
    key_id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class SourceRules:
    """What is expected of a source.

    Attributes:
        name: as its answers are signed, claim ``iss``.
        title: what clerks call the office that keeps it.
        seconds: that an answer may take.
        hedge_seconds: without an answer, it is asked once more after so long.
        max_age_seconds: so old what it says may be.
    """

    name: str
    title: str
    seconds: float
    hedge_seconds: float
    max_age_seconds: float


@dataclass(frozen=True, slots=True)
class OwnedRecord:
    """A record from its owner; ``keep_until``: how long the owner allows it to be kept."""

    record: Record
    keep_until: datetime
