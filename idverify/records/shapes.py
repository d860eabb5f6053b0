"""What a catalogue must look like, member by member, whatever it is written as."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from heapq import nsmallest
from itertools import islice
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from idverify.domain.catalogue.as_dict import procedure_from, record_type_from
from idverify.domain.catalogue.content import Item, key_of
from idverify.domain.catalogue.drafts import MOST_SOUGHT, Draft, DraftError, Fault, FaultCode, Path, Place, place_of
from idverify.domain.catalogue.looking import Check, looked_at, somebody_waits
from idverify.domain.catalogue.predicates import parse_predicate
from idverify.domain.policy import TARGET_FMR_RANGE

PROCEDURES, RECORD_TYPES = "procedures", "record_types"
MOST_MEMBERS = {RECORD_TYPES: 1_000, PROCEDURES: 20_000}
_LONGEST_LIST = 200
"""Within a procedure; and as many members of an object: each that is wrong is told by itself."""

_CODES = {
    "missing": FaultCode.MISSING,
    "too_short": FaultCode.MISSING,
    "string_too_short": FaultCode.MISSING,
    "extra_forbidden": FaultCode.UNKNOWN,
    "greater_than_equal": FaultCode.OUT_OF_RANGE,
    "less_than_equal": FaultCode.OUT_OF_RANGE,
}


def _day(text: str) -> str:
    try:
        # Other spellings of ISO 8601 are dates too, and would be other text.
        return text if date.fromisoformat(text).isoformat() == text else _no_day()
    except ValueError:
        return _no_day()


def _no_day() -> str:
    raise ValueError("must be a date, YYYY-MM-DD")


def _predicate(text: str) -> str:
    parse_predicate(text)
    return text


def _few(given: Any) -> Any:
    if isinstance(given, list | dict) and len(given) > _LONGEST_LIST:
        raise ValueError(f"has more than {_LONGEST_LIST} members")
    return given


_Few = BeforeValidator(_few)
_Assurance = Literal["single-biometric", "level-1", "level-2", "level-3", "level-4"]
_Text = Annotated[str, Field(min_length=1, max_length=300)]
_TextOrNone = Annotated[str, Field(max_length=300)]
_Long = Annotated[str, Field(max_length=2000)]
_Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_Day = Annotated[str, AfterValidator(_day)]
_PredicateText = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_predicate)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    _few_members = model_validator(mode="before")(_few)


class RecordTypeShape(_Strict):
    """A record type."""

    code: _Code
    title: _Text
    title_en: _TextOrNone = ""
    owning_agency: _Text
    json_schema: dict[str, Any]


class AccessShape(_Strict):
    """What a procedure may see of one record type."""

    record_type: _Code
    fields: Annotated[list[_Text], _Few] = Field(default_factory=list)
    predicates: Annotated[list[_PredicateText], _Few] = Field(default_factory=list)
    field_assurance: Annotated[dict[_Text, _Assurance], _Few] = Field(default_factory=dict)
    required: bool
    replaced_paper: _Text


class ProcedureShape(_Strict):
    """A procedure."""

    code: str = Field(pattern=r"^[0-9]\.[0-9]{6}$")
    title: _Text
    title_en: _TextOrNone = ""
    agency: _Text
    target_fmr: float = Field(ge=TARGET_FMR_RANGE[0], le=TARGET_FMR_RANGE[1])
    required_assurance: _Assurance = "single-biometric"
    agency_levels: Annotated[list[Literal["ministry", "province", "commune"]], _Few] = Field(default_factory=list)
    legal_basis: _Long = ""
    retention: str = Field(default="", pattern=r"^(|permanent|P[1-9][0-9]{0,2}[YMD])$")
    valid_from: _Day | None = None
    valid_until: _Day | None = None
    exceptions_allowed: bool = False
    records: Annotated[list[AccessShape], _Few]


_Shape = TypeVar("_Shape", bound=_Strict)
_Name: TypeAlias = tuple[str, str, str]
"""What a member says that it is: PROCEDURES or RECORD_TYPES, its code, and from when it counts."""


def draft_of(
    raw: Any,
    places: Mapping[Path, Place] | None = None,
    check: Check = somebody_waits,
    told: Sequence[Fault] = (),
) -> Draft:
    """Return what a document says: an object with the members ``record_types`` and ``procedures``, or one of them.

    Args:
        raw: the document.
        places: where its members stand, for faults.
        check: asked before each member.
        told: what was wrong with it as it was read, and left out; where that stood nothing else is told.

    Raises:
        DraftError: it is none, or something in it is wrong by itself.
    """
    places = places or {}
    faults: list[Fault] = []
    named: list[tuple[_Name, Path]] = []
    types, procedures = (_members(raw, name, faults) for name in (RECORD_TYPES, PROCEDURES))
    read: list[tuple[Item, Path]] = []
    for place, given in looked_at(enumerate(types), check):
        _stop_at_many(faults, places, told)
        path: Path = (RECORD_TYPES, place)
        shape = _shaped(RecordTypeShape, given, path, faults, named)
        if shape is not None:
            read.append((record_type_from(shape.model_dump()), path))
    for place, given in looked_at(enumerate(procedures), check):
        _stop_at_many(faults, places, told)
        path = (PROCEDURES, place)
        described = _shaped(ProcedureShape, given, path, faults, named)
        if described is not None:
            faults.extend(_inner_faults(described, path, check))
            read.append((procedure_from(described.model_dump()), path))
    faults.extend(islice(_twice(looked_at(named, check)), MOST_SOUGHT))
    if faults or told:
        raise DraftError(_all(faults, places, told), places)
    return Draft(tuple(item for item, _ in read), {key_of(item): path for item, path in read}, places)


def _stop_at_many(faults: Sequence[Fault], places: Mapping[Path, Place], told: Sequence[Fault]) -> None:
    if len(told) + len(faults) >= MOST_SOUGHT:
        raise DraftError(_all(faults, places, told)[:MOST_SOUGHT], places)


def _all(faults: Sequence[Fault], places: Mapping[Path, Place], told: Sequence[Fault]) -> list[Fault]:
    """Return all faults: what was left out as it was read is not missing too."""
    there = {place_of(fault.path, places).text for fault in told}
    return [*told, *(fault for fault in faults if place_of(fault.path, places).text not in there)]


def _members(raw: Any, name: str, faults: list[Fault]) -> list[Any]:
    if not isinstance(raw, dict):
        raise DraftError([Fault(FaultCode.UNREADABLE, (), "must be a JSON object")])
    if name == RECORD_TYPES:
        unknown = nsmallest(MOST_SOUGHT, set(raw) - {RECORD_TYPES, PROCEDURES})
        faults.extend(Fault(FaultCode.UNKNOWN, (member,), "there is no such member") for member in unknown)
    given = raw.get(name, [])
    if not isinstance(given, list):
        faults.append(Fault(FaultCode.MALFORMED, (name,), "must be a list"))
        return []
    if len(given) > MOST_MEMBERS[name]:
        faults.append(Fault(FaultCode.OUT_OF_RANGE, (name,), f"has more than {MOST_MEMBERS[name]} members"))
        return []
    return given


def _shaped(
    shape: type[_Shape], given: Any, path: Path, faults: list[Fault], named: list[tuple[_Name, Path]]
) -> _Shape | None:
    """Return a member in its form; None: it has another. Note its faults, and its name if that is sound."""
    wrong: set[Path] = set()
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        for found in error.errors(include_url=False, include_input=False, include_context=False):
            code = _CODES.get(found["type"], FaultCode.MALFORMED)
            wrong.add(found["loc"][:1])
            where = ".".join(str(part) for part in found["loc"] if isinstance(part, str))
            faults.append(Fault(code, (*path, *found["loc"]), f"{where}: {found['msg'].removeprefix('Value error, ')}"))
        return None
    finally:
        if wrong.isdisjoint({(), ("code",), ("valid_from",)}):
            named.append(((str(path[0]), given["code"], given.get("valid_from") or ""), path))


def _inner_faults(procedure: ProcedureShape, path: Path, check: Check) -> Iterator[Fault]:
    """Yield what contradicts itself within a procedure."""
    yield from _own_faults(procedure, path)
    seen: set[str] = set()
    for place, access in looked_at(enumerate(procedure.records), check):
        where: Path = (*path, "records", place)
        if access.record_type in seen:
            yield Fault(FaultCode.TWICE, (*where, "record_type"), f"record type {access.record_type} is there twice")
        seen.add(access.record_type)
        asked = [parse_predicate(text) for text in access.predicates]
        if not access.fields and not asked:
            yield Fault(FaultCode.MISSING, (*where, "fields"), "fields, or predicates, are needed")
        for name, values in (("fields", access.fields), ("predicates", access.predicates)):
            if twice := _repeated(values):
                yield Fault(FaultCode.TWICE, (*where, name), f"{', '.join(twice)} is there twice")
        if both := sorted({predicate.field for predicate in asked} & set(access.fields)):
            advice = f"{', '.join(both)}: the value is disclosed already; take the field out, or the predicate"
            yield Fault(FaultCode.CONTRADICTS, (*where, "predicates"), advice)
        if beside := sorted(
            set(access.field_assurance) - set(access.fields) - {predicate.field for predicate in asked}
        ):
            advice = f"{', '.join(beside)}: neither disclosed nor asked about; list the field, or take it out here"
            yield Fault(FaultCode.CONTRADICTS, (*where, "field_assurance"), advice)


def _own_faults(procedure: ProcedureShape, path: Path) -> Iterator[Fault]:
    first, last = procedure.valid_from, procedure.valid_until
    if first and last and last < first:
        yield Fault(FaultCode.CONTRADICTS, (*path, "valid_until"), "valid_until lies before valid_from")
    if procedure.exceptions_allowed and procedure.required_assurance != "single-biometric":
        advice = "exceptions_allowed: what two officers vouch for reaches no level of assurance"
        yield Fault(FaultCode.CONTRADICTS, (*path, "exceptions_allowed"), advice)
    levels = _repeated(procedure.agency_levels)
    if levels:
        yield Fault(FaultCode.TWICE, (*path, "agency_levels"), f"{', '.join(levels)} is there twice")


def _twice(named: Iterable[tuple[_Name, Path]]) -> Iterator[Fault]:
    seen: set[_Name] = set()
    for name, path in named:
        if name in seen:
            kind, code, valid_from = name
            what = "record type" if kind == RECORD_TYPES else "procedure"
            since = f" from {valid_from}" if valid_from else ""
            yield Fault(FaultCode.TWICE, (*path, "code"), f"{what} {code}{since} is there twice")
        seen.add(name)


def _repeated(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]
