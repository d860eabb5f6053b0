"""What officers vouch for where no finger can be shown: exceptions of transactions, and what was seen on paper."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum


class ExceptionReason(Enum):
    """Why a citizen is authenticated without a biometric characteristic. A closed list: counts go by it."""

    NO_USABLE_FINGER = "NO_USABLE_FINGER"
    INJURED = "INJURED"
    CAPTURE_FAILED = "CAPTURE_FAILED"
    SCANNER_BROKEN = "SCANNER_BROKEN"


class DocumentKind(Enum):
    """A document that an officer has seen."""

    IDENTITY_CARD = "IDENTITY_CARD"
    PASSPORT = "PASSPORT"
    BIRTH_CERTIFICATE = "BIRTH_CERTIFICATE"
    DRIVING_LICENCE = "DRIVING_LICENCE"
    HEALTH_INSURANCE_CARD = "HEALTH_INSURANCE_CARD"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class SeenDocument:
    """A document that was seen; ``mark``: keyed digest of its kind and number, hexadecimal."""

    kind: DocumentKind
    mark: str

    @property
    def text(self) -> str:
        """As the trail has it."""
        return f"{self.kind.value}:{self.mark}"


@dataclass(frozen=True, slots=True)
class Vouching:
    """That an officer vouches for a citizen in a transaction, and whether a second one does.

    Attributes:
        reason: why no finger is shown.
        note: what there is to say besides.
        documents: what the officer has seen.
        officer_id: the first officer.
        key_sha256: of the key with which that officer's client asked; empty: nobody knows.
        second_officer_id: empty: nobody has confirmed it yet.
        second_client: the client with which the second officer confirmed it.
        signed_in, second_signed_in: whether the officers had signed in, or are whom their clients claimed.
    """

    reason: ExceptionReason
    note: str = field(repr=False)
    documents: tuple[SeenDocument, ...]
    officer_id: str
    key_sha256: str
    second_officer_id: str = ""
    second_client: str = ""
    signed_in: bool = False
    second_signed_in: bool = False

    @property
    def confirmed(self) -> bool:
        """Whether the second officer has confirmed it."""
        return bool(self.second_officer_id)


@dataclass(frozen=True, slots=True)
class Vouched:
    """What an assertion rests on in the place of a biometric characteristic; ``signed_in``: both officers had."""

    reason: ExceptionReason
    officers: tuple[str, str]
    documents: tuple[DocumentKind, ...]
    signed_in: bool = False


class PresenceKind(Enum):
    """Where officers vouched: in a transaction, or on paper while there was no service."""

    EXCEPTION = "EXCEPTION"
    SLIP = "SLIP"


# Many fields: it is what is kept of an act of two people.
@dataclass(frozen=True, slots=True)
class Presence:
    """That a citizen stood before two officers, by their word alone; kept sealed under the citizen's key.

    Attributes:
        presence_id: by which the trail names it.
        subject_id: of whom.
        kind: where.
        seen: when the citizen stood there.
        client: that brought it.
        second_client: of the second officer; empty on paper.
        officers: both.
        agency_code: where.
        procedure_code: for what.
        dossier_code: for which dossier.
        documents: what was seen.
        reason: of an exception; None on paper.
        note: of an exception; on paper, what was handed out.
        slip_number: on paper, which; empty otherwise.
        scan_sha256: of the scanned slip, hexadecimal; empty: there is none.
    """

    presence_id: str
    subject_id: str
    kind: PresenceKind
    seen: datetime
    client: str
    second_client: str
    officers: tuple[str, str]
    agency_code: str
    procedure_code: str
    dossier_code: str
    documents: tuple[SeenDocument, ...]
    reason: ExceptionReason | None = None
    note: str = field(default="", repr=False)
    slip_number: str = field(default="", repr=False)
    scan_sha256: str = ""


@dataclass(frozen=True, slots=True)
class PresenceCount:
    """How often two officers of an agency vouched for a procedure on a day, or in a month.

    ``period`` is YYYY-MM-DD or YYYY-MM in Viet Nam; ``reason`` is empty on paper.
    """

    period: str
    procedure_code: str
    agency_code: str
    officer_id: str
    second_officer_id: str
    kind: PresenceKind
    reason: str
    count: int


class SlipState(Enum):
    """What became of a slip."""

    ISSUED = "ISSUED"
    RECONCILED = "RECONCILED"
    VOID = "VOID"
    CONFIRMED = "CONFIRMED"


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip.

    Attributes:
        number: whole, digits only.
        agency_code: to which it was issued.
        client: that had it issued.
        issued: when.
        state: what became of it.
        closed: when it was reconciled or made void.
        void_reason: why it is void.
        subject_id: whom it is about, once it is reconciled.
        transaction_id: by which the citizen's finger confirmed it.
        version: counts from 1.
    """

    number: str = field(repr=False)
    agency_code: str
    client: str
    issued: datetime
    state: SlipState = SlipState.ISSUED
    closed: datetime | None = None
    void_reason: str = field(default="", repr=False)
    subject_id: str = ""
    transaction_id: str = ""
    version: int = 1

    def reconciled(self, subject_id: str, now: datetime) -> Slip:
        """Return the next version, in the register."""
        return replace(self, state=SlipState.RECONCILED, subject_id=subject_id, closed=now, version=self.version + 1)

    def voided(self, reason: str, now: datetime) -> Slip:
        """Return the next version, out of use."""
        return replace(self, state=SlipState.VOID, void_reason=reason, closed=now, version=self.version + 1)

    def confirmed(self, transaction_id: str) -> Slip:
        """Return the next version, confirmed by a finger."""
        return replace(self, state=SlipState.CONFIRMED, transaction_id=transaction_id, version=self.version + 1)
