"""The procedures of the day: a catalogue drawn from a seed, to be imported as any other."""

from __future__ import annotations

import json
import random
from typing import Any

_FIELDS: dict[str, tuple[str, ...]] = {
    "identity": ("citizen_number", "full_name", "birth_date", "sex", "nationality", "ethnicity", "card_issue_date"),
    "residence": ("permanent_address", "temporary_address", "household_head", "relation_to_head"),
    "civil_status_birth": ("registration_number", "registered_at", "full_name", "birth_date", "mother_name"),
    "civil_status_marriage": ("status", "spouse_name", "registration_number", "ended_date"),
    "health_insurance": ("card_number", "valid_from", "valid_until", "benefit_level"),
    "social_insurance": ("insurance_number", "status", "months_contributed", "employer"),
    "land": ("parcels", "encumbrances"),
}
"""Of each record type, what the day's procedures may see; some of it no record of the day has."""

_HIGHER_PART = 0.15
"""Of the record types of a procedure, one field of which requires more than a fingerprint."""

_QUESTIONS: dict[str, tuple[str, ...]] = {
    "identity": ("age_at_least(birth_date, 18)", "age_at_least(birth_date, 60)", "present(ethnicity)"),
    "residence": ("present(temporary_address)",),
    "civil_status_birth": ("present(father_name)", "age_at_least(birth_date, 80)"),
    "civil_status_marriage": ('equals(status, "single")', 'one_of(status, "single", "widowed")'),
    "health_insurance": ("one_of(benefit_level, 4, 5)", "equals(benefit_level, 1)"),
    "social_insurance": ('equals(status, "contributing")', "present(employer)"),
    "land": ("present(encumbrances)",),
}


def make_procedures(rng: random.Random, count: int) -> list[dict[str, Any]]:
    """Return procedures as ``procedures.json`` has them. The first needs consent, the second rests on a law."""
    return [_procedure(rng, index) for index in range(count)]


def as_catalogue(procedures: list[dict[str, Any]]) -> bytes:
    """Return the file to import."""
    return json.dumps({"procedures": procedures}, ensure_ascii=False).encode()


def needs_consent(procedure: dict[str, Any]) -> bool:
    """Tell whether no law is the ground."""
    return not procedure.get("legal_basis")


def _procedure(rng: random.Random, index: int) -> dict[str, Any]:
    types = rng.sample(list(_FIELDS), rng.randint(2, 4))
    procedure: dict[str, Any] = {
        "code": f"8.{index:06}",
        "title": f"Thủ tục thử nghiệm {index + 1}",
        "agency": "Ủy ban nhân dân cấp xã",
        "target_fmr": rng.choice((1e-4, 1e-5)),
        "records": [_access(rng, record_type) for record_type in types],
    }
    procedure |= {"legal_basis": "Luật thử nghiệm, Điều 1"} if index % 2 else {}
    # Two of three, on consent and by law.
    return procedure | ({"exceptions_allowed": True} if index % 3 else {})


def _access(rng: random.Random, record_type: str) -> dict[str, Any]:
    fields = rng.sample(_FIELDS[record_type], rng.randint(1, len(_FIELDS[record_type]) - 1))
    higher = rng.choice(fields) if rng.random() < _HIGHER_PART else ""
    free = [text for text in _QUESTIONS[record_type] if text.partition("(")[2].split(",")[0].rstrip(")") not in fields]
    access: dict[str, Any] = {
        "record_type": record_type,
        "fields": fields,
        "required": rng.random() < 0.5,
        "replaced_paper": f"Giấy tờ về {record_type}",
    }
    access |= {"field_assurance": {higher: "level-3"}} if higher else {}
    return access | ({"predicates": free[:1]} if free else {})
