"""The catalogue port on JSON files: ``record_type.*.json`` and ``procedures.json`` in one folder.

``docs/procedures.md`` describes the files. Everything is checked when they are loaded: a procedure can name only record
types and fields that exist, so that a disclosure never fails for a mistake in the catalogue.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Procedure, RecordAccess, RecordType
from idverify.domain.policy import TARGET_FMR_RANGE
from idverify.records.schema import RecordSchema, SchemaInvalidError
from idverify.records.strict_json import StrictJsonError, parse_strict

LARGEST_RECORD = 64 * 1024
"""Bytes of UTF-8. A record is a page of a register, not a scan of it."""

_Text = Annotated[str, Field(min_length=1, max_length=300)]
_Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class CatalogueError(ValueError):
    """A file of the catalogue is wrong; says which and where."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _RecordTypeFile(_Strict):
    code: _Code
    title: _Text
    owning_agency: _Text
    json_schema: dict[str, Any]


class _Access(_Strict):
    record_type: _Code
    fields: list[_Text] = Field(min_length=1)
    required: bool
    replaced_paper: _Text


class _Procedure(_Strict):
    code: str = Field(pattern=r"^[0-9]\.[0-9]{6}$")
    title: _Text
    agency: _Text
    target_fmr: float = Field(ge=TARGET_FMR_RANGE[0], le=TARGET_FMR_RANGE[1])
    records: list[_Access]


class _ProceduresFile(_Strict):
    procedures: list[_Procedure]


def load_catalogue(folder: Traversable | None = None) -> FileCatalogue:
    """Load and check a catalogue.

    Args:
        folder: where its files are; None: the seed catalogue that comes with the package.

    Raises:
        CatalogueError: a file is missing, malformed, or names something that does not exist.
    """
    folder = resources.files("idverify") / "catalogue" if folder is None else folder
    files = sorted((f for f in folder.iterdir() if f.name.startswith("record_type.")), key=lambda f: f.name)
    described = [_read(file, _RecordTypeFile) for file in files]
    _refuse_twice("record type", (d.code for d in described))
    schemas = {d.code: _schema(d) for d in described}
    procedures = _read(folder / "procedures.json", _ProceduresFile).procedures
    _refuse_twice("procedure", (p.code for p in procedures))
    for procedure in procedures:
        _check_access(procedure, schemas)
    return FileCatalogue([_procedure(p) for p in procedures], [_record_type(d) for d in described], schemas)


class FileCatalogue:
    """Implements the port ``Catalogue``; immutable, thread-safe. Make it with :func:`load_catalogue`."""

    def __init__(
        self, procedures: Iterable[Procedure], record_types: Iterable[RecordType], schemas: Mapping[str, RecordSchema]
    ) -> None:
        self._procedures = {p.code: p for p in sorted(procedures, key=lambda p: p.code)}
        self._record_types = {t.code: t for t in sorted(record_types, key=lambda t: t.code)}
        self._schemas = dict(schemas)

    def procedures(self) -> list[Procedure]:
        """Return all procedures, by code."""
        return list(self._procedures.values())

    def procedure(self, code: str) -> Procedure:
        """Return one. Raises DomainError PROCEDURE_NOT_FOUND."""
        if code not in self._procedures:
            raise DomainError(Reason.PROCEDURE_NOT_FOUND, "there is no procedure with this code; list them")
        return self._procedures[code]

    def record_types(self) -> list[RecordType]:
        """Return all record types, by code."""
        return list(self._record_types.values())

    def record_type(self, code: str) -> RecordType:
        """Return one. Raises DomainError RECORD_TYPE_NOT_FOUND."""
        if code not in self._record_types:
            raise DomainError(Reason.RECORD_TYPE_NOT_FOUND, "there is no record type with this code; list them")
        return self._record_types[code]

    def validate(self, record_type: str, json_text: str) -> None:
        """Check a record against its schema.

        Raises:
            DomainError: RECORD_TYPE_NOT_FOUND; RECORD_INVALID, with the JSON path and never the value.
        """
        kind = self.record_type(record_type)
        # A character takes one byte at least: what has too many is not worth encoding.
        if len(json_text) > LARGEST_RECORD or len(json_text.encode(errors="replace")) > LARGEST_RECORD:
            raise DomainError(Reason.RECORD_INVALID, f"a record has at most {LARGEST_RECORD} bytes", {"path": "$"})
        try:
            record = parse_strict(json_text)
        except StrictJsonError as error:
            raise DomainError(Reason.RECORD_INVALID, str(error), {"path": "$"}) from None
        faults = self._schemas[kind.code].faults(record)
        if faults:
            first = {"path": faults[0].path, "rule": faults[0].keyword}
            raise DomainError(Reason.RECORD_INVALID, "; ".join(map(str, faults)), first)


_File = TypeVar("_File", bound=_Strict)


def _read(file: Traversable, model: type[_File]) -> _File:
    try:
        return model.model_validate(parse_strict(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise CatalogueError(f"{file.name}: {error}") from error
    except (OSError, ValueError) as error:
        raise CatalogueError(f"{file.name}: {error}") from error


def _schema(described: _RecordTypeFile) -> RecordSchema:
    try:
        return RecordSchema(described.json_schema)
    except SchemaInvalidError as error:
        raise CatalogueError(f"schema of record type {described.code}: {error}") from error


def _check_access(procedure: _Procedure, schemas: Mapping[str, RecordSchema]) -> None:
    _refuse_twice(f"record type of procedure {procedure.code}", (a.record_type for a in procedure.records))
    for access in procedure.records:
        where = f"procedure {procedure.code}, record type {access.record_type}"
        if access.record_type not in schemas:
            raise CatalogueError(f"{where}: there is no such record type")
        _refuse_twice(f"{where}: field", access.fields)
        unknown = sorted(set(access.fields) - schemas[access.record_type].fields)
        if unknown:
            raise CatalogueError(f"{where}: the schema has no field {', '.join(unknown)}")


def _refuse_twice(what: str, names: Iterable[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise CatalogueError(f"{what} {', '.join(twice)} is there twice")


def _procedure(p: _Procedure) -> Procedure:
    access = tuple(RecordAccess(a.record_type, tuple(a.fields), a.required, a.replaced_paper) for a in p.records)
    return Procedure(p.code, p.title, p.agency, p.target_fmr, access)


def _record_type(d: _RecordTypeFile) -> RecordType:
    return RecordType(d.code, d.title, d.owning_agency, json.dumps(d.json_schema, ensure_ascii=False))
