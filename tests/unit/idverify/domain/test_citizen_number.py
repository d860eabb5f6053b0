"""Citizen numbers and personal data: the layout is checked, the unusual is warned of, nothing is quoted."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from idverify.domain.citizen_number import CitizenNumber
from idverify.domain.citizens.provinces import Province
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import PersonalData
from idverify.domain.personal_data import check_personal_data
from idverify.records.provinces import load_provinces

TODAY = date(2026, 1, 5)
ASCII_DIGITS = st.text("0123456789", min_size=12, max_size=12) | st.text("0123456789", min_size=9, max_size=9)


@given(ASCII_DIGITS)
def test_twelve_or_nine_digits_are_a_number(text: str) -> None:
    number = CitizenNumber.parse(text)
    assert number.text == text
    assert text not in repr(number)


@given(st.text(max_size=16) | st.text("0123456789 .-٠１", max_size=16))
@example("07920300123")
@example("0792030012345")
@example("079203001234\n")
@example(" 079203001234")
@example("07920300123\uff14")
@example("٠٧٩٢٠٣٠٠١٢٣٤")
@example("")
def test_anything_else_is_refused_and_not_quoted(text: str) -> None:
    if re.fullmatch(r"[0-9]{9}|[0-9]{12}", text):
        return
    with pytest.raises(DomainError) as refused:
        CitizenNumber.parse(text)
    assert refused.value.reason is Reason.IDENTIFIER_MALFORMED
    assert refused.value.message == "a citizen number is 12 digits (or the former 9), without blanks or signs"
    assert refused.value.metadata == {"field": "citizen_number", "length": str(len(text))}


@pytest.mark.parametrize(
    ("number", "birth", "sex"),
    [
        ("087084000999", "1984-02-01", "M"),  # the worked example of the rule's commentaries
        ("079190001234", "1990", "F"),
        ("001203000001", "2003-12-31", "M"),
        ("096399000001", "2099", "F"),
        ("027899000001", "2399", "M"),
        ("027900000001", "2300", "F"),
    ],
)
def test_a_number_that_agrees_gives_no_warning(number: str, birth: str, sex: str) -> None:
    at_last = date(2400, 1, 1)
    assert CitizenNumber.parse(number).warnings(PersonalData("x", birth, sex), load_provinces(), at_last) == ()
    assert CitizenNumber.parse(number).warnings(PersonalData("x"), load_provinces(), at_last) == ()


@pytest.mark.parametrize(
    ("number", "birth", "sex", "expected"),
    [
        ("000084000999", "1984", "M", ("UNKNOWN_PROVINCE_PREFIX",)),
        ("097084000999", "1984", "M", ("UNKNOWN_PROVINCE_PREFIX",)),
        ("087084000999", "1985-01-01", "M", ("BIRTH_YEAR_DISAGREES",)),
        ("087084000999", "2084", "", ("BIRTH_YEAR_DISAGREES",)),
        ("087184000999", "1984", "M", ("SEX_DISAGREES",)),
        ("003184000999", "1983", "M", ("UNKNOWN_PROVINCE_PREFIX", "BIRTH_YEAR_DISAGREES", "SEX_DISAGREES")),
        ("027399000001", "2099", "F", ("BIRTH_YEAR_TO_COME",)),
        ("027227000001", "", "", ("BIRTH_YEAR_TO_COME",)),
        ("027226000001", "", "", ()),
        ("123456789", "1984", "M", ()),
    ],
)
def test_what_is_unusual_is_warned_of(number: str, birth: str, sex: str, expected: tuple[str, ...]) -> None:
    assert CitizenNumber.parse(number).warnings(PersonalData("x", birth, sex), load_provinces(), TODAY) == expected


def test_sixty_three_prefixes_are_known() -> None:
    person, known = PersonalData("x"), load_provinces()
    numbers = [CitizenNumber.parse(f"{prefix:03d}084000999") for prefix in range(1000)]
    assert sum(number.warnings(person, known, TODAY) == () for number in numbers) == 63


def test_the_year_begins_earlier_in_viet_nam() -> None:
    number = CitizenNumber.parse("027227000001")
    assert number.warnings(PersonalData("x"), load_provinces(), date(2026, 12, 31)) == ()


def test_a_number_says_where_when_and_as_what_its_bearer_was_born() -> None:
    provinces = load_provinces()
    said = CitizenNumber.parse("024184000999").said(provinces)
    assert said is not None
    assert said.province == Province("024", "Bắc Giang", date(2025, 6, 30), "Bắc Ninh")
    assert (said.birth_year, said.sex) == (1984, "F")
    assert not any(text in repr(said) for text in ("1984", "Bắc", "024"))
    abroad = CitizenNumber.parse("123203000999").said(provinces)
    assert abroad is not None
    assert (abroad.province, abroad.birth_year, abroad.sex) == (None, 2003, "M")
    assert CitizenNumber.parse("123456789").said(provinces) is None


@pytest.mark.parametrize(
    "person",
    [
        PersonalData("Nguyễn Thị Minh Khai", "1990-11-01", "F"),
        PersonalData("A" * 100, "1900", "M"),
        PersonalData("Y", "2026-01-06"),  # today in Viet Nam
        PersonalData("Y", "2000-02-29"),
        PersonalData("Y", "2026"),
    ],
)
def test_sound_personal_data_passes(person: PersonalData) -> None:
    check_personal_data(person, TODAY)


@pytest.mark.parametrize(
    ("person", "reason", "field"),
    [
        (PersonalData(""), Reason.FIELD_MISSING, "full_name"),
        (PersonalData(" \u2003"), Reason.FIELD_MISSING, "full_name"),
        (PersonalData("\u3164"), Reason.FIELD_MISSING, "full_name"),
        (PersonalData("An\u3164"), Reason.FIELD_INVALID, "full_name"),
        (PersonalData("A" * 101), Reason.FIELD_INVALID, "full_name"),
        (PersonalData("An\nBình"), Reason.FIELD_INVALID, "full_name"),
        (PersonalData("An\x00"), Reason.FIELD_INVALID, "full_name"),
        *((PersonalData("Y", text), Reason.FIELD_INVALID, "birth_date") for text in (
            "1990-02-30", "1990-13-01", "19901101", "1990-1-1", "01-11-1990", "199O", "1899", "2027", "2026-01-07",
            "1990-11", "1990-11-01T00:00", " 1990", "1990-11-01\n", "٢٠٠٠", "0000", "1990-W01-1",
        )),
        (PersonalData("Y", "1990", "m"), Reason.FIELD_INVALID, "sex"),
        (PersonalData("Y", "1990", "nam"), Reason.FIELD_INVALID, "sex"),
    ],
)  # fmt: skip
def test_unsound_personal_data_is_refused_and_not_quoted(person: PersonalData, reason: Reason, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        check_personal_data(person, TODAY)
    assert refused.value.reason is reason
    assert refused.value.metadata == {"field": f"personal_data.{field}"}
    if len(person.birth_date) > 4:
        assert person.birth_date not in str(refused.value)
    assert "Bình" not in str(refused.value)


@given(st.text(max_size=12))
def test_a_birth_date_passes_only_if_it_is_a_date(text: str) -> None:
    try:
        check_personal_data(PersonalData("Y", text), TODAY)
    except DomainError:
        return
    assert not text or date.fromisoformat(text if len(text) == 10 else f"{text}-01-01")
