"""The citizens of the day: who they are, and what the registers of their agencies really say of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from enroll_tools.synthetic.identities import Identity, make_identities

_COMMUNES = ("phường Kinh Bắc", "phường Từ Sơn", "phường Bắc Giang", "xã Tiên Du")
_MISSING = 0.15  # part of the records that no register has
_DISPUTED_EVERY = 7  # of so many citizens, one's birth record bears another name
_OTHER_SEX_EVERY = 11  # of so many, one's identity record states the other sex
LOCAL = ("land",)
"""Record types of the service's own table; the others are with their owners."""

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Citizen:
    """A citizen as the oracle knows them.

    Attributes:
        index: from 0; also names the synthetic finger.
        identity: as enrolled.
        records: by record type, what the register says; a type that is not there has no record.
        second_number: another number under which they were enrolled by mistake, merged before the day; empty: none.
        deactivated: before the day.
    """

    index: int
    identity: Identity = field(repr=False)
    records: dict[str, Content] = field(repr=False)
    second_number: str = field(default="", repr=False)
    deactivated: bool = False

    @property
    def number(self) -> str:
        """The citizen number."""
        return self.identity.citizen_number


def make_records(index: int, who: Identity, rng: random.Random) -> dict[str, Content]:
    """Return what the registers say: everybody has an identity record, of the others some are missing."""
    made: dict[str, Content] = {"identity": _identity(index, who, rng)}
    for record_type, make in _OTHERS.items():
        if rng.random() >= _MISSING:
            made[record_type] = make(index, who, rng)
    return made


def identities(seed: int, count: int) -> list[Identity]:
    """Return so many identities, the same ones for the same seed."""
    names = [f"{index:05}" for index in range(count)]
    made = make_identities(f"day-{seed}", names)
    return [made[name] for name in names]


def _identity(index: int, who: Identity, rng: random.Random) -> Content:
    content: Content = {
        "citizen_number": who.citizen_number,
        "full_name": who.full_name,
        "birth_date": who.birth_date,
        "sex": who.sex if index % _OTHER_SEX_EVERY else {"M": "F", "F": "M"}[who.sex],
        "nationality": "Việt Nam",
    }
    return content | ({"ethnicity": rng.choice(("Kinh", "Tày", "Mường"))} if index % 3 else {})


def _residence(index: int, who: Identity, rng: random.Random) -> Content:
    home = {"province": "Bắc Ninh", "commune": rng.choice(_COMMUNES), "detail": f"số {index + 1}"}
    content: Content = {"permanent_address": home, "household_head": who.full_name, "relation_to_head": "chủ hộ"}
    return content | ({"temporary_address": home} if index % 4 == 0 else {})


def _birth(index: int, who: Identity, _: random.Random) -> Content:
    name = f"{who.full_name} KHÁC" if index % _DISPUTED_EVERY == 0 else who.full_name
    return {
        "registration_number": f"KS-{index:05}",
        "registration_date": who.birth_date,
        "registered_at": "Ủy ban nhân dân xã",
        "full_name": name,
        "birth_date": who.birth_date,
        "mother_name": "NGƯỜI MẸ THỬ NGHIỆM",
    }


def _marriage(index: int, _: Identity, rng: random.Random) -> Content:
    status = rng.choice(("single", "married", "divorced", "widowed"))
    if status == "single":
        return {"status": status}
    return {"status": status, "spouse_name": "NGƯỜI PHỐI NGẪU", "registration_number": f"KH-{index:05}"}


def _health(index: int, _: Identity, rng: random.Random) -> Content:
    card = f"DN40127{index:08}"
    return {"card_number": card, "valid_from": "2026-01-01", "benefit_level": rng.randint(1, 5)}


def _social(index: int, _: Identity, rng: random.Random) -> Content:
    status = rng.choice(("contributing", "paused", "pension"))
    return {"insurance_number": f"{index:010}", "status": status, "months_contributed": rng.randint(0, 400)}


def _land(index: int, _: Identity, rng: random.Random) -> Content:
    address = {"province": "Bắc Ninh", "commune": rng.choice(_COMMUNES), "detail": f"thửa {index + 1}"}
    parcel = {
        "certificate_number": f"CX {index:06}",
        "sheet": rng.randint(1, 99),
        "parcel": index + 1,
        "area_m2": rng.randint(40, 900),
        "purpose": "ODT",
        "address": address,
    }
    mortgage = {"certificate_number": parcel["certificate_number"], "kind": "mortgage"}
    return {"parcels": [parcel]} | ({"encumbrances": [mortgage]} if index % 2 else {})


_OTHERS: dict[str, Callable[[int, Identity, random.Random], Content]] = {
    "residence": _residence,
    "civil_status_birth": _birth,
    "civil_status_marriage": _marriage,
    "health_insurance": _health,
    "social_insurance": _social,
    "land": _land,
}
