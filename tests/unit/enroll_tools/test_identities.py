"""Made-up identities: accepted by the service's own rules, the same every time, nobody twice."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from enroll_tools.synthetic.identities import Identity, make_identities
from idverify.domain.citizen_number import CitizenNumber
from idverify.domain.model import PersonalData
from idverify.records.provinces import load_provinces


@given(st.text(max_size=20), st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=20))
def test_the_service_finds_nothing_unusual(namespace: str, subjects: list[str]) -> None:
    for identity in make_identities(namespace, subjects).values():
        personal = PersonalData(identity.full_name, identity.birth_date, identity.sex)
        assert CitizenNumber.parse(identity.citizen_number).warnings(personal, load_provinces(), date(2026, 1, 5)) == ()
        assert 0 < len(identity.full_name) <= 100


def test_the_same_subject_is_the_same_citizen_whoever_else_is_there() -> None:
    assert make_identities("set", ["1", "2"])["1"] == make_identities("set", ["1", "3", "1"])["1"]


def test_sets_do_not_share_citizens() -> None:
    assert make_identities("a", ["1"])["1"].citizen_number != make_identities("b", ["1"])["1"].citizen_number


def test_numbers_are_unique_in_a_large_set() -> None:
    made = make_identities("set", map(str, range(30_000)))
    assert len({identity.citizen_number for identity in made.values()}) == 30_000


def test_a_citizen_number_is_kept_and_nothing_made_up() -> None:
    assert make_identities("set", ["027190000123"])["027190000123"] == Identity(
        "027190000123", "NGƯỜI THỬ NGHIỆM", "", ""
    )


def test_representations_hide_people() -> None:
    assert "027190000123" not in repr(make_identities("set", ["027190000123"])["027190000123"])
