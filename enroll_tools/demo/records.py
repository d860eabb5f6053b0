"""Linked records for made-up citizens, in keeping with their numbers."""

from __future__ import annotations

import json

from enroll_tools.synthetic.identities import Identity

_PLACES = (
    ("phường Kinh Bắc", "khu 1"),
    ("phường Từ Sơn", "khu phố Đình Bảng"),
    ("phường Bắc Giang", "tổ 4"),
    ("xã Tiên Du", "thôn Đông"),
)


def identity_record(identity: Identity) -> str:
    """Return a record of type ``identity``."""
    return _json(
        {
            "citizen_number": identity.citizen_number,
            "full_name": identity.full_name,
            "birth_date": identity.birth_date,
            "sex": identity.sex,
            "nationality": "Việt Nam",
            "ethnicity": "Kinh",
        }
    )


def marriage_record() -> str:
    """Return a record of type ``civil_status_marriage``."""
    return _json({"status": "single"})


def residence_record(identity: Identity, number: int) -> str:
    """Return a record of type ``residence``: a place in Bac Ninh."""
    commune, detail = _PLACES[number % len(_PLACES)]
    address = {"province": "Bắc Ninh", "commune": commune, "detail": detail}
    head = {"household_head": identity.full_name, "relation_to_head": "chủ hộ"}
    return _json({"permanent_address": address, **head})


def _json(content: dict[str, object]) -> str:
    return json.dumps(content, ensure_ascii=False)
