"""The nouns of the service. Standard library only; no transport, no database, no arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, IntEnum


class FingerPosition(IntEnum):
    """Finger position, codes of ISO/IEC 19794-2:2005 table 2."""

    UNKNOWN = 0
    RIGHT_THUMB = 1
    RIGHT_INDEX = 2
    RIGHT_MIDDLE = 3
    RIGHT_RING = 4
    RIGHT_LITTLE = 5
    LEFT_THUMB = 6
    LEFT_INDEX = 7
    LEFT_MIDDLE = 8
    LEFT_RING = 9
    LEFT_LITTLE = 10


class ImageFormat(Enum):
    """Declared format of an image sample."""

    PNG = "PNG"
    TIFF = "TIFF"
    BMP = "BMP"
    JPEG = "JPEG"
    JPEG_2000 = "JPEG_2000"
    WSQ = "WSQ"
    RAW_GREY8 = "RAW_GREY8"


class Advice(Enum):
    """What a clerk can do to get a better impression."""

    NO_FINGER = "NO_FINGER"
    TOO_FEW_MINUTIAE = "TOO_FEW_MINUTIAE"
    SMALL_AREA = "SMALL_AREA"
    TOO_WET = "TOO_WET"
    TOO_DRY = "TOO_DRY"
    LOW_CONTRAST = "LOW_CONTRAST"


class Decision(Enum):
    """Outcome of a comparison at an operating point."""

    MATCH = "MATCH"
    NO_MATCH = "NO_MATCH"
    INCONCLUSIVE = "INCONCLUSIVE"


class DuplicateCheck(Enum):
    """What to do about people whose fingers are enrolled already under another number."""

    REFUSE = "REFUSE"
    REPORT = "REPORT"
    SKIP = "SKIP"


class Role(Enum):
    """What a caller is to the service."""

    COUNTER = "counter"
    ENROLLER = "enroller"
    ADMIN = "admin"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Caller:
    """A client system, known by its certificate.

    Attributes:
        name: as registered; goes to the audit trail and is the audience of assertions.
        roles: what it may do.
        agency_code: if set, the only agency it may act for.
    """

    name: str
    roles: frozenset[Role]
    agency_code: str | None = None


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Who calls, for whom and why; see ``RequestContext`` in ``types.proto``. Empty string: not given."""

    request_id: str = ""
    transaction_id: str = ""
    procedure_code: str = ""
    dossier_code: str = ""
    agency_code: str = ""
    officer_id: str = ""
    counter_id: str = ""


@dataclass(frozen=True, slots=True)
class ImageSample:
    """An image as received. ``resolution_ppi`` None: to be read from the file. Width and height: raw pixels only."""

    data: bytes = field(repr=False)
    format: ImageFormat | None = None
    width: int | None = None
    height: int | None = None
    resolution_ppi: float | None = None


@dataclass(frozen=True, slots=True)
class RecordSample:
    """A finger minutiae record of one view as received: ISO/IEC 19794-2 or ANSI INCITS 378, told by its bytes."""

    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sample:
    """One impression as received. ``position`` None: not stated."""

    position: FingerPosition | None
    content: ImageSample | RecordSample


@dataclass(frozen=True, slots=True)
class Quality:
    """Sample quality, ISO/IEC 29794-1: 0 to 100, and what to do better."""

    score: int
    algorithm: str
    minutiae: int
    advice: tuple[Advice, ...]
    usable: bool


@dataclass(frozen=True, slots=True)
class Features:
    """What was extracted from a sample: an opaque versioned template, its quality, and what made it."""

    position: FingerPosition | None
    template: bytes = field(repr=False)
    quality: Quality
    extractor: str


@dataclass(frozen=True, slots=True)
class StoredTemplate:
    """An enrolled template. ``template_id`` is unique for ever, never reused."""

    template_id: int
    subject_id: str
    position: FingerPosition
    template: bytes = field(repr=False)
    quality: Quality
    extractor: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two impressions (or two sets of them) are, as an error rate.

    Attributes:
        fmr: false match rate at the score, in (0, 1].
        score: -10 log10 of it.
        paired_minutiae: how many minutiae agree.
    """

    fmr: float
    score: float
    paired_minutiae: int = 0


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What a decision was made with."""

    target_fmr: float
    comparator: str
    calibration: str
    fmr_extrapolated_below: float


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Personal data of a citizen; ``birth_date`` YYYY-MM-DD or YYYY or empty, ``sex`` M, F or empty."""

    full_name: str = field(repr=False)
    birth_date: str = field(default="", repr=False)
    sex: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Impression:
    """One stored impression, without its template."""

    position: FingerPosition
    quality: Quality
    extractor: str


@dataclass(frozen=True, slots=True)
class Encounter:
    """One occasion on which impressions were taken."""

    encounter_id: str
    created: datetime
    impressions: tuple[Impression, ...]


@dataclass(frozen=True, slots=True)
class Citizen:
    """An enrolled citizen. ``subject_id`` is random and says nothing; ``ordinal`` is the order of enrolment."""

    subject_id: str
    ordinal: int
    citizen_number: str = field(repr=False)
    personal_data: PersonalData = field(repr=False)
    encounters: tuple[Encounter, ...]
    created: datetime


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


@dataclass(frozen=True, slots=True)
class Record:
    """A linked record: ``json`` is its UTF-8 text, ``sha256`` the hexadecimal digest of that text."""

    record_type: str
    owning_agency: str
    json: str = field(repr=False)
    sha256: str
    version: int
    updated: datetime


@dataclass(frozen=True, slots=True)
class MissingRecord:
    """A record the procedure needs and the service does not have, with the paper to ask for."""

    record_type: str
    title: str
    paper: str


@dataclass(frozen=True, slots=True)
class Assertion:
    """A signed statement (JWT in JWS compact form), its ``jti``, and when it expires."""

    jwt: str = field(repr=False)
    assertion_id: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What a match gives for the procedure at hand."""

    assertion: Assertion
    records: tuple[Record, ...]
    missing: tuple[MissingRecord, ...]
    replaced_papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act to be put in the audit trail; ``details`` holds figures and codes only, nothing personal."""

    time: datetime
    caller: str
    action: str
    outcome: str
    subject_id: str
    context: RequestContext
    details: dict[str, str | int | float | bool | list[str]]


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """An entry with its place in the chain; ``hash`` is hexadecimal SHA-256 over the previous hash and this event."""

    sequence: int
    entry: AuditEntry
    hash: str


class OperationState(Enum):
    """How work that takes longer than a call stands."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"
    INTERRUPTED = "INTERRUPTED"


@dataclass(frozen=True, slots=True)
class Operation:
    """Work that takes longer than a call: how far it is, and its encoded result if it succeeded.

    Attributes:
        operation_id: a random UUID.
        state: how it stands.
        created, updated: when it began, and when this was last true.
        done, total: people searched, and people there are.
        found: pairs found so far.
        result: encoded; None before the end, and in listings.
    """

    operation_id: str
    state: OperationState
    created: datetime
    updated: datetime
    done: int = 0
    total: int = 0
    found: int = 0
    result: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class TrailHead:
    """Where the audit chain ends, or once ended: the last event and its hash. Sequence 0: no event yet."""

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class TrailCheck:
    """Result of recomputing the audit chain; ``first_broken`` is 0 if it is intact."""

    events: int
    head_hash: str
    first_broken: int
