"""Whether a catalogue holds together: procedures name only record types and fields that exist."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice

from idverify.domain.catalogue.content import Item, Key, Kind, State
from idverify.domain.catalogue.drafts import MOST_SOUGHT, Draft, DraftError, Fault, FaultCode, Path
from idverify.domain.catalogue.looking import Check, looked_at, somebody_waits
from idverify.domain.catalogue.predicates import written
from idverify.domain.model import Procedure, RecordAccess, RecordType
from idverify.records.schema import RecordSchema
from idverify.records.schema_bounds import SchemaInvalidError


@lru_cache(maxsize=256)
def schema_of(json_schema: str) -> RecordSchema:
    """Return a compiled schema; of the same text the same. Raises SchemaInvalidError."""
    return RecordSchema(json.loads(json_schema))


def require_sound(after: State, draft: Draft, check: Check = somebody_waits) -> None:
    """Look at a whole catalogue as it would be with what a draft brings.

    Args:
        after: the catalogue as it would be.
        draft: what brings it there.
        check: asked before each record type and procedure.

    Raises:
        DraftError: something does not hold together; says where in the draft.
    """
    faults = list(islice(chain(_type_faults(draft, check), _procedure_faults(after, draft, check)), MOST_SOUGHT))
    if faults:
        raise DraftError(faults, draft.places)


def _type_faults(draft: Draft, check: Check) -> Iterator[Fault]:
    for item in looked_at(draft.items, check):
        if isinstance(item, RecordType):
            try:
                schema_of(item.json_schema)
            except SchemaInvalidError as error:
                advice = f"schema of record type {item.code}: {error}"
                yield Fault(FaultCode.SCHEMA_INVALID, (*_path(draft, item), "json_schema"), advice)


def _procedure_faults(after: State, draft: Draft, check: Check) -> Iterator[Fault]:
    items = looked_at(after.values(), check)
    fields = {item.code: _fields(item) for item in items if isinstance(item, RecordType)}
    for item in looked_at(after.values(), check):
        if isinstance(item, Procedure) and not item.withdrawn:
            for place, access in looked_at(enumerate(item.records), check):
                for name, code, what in _access_faults(access, fields):
                    path = _path_of_access(draft, item, access, place, name)
                    yield Fault(code, path, f"procedure {item.code}, record type {access.record_type}: {what}")


def _access_faults(access: RecordAccess, fields: dict[str, frozenset[str]]) -> Iterator[tuple[str, FaultCode, str]]:
    there = fields.get(access.record_type)
    if there is None:
        yield "record_type", FaultCode.NO_SUCH_RECORD_TYPE, "there is no such record type"
        return
    asked = {predicate.field for predicate in access.predicates}
    for name, names in (("fields", set(access.fields)), ("predicates", asked)):
        if unknown := sorted(names - there):
            yield name, FaultCode.NO_SUCH_FIELD, f"the schema has no field {', '.join(unknown)}"
    if taken := sorted({written(predicate) for predicate in access.predicates} & there):
        yield "predicates", FaultCode.CONTRADICTS, f"the schema has a field of the name {', '.join(taken)}"


def _fields(kind: RecordType) -> frozenset[str]:
    try:
        return schema_of(kind.json_schema).fields
    except SchemaInvalidError:  # told by itself
        return frozenset(json.loads(kind.json_schema).get("properties", {}))


def _path_of_access(draft: Draft, procedure: Procedure, access: RecordAccess, place: int, name: str) -> Path:
    """Return where the fault stands: at the procedure, or at the record type that it no longer fits."""
    path = draft.path_of(procedure)
    if path is not None:
        return (*path, "records", place, name)
    changed = draft.paths.get(Key(Kind.RECORD_TYPE, access.record_type))
    return () if changed is None else (*changed, "json_schema")


def _path(draft: Draft, item: Item) -> Path:
    return draft.path_of(item) or ()
