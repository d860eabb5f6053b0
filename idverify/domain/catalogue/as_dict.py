"""Procedures and record types as the members of a JSON object: as files, stored rows and differences have them.

What is not stated is left out, so that a catalogue without the later members looks as it always did.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from idverify.domain.assurance import Assurance
from idverify.domain.catalogue.content import Item
from idverify.domain.catalogue.predicates import parse_predicate, written
from idverify.domain.model import AgencyLevel, Procedure, RecordAccess, RecordType

_USUAL = Assurance.SINGLE_BIOMETRIC


def item_dict(item: Item) -> dict[str, Any]:
    """Return what an item says, without version and withdrawal."""
    return procedure_dict(item) if isinstance(item, Procedure) else record_type_dict(item)


def procedure_dict(procedure: Procedure) -> dict[str, Any]:
    """Return what a procedure says, without version and withdrawal."""
    assurance = procedure.required_assurance
    later = {
        "required_assurance": "" if assurance is _USUAL else assurance.value,
        "agency_levels": [level.value for level in procedure.agency_levels],
        "legal_basis": procedure.legal_basis,
        "retention": procedure.retention,
        "valid_from": procedure.valid_from.isoformat() if procedure.valid_from else "",
        "valid_until": procedure.valid_until.isoformat() if procedure.valid_until else "",
        "exceptions_allowed": procedure.exceptions_allowed,
        "title_en": procedure.title_en,
    }
    return {
        "code": procedure.code,
        "title": procedure.title,
        "agency": procedure.agency,
        "target_fmr": procedure.target_fmr,
        **{name: value for name, value in later.items() if value},
        "records": [_access_dict(access) for access in procedure.records],
    }


def procedure_from(members: Mapping[str, Any], version: int = 1, *, withdrawn: bool = False) -> Procedure:
    """Return the procedure that says this; what is left out is not stated.

    Raises:
        KeyError, ValueError, TypeError: the members are not those of a procedure.
    """
    first, last = members.get("valid_from"), members.get("valid_until")
    return Procedure(
        members["code"],
        members["title"],
        members["agency"],
        members["target_fmr"],
        tuple(_access_from(access) for access in members["records"]),
        Assurance(members.get("required_assurance") or _USUAL),
        tuple(map(AgencyLevel, members.get("agency_levels") or ())),
        members.get("legal_basis") or "",
        members.get("retention") or "",
        date.fromisoformat(first) if first else None,
        date.fromisoformat(last) if last else None,
        version,
        withdrawn,
        members.get("exceptions_allowed") or False,
        members.get("title_en") or "",
    )


def record_type_dict(kind: RecordType) -> dict[str, Any]:
    """Return what a record type says, without version."""
    return {
        "code": kind.code,
        "title": kind.title,
        **({"title_en": kind.title_en} if kind.title_en else {}),
        "owning_agency": kind.owning_agency,
        "json_schema": json.loads(kind.json_schema),
    }


def record_type_from(members: Mapping[str, Any], version: int = 1) -> RecordType:
    """Return the record type that says this. Raises KeyError, TypeError for other members."""
    schema = json.dumps(members["json_schema"], ensure_ascii=False)
    return RecordType(
        members["code"], members["title"], members["owning_agency"], schema, version, members.get("title_en") or ""
    )


def _access_dict(access: RecordAccess) -> dict[str, Any]:
    predicates = [written(predicate) for predicate in access.predicates]
    return {
        "record_type": access.record_type,
        "fields": list(access.fields),
        **({"predicates": predicates} if predicates else {}),
        **(
            {"field_assurance": {name: a.value for name, a in access.field_assurance}} if access.field_assurance else {}
        ),
        "required": access.required,
        "replaced_paper": access.replaced_paper,
    }


def _access_from(members: Mapping[str, Any]) -> RecordAccess:
    return RecordAccess(
        members["record_type"],
        tuple(members.get("fields") or ()),
        members["required"],
        members["replaced_paper"],
        tuple(map(parse_predicate, members.get("predicates") or ())),
        # In one order, however it was written: what says the same is the same.
        tuple((name, Assurance(text)) for name, text in sorted((members.get("field_assurance") or {}).items())),
    )
