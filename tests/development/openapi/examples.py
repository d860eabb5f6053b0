"""What a request looks like: a value for every field, by its name."""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

_TEXTS: dict[str, str] = {
    "request_id": "7f9c1c6e-8f0b-4d5a-9a38-2f1f3a1f0c11",
    "citizen_number": "027199000001",
    "new_citizen_number": "027199000002",
    "absorbed_citizen_number": "027199000002",
    "split_citizen_number": "027199000002",
    "to_citizen_number": "027199000002",
    "procedure_code": "1.001193",
    "code": "1.001193",
    "agency_code": "H05.12",
    "officer_id": "CB-1",
    "second_officer_id": "CB-2",
    "dossier_code": "H05.12-261126-0001",
    "full_name": "Nguyễn Thị Thử",
    "birth_date": "1999-05-01",
    "sex": "F",
    "record_type": "land-title",
    "json": "{}",
    "name": "counter-1",
    "purpose": "PURPOSE_CITIZEN_REQUEST",
    "finger_position": "FINGER_POSITION_RIGHT_INDEX",
    "format": "IMAGE_FORMAT_PNG",
    "first_month": "2026-01",
    "last_month": "2026-12",
    "pin": "248163",
}
_LEFT_OUT = {
    "nonce",
    "consent_ref",
    "transaction_id",
    "counter_id",
    "device_attestation",
    "iso_19794_2_2005",
    "dry_run",
}
_IMAGE = "iVBORw0KGgo="
_DEEPEST = 4


def example(message: Descriptor, depth: int = 0) -> dict[str, Any]:
    """Return a request as JSON, with the fields that say most.

    Args:
        message: type of the request.
        depth: how many messages it is within.
    """
    found: dict[str, Any] = {}
    for each in message.fields:
        if each.name in _LEFT_OUT and depth:
            continue
        value = _value(each, depth)
        if value is not None:
            found[each.camelcase_name] = [value] if each.is_repeated else value
    return found


def _value(each: FieldDescriptor, depth: int) -> Any:
    if each.message_type is not None:
        if each.message_type.full_name.startswith("google.") or each.message_type.GetOptions().map_entry:
            return None
        return (example(each.message_type, depth + 1) or None) if depth < _DEEPEST else None
    if each.enum_type is not None:
        given = _TEXTS.get(each.name, "")
        return (
            given
            if given in each.enum_type.values_by_name
            else each.enum_type.values[min(1, len(each.enum_type.values) - 1)].name
        )
    if each.type == FieldDescriptor.TYPE_BYTES:
        return _IMAGE
    if each.type == FieldDescriptor.TYPE_STRING:
        return _TEXTS.get(each.name)
    return None
