"""When two spellings are one name."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.citizens.names import same_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nguyễn Thị Hòa", "NGUYỄN THỊ HOÀ"),  # the tone on the first or on the second vowel
        ("Lê Thúy", "lê thuý"),
        ("Nguyễn", unicodedata.normalize("NFD", "Nguyễn")),
        ("ế", "e\u0301\u0302"),  # the marks in the order in which they were typed
        ("Đặng  Văn\u00a0An ", "ĐẶNG VĂN AN"),
        ("Ðặng Văn An", "Đặng Văn An"),  # Eth for D with stroke
        ("Ｎguyen", "Nguyen"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nguyễn Văn An", "Nguyen Van An"),
        ("Trần Thu", "Trần Thư"),
        ("Trần Thư", "Trần Thứ"),
        ("Hòa", "Hóa"),
        ("Hòa Hoa", "Hoa Hòa"),
        ("Đan", "Dan"),
        ("Nguyễn Văn An", "An Văn Nguyễn"),
        ("Nguyễn Văn An", "Nguyễn Văn"),
        ("", "Nguyễn"),
    ],
)
def test_other_names(one: str, other: str) -> None:
    assert not same_name(one, other)


@given(st.text("aăâeêoôơuưyđAĂÂĐ àáạảã\u0301\u0323", max_size=12))
def test_no_form_of_unicode_makes_another_name(name: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert same_name(name, unicodedata.normalize(form, name))
        assert same_name(f" {name}\t", name)
    assert same_name(name, name.upper())
