"""What the catalogue says: procedures, what each may see, and the record types there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from idverify.domain.assurance import Assurance

Scalar = str | int | float | bool


class AgencyLevel(Enum):
    """At what level of the administration a procedure is handled (Decree 118/2025/NĐ-CP; there is no district)."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    COMMUNE = "commune"


class PredicateKind(Enum):
    """What can be asked of a field instead of its value. A closed set: each is defined and tested."""

    AGE_AT_LEAST = "age_at_least"
    EQUALS = "equals"
    ONE_OF = "one_of"
    PRESENT = "present"


@dataclass(frozen=True, slots=True)
class Predicate:
    """A question to one field, answered by yes, no or unknown.

    Attributes:
        kind: what is asked.
        field: top-level field of the record.
        arguments: a whole number of years for AGE_AT_LEAST, one value for EQUALS, several for ONE_OF, none for PRESENT.
    """

    kind: PredicateKind
    field: str
    arguments: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordType:
    """A kind of linked record; ``json_schema`` is JSON Schema 2020-12 as text, ``version`` counts from 1.

    ``title`` is in Vietnamese, ``title_en`` in English; empty: it has none.
    """

    code: str
    title: str
    owning_agency: str
    json_schema: str
    version: int = 1
    title_en: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a procedure is gone through for, as its agency, or a client that names none, calls it."""

    agency: str
    procedure_code: str
    dossier_code: str


@dataclass(frozen=True, slots=True)
class RecordAccess:
    """What a procedure may see of one record type, and the paper that this replaces.

    ``predicates``: what it is told instead of values; their fields are not among ``fields``. ``field_assurance``: what
    must be reached before some of the fields are told, or asked of, where it is more than the procedure requires.
    """

    record_type: str
    fields: tuple[str, ...]
    required: bool
    replaced_paper: str
    predicates: tuple[Predicate, ...] = ()
    field_assurance: tuple[tuple[str, Assurance], ...] = ()


@dataclass(frozen=True, slots=True)
class Procedure:
    """One version of an administrative procedure, which never changes: another version follows it.

    Attributes:
        code: in the national database of procedures.
        title, agency: in Vietnamese; ``title_en`` in English, empty: it has none.
        target_fmr: never exceeded by a verification for it.
        records: what it may see.
        required_assurance: what must be reached before anything is decided for it.
        agency_levels: where it is handled; empty: not stated.
        legal_basis: the law that is its ground, in Vietnamese; empty: it rests on the citizen's consent.
        retention: how long its dossiers are kept: an ISO 8601 duration such as ``P10Y``, ``permanent``, or empty.
        valid_from, valid_until: first and last day in Viet Nam on which it is in force; None: open.
        version: counts the versions of this code from 1.
        withdrawn: it is in force no more, whatever its days say.
        exceptions_allowed: two officers may vouch for a citizen who can show no finger.
    """

    code: str
    title: str
    agency: str
    target_fmr: float
    records: tuple[RecordAccess, ...]
    required_assurance: Assurance = Assurance.SINGLE_BIOMETRIC
    agency_levels: tuple[AgencyLevel, ...] = ()
    legal_basis: str = ""
    retention: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    version: int = 1
    withdrawn: bool = False
    exceptions_allowed: bool = False
    title_en: str = ""

    @property
    def on_consent(self) -> bool:
        """Whether the citizen's consent is the ground, and no law."""
        return not self.legal_basis
