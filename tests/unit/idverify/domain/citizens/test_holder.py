"""Whether a record is the citizen's, by what it says itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from idverify.domain.citizens.holder import compared, disagreements
from idverify.domain.errors import StoredDataError
from idverify.domain.model import Citizen, PersonalData, Record

NOW = datetime(2026, 3, 4, tzinfo=UTC)
NUMBER = "027084000999"


def citizen(birth_date: str = "1984-02-01", sex: str = "M") -> Citizen:
    return Citizen("s", 1, NUMBER, PersonalData("Nguyễn Văn Hòa", birth_date, sex), (), NOW)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ({}, ()),
        ({"citizen_number": NUMBER, "full_name": "NGUYỄN VĂN HOÀ", "birth_date": "1984-02-01", "sex": "M"}, ()),
        ({"birth_date": "1984"}, ()),
        ({"spouse_name": "Trần Thị Bình", "father_name": "x", "registration_number": "1"}, ()),
        ({"citizen_number": "027084000998"}, ("citizen_number",)),
        ({"full_name": "Nguyễn Văn Hoa"}, ("full_name",)),
        ({"birth_date": "1984-02-02"}, ("birth_date",)),
        ({"birth_date": "1985"}, ("birth_date",)),
        ({"birth_date": "19"}, ("birth_date",)),
        ({"sex": "F"}, ("sex",)),
        ({"sex": 1, "full_name": None}, ("full_name", "sex")),
        ({"full_name": "x", "citizen_number": "x", "sex": "x"}, ("citizen_number", "full_name", "sex")),
    ],
)
def test_what_disagrees_is_named(content: dict[str, Any], found: tuple[str, ...]) -> None:
    assert disagreements(content, citizen()) == found


def test_what_nobody_knows_of_the_citizen_contradicts_nothing() -> None:
    assert disagreements({"birth_date": "1990-01-01", "sex": "F"}, citizen("", "")) == ()
    assert disagreements({"birth_date": "1984-12-31"}, citizen("1984")) == ()
    assert disagreements({"birth_date": "1985-12-31"}, citizen("1984")) == ("birth_date",)


def test_what_is_no_object_cannot_be_compared() -> None:
    record = Record("identity", "BCA", '{"sex": "F"}', "", 1, NOW)
    assert compared(record, citizen()).disputed == ("sex",)
    with pytest.raises(StoredDataError):
        compared(Record("identity", "BCA", "[]", "", 1, NOW), citizen())
