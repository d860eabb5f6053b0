"""The lines of a card, and in what they differ from what the register says."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.factors.mrz import differing, holder_in
from idverify.domain.model import CardHolder
from tests.card_kit import mrz

NUMBER = "027084000999"


def said(**lines: str) -> CardHolder:
    return holder_in(mrz(NUMBER, **lines))


def test_the_lines_are_read() -> None:
    holder = said(name="DANG<<THI<O", birth="001130", sex="F", expires="<<<<<<")
    assert (holder.citizen_number, holder.birth, holder.sex, holder.expires) == (NUMBER, "001130", "F", None)
    assert said(expires="400229").expires == date(2040, 2, 29)


@given(st.text(max_size=100) | st.text("IDVNM<0123456789ABC", min_size=90, max_size=90))
def test_anything_else_is_refused(text: str) -> None:
    try:
        holder = holder_in(text)
    except ValueError:
        return
    assert text[15:27] == holder.citizen_number


@pytest.mark.parametrize(
    ("line", "name", "same"),
    [
        ("NGUYEN<<VAN<AN", "Nguyễn Văn An", True),
        ("NGUYEN<<VAN<AN", "NGUYỄN  VĂN AN", True),
        ("NGUYEN<<VAN<AN", "Nguyễn Văn Anh", False),
        ("DANG<<DUC", "Đặng Đức", True),
        ("DANG<<DUC", "Đặng Đức Anh", False),
        ("CONG<TANG<TON<NU<THI<NGOC<HUYE", "Công Tằng Tôn Nữ Thị Ngọc Huyền", True),
        ("CONG<TANG<TON<NU<THI<NGOC<HUYE", "Công Tằng Tôn Nữ Thị Ngọc", False),
        ("H<HEN<<NIE", "H' Hen Niê", True),
    ],
)
def test_names_are_compared_as_cards_write_them(line: str, name: str, *, same: bool) -> None:
    found = differing(said(name=line), full_name=name, birth_date="", sex="")
    assert found == (() if same else ("full_name",))


@pytest.mark.parametrize(
    ("birth", "given_date", "same"),
    [
        ("840201", "1984-02-01", True),
        ("840201", "1984-02-02", False),
        ("840201", "1984-03-01", False),
        ("840201", "1985-02-01", False),
        ("840201", "1984", True),
        ("840201", "1985", False),
        ("840201", "", True),
        ("84<<<<", "1984-02-01", True),
        ("8402<<", "1984-02-01", True),
        ("000201", "2000-02-01", True),
    ],
)
def test_a_date_that_is_not_whole_differs_in_nothing_else(birth: str, given_date: str, *, same: bool) -> None:
    found = differing(said(birth=birth), full_name="Nguyễn Văn An", birth_date=given_date, sex="")
    assert found == (() if same else ("birth_date",))
