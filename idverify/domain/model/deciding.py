"""What is decided, with what, and what a match gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from idverify.domain.model.owners import SilentSource
from idverify.domain.model.records import Record


class Decision(Enum):
    """Outcome of a comparison at an operating point."""

    MATCH = "MATCH"
    NO_MATCH = "NO_MATCH"
    INCONCLUSIVE = "INCONCLUSIVE"


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What a decision was made with."""

    target_fmr: float
    comparator: str
    calibration: str
    fmr_extrapolated_below: float


class DuplicateCheck(Enum):
    """What to do about people whose fingers are enrolled already under another number."""

    REFUSE = "REFUSE"
    REPORT = "REPORT"
    SKIP = "SKIP"


@dataclass(frozen=True, slots=True)
class MissingRecord:
    """A record the procedure needs and the service does not have, with the paper to ask for."""

    record_type: str
    title: str
    paper: str


@dataclass(frozen=True, slots=True)
class DisputedRecord:
    """A record that is there and not disclosed: by these of its fields it is somebody else's. The paper is needed."""

    record_type: str
    title: str
    paper: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assertion:
    """A signed statement (JWT in JWS compact form), its ``jti``, and when it expires; as an SD-JWT too if asked for."""

    jwt: str = field(repr=False)
    assertion_id: str
    expires: datetime
    sd_jwt: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What a match gives for the procedure at hand, by one version of it.

    A record that the procedure needs and that is disputed, or whose source was silent, is missing too.

    ``asked``: fields that predicates were answered of, as ``record_type.field``; ``trace``: what became of each kind of
    record that the procedure may see, for the auditor.
    """

    assertion: Assertion
    records: tuple[Record, ...]
    missing: tuple[MissingRecord, ...]
    replaced_papers: tuple[str, ...]
    procedure_version: int
    disputed: tuple[DisputedRecord, ...] = ()
    asked: tuple[str, ...] = ()
    silent: tuple[SilentSource, ...] = ()
    trace: tuple[str, ...] = ()
