"""Consent as evidence: what was shown, to what was agreed, by whom and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class Language(Enum):
    """Of a text that is shown, BCP 47."""

    VI = "vi"
    EN = "en"


class ConsentManner(Enum):
    """How consent was given."""

    FINGER = "FINGER"
    SIGNATURE = "SIGNATURE"
    SPOKEN = "SPOKEN"


class ConsentGiver(Enum):
    """Who gave it: the citizen, or who acts for them by law."""

    CITIZEN = "CITIZEN"
    REPRESENTATIVE = "REPRESENTATIVE"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """A text as it is shown, with its SHA-256 (hexadecimal, over the UTF-8 bytes)."""

    text_id: str
    language: Language
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """That somebody agreed.

    Attributes:
        text_id: which text was shown.
        language: in which language.
        text_sha256: digest of what was shown.
        manner: how it was given.
        giver: by whom.
        officer_id: before which officer.
        given: when.
    """

    text_id: str
    language: Language
    text_sha256: str
    manner: ConsentManner
    giver: ConsentGiver
    officer_id: str
    given: datetime


@dataclass(frozen=True, slots=True)
class Consent:
    """Consent of a proven citizen, for one client and procedure.

    Attributes:
        consent_id: by which assertions and the trail name it.
        subject_id: whose it is.
        client: to whom it was given.
        procedure_code: for what.
        record_types: what may be disclosed by it.
        given: the evidence.
        withdrawn: when it was taken back; None: it holds.
    """

    consent_id: str
    subject_id: str
    client: str
    procedure_code: str
    record_types: tuple[str, ...]
    given: ConsentGiven = field(repr=False)
    withdrawn: datetime | None = None
