"""One officer does not become two by another way of typing the id."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.vouching.officers import same_officer

SAME = {
    "Cyrillic": "\u0421\u0412-1",
    "Cyrillic, small": "\u0441b-1",
    "Greek": "C\u0392-1",
    "fullwidth": "\uff23\uff22-1",
    "non-breaking hyphen": "CB\u20111",
    "en dash": "CB\u20131",
    "minus": "CB\u22121",
    "zero width": "C\u200bB-\ufeff1",
    "soft hyphen": "C\u00adB-1",
    "blanks": " cb - 1\u00a0",
    "Arabic digit": "CB-\u0661",
}


@pytest.mark.parametrize("officer_id", SAME.values(), ids=SAME)
def test_what_looks_the_same_is_the_same(officer_id: str) -> None:
    assert same_officer("CB-1", officer_id)
    assert same_officer(officer_id, "CB-1")


def test_the_two_letters_of_a_vietnamese_name_that_look_the_same() -> None:
    assert same_officer("\u0110\u00e0o", "\u00d0a\u0300o")


def test_case_makes_no_other_officer_in_any_script() -> None:
    assert same_officer("\u039d-1", "\u03bd-1")  # Greek nu: the capital looks like N, the small one like v


@pytest.mark.parametrize("other", ["CB-2", "CB1", "CB-01", "\u0110B-1", "CA-1", ""])
def test_another_id_is_another_officer(other: str) -> None:
    assert not same_officer("CB-1", other)


@given(st.text(max_size=20), st.text(max_size=20))
def test_it_is_the_same_both_ways_round(one: str, other: str) -> None:
    assert same_officer(one, one)
    assert same_officer(one, other) == same_officer(other, one)
