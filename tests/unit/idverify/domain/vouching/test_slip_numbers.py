"""Numbers of slips: a wrong digit is found, whatever the pen did."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from idverify.domain.citizens.virtual_numbers import is_virtual
from idverify.domain.errors import DomainError, Reason
from idverify.domain.vouching.slip_numbers import (
    MOST,
    check_digits,
    new_slip_number,
    parse_slip_number,
    printed,
    serial_of,
)

NUMBERS = st.integers(1, MOST).map(new_slip_number)


def test_check_digits_make_the_number_one_modulo_97() -> None:
    assert check_digits("794") == "44"
    assert int("79444") % 97 == 1
    assert [len(check_digits(str(body))) for body in range(97)] == [2] * 97


@given(NUMBERS)
def test_a_number_is_read_as_it_is_printed(number: str) -> None:
    assert len(number) == 18
    assert not is_virtual(number)
    for text in (number, printed(number), printed(number).replace(" ", "-"), f" {number} "):
        assert parse_slip_number(text) == number
    assert printed(number).split()[0] == serial_of(number)


@given(NUMBERS, st.integers(0, 17), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(number: str, place: int, more: int) -> None:
    wrong = str((int(number[place]) + more) % 10)
    with pytest.raises(DomainError) as caught:
        parse_slip_number(number[:place] + wrong + number[place + 1 :])
    assert caught.value.reason is Reason.FIELD_INVALID


@given(NUMBERS, st.integers(0, 16))
def test_every_two_digits_that_changed_places_are_found(number: str, place: int) -> None:
    assume(number[place] != number[place + 1])
    with pytest.raises(DomainError):
        parse_slip_number(number[:place] + number[place + 1] + number[place] + number[place + 2 :])


@given(st.text(max_size=30))
def test_what_is_no_number_is_refused(text: str) -> None:
    assume(sum(c.isdecimal() for c in text) != 18)
    with pytest.raises(DomainError):
        parse_slip_number(text)


def test_two_of_one_serial_differ() -> None:
    assert len({new_slip_number(7) for _ in range(20)}) == 20
