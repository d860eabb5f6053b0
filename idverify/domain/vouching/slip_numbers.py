"""Numbers of paper slips: a serial that counts, ten random digits that only the paper has, and two check digits.

The check digits are those of ISO/IEC 7064, MOD 97-10: they find every single wrong digit, and nearly every other
slip of the pen. The random digits keep whoever has seen one slip from making another up. With 18 digits a slip is
taken for neither a citizen number (12 or 9) nor a virtual one (16).
"""

from __future__ import annotations

import secrets

from idverify.domain.errors import DomainError, Reason

SERIAL_DIGITS, _RANDOM_DIGITS, _CHECK_DIGITS = 6, 10, 2
_DIGITS = SERIAL_DIGITS + _RANDOM_DIGITS + _CHECK_DIGITS
MOST = 10**SERIAL_DIGITS - 1
"""Slips that there can be."""


def new_slip_number(ordinal: int) -> str:
    """Return the number of a slip, with chance from the operating system.

    Args:
        ordinal: the how manieth it is, from 1.
    """
    body = f"{ordinal:0{SERIAL_DIGITS}}{secrets.randbelow(10**_RANDOM_DIGITS):0{_RANDOM_DIGITS}}"
    return body + check_digits(body)


def check_digits(body: str) -> str:
    """Return the two check digits of a string of digits (ISO/IEC 7064, MOD 97-10, pure system)."""
    return f"{98 - int(body) * 100 % 97:02}"


def parse_slip_number(text: str, field: str = "slip_number") -> str:
    """Return a number without the blanks and hyphens between which it is printed.

    Raises:
        DomainError: FIELD_INVALID; says whether a digit must be wrong.
    """
    digits = _joined(text)
    if not (digits.isascii() and digits.isdecimal() and len(digits) == _DIGITS):
        raise _invalid(field, f"must have {_DIGITS} digits")
    if int(digits) % 97 != 1:
        raise _invalid(field, "has a wrong digit: compare it with the paper")
    return digits


def parse_serial(text: str) -> str:
    """Return the serial of a whole number as it is printed; whatever else is typed for a serial stays as it is.

    Raises:
        DomainError: FIELD_INVALID: a whole number has a wrong digit.
    """
    return serial_of(parse_slip_number(text, "serial")) if len(_joined(text)) == _DIGITS else text


def printed(number: str) -> str:
    """Return a number as it is printed: serial, random digits in two groups, check digits."""
    serial, middle = number[:SERIAL_DIGITS], SERIAL_DIGITS + _RANDOM_DIGITS // 2
    return f"{serial} {number[SERIAL_DIGITS:middle]} {number[middle:-_CHECK_DIGITS]} {number[-_CHECK_DIGITS:]}"


def serial_of(number: str) -> str:
    """Return the part of a number that is no secret."""
    return number[:SERIAL_DIGITS]


def _joined(text: str) -> str:
    return "".join(text.replace("-", " ").split())


def _invalid(field: str, what: str) -> DomainError:
    return DomainError(Reason.FIELD_INVALID, f"{field} {what}", {"field": field})
