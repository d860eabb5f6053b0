"""What personal data must look like. The limits are those of the Vietnamese data-sharing platform (NDXP/LGSP)."""

from __future__ import annotations

import re
from datetime import date, timedelta

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import PersonalData
from idverify.domain.visible_text import has_hidden, is_blank

LONGEST_NAME = 100
EARLIEST_BIRTH_YEAR = 1900
"""Citizen numbers begin with the 20th century."""

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}-[0-9]{2})?")


def check_personal_data(personal: PersonalData, today: date) -> None:
    """Check personal data before anything is done with it.

    Args:
        personal: as given.
        today: the date in UTC; it may be a day further in Viet Nam.

    Raises:
        DomainError: FIELD_MISSING without a name; FIELD_INVALID with the field's name, never its value.
    """
    if is_blank(personal.full_name):
        raise DomainError(Reason.FIELD_MISSING, "full_name is needed", {"field": "personal_data.full_name"})
    if len(personal.full_name) > LONGEST_NAME or not personal.full_name.isprintable():
        raise _invalid("full_name", f"must be at most {LONGEST_NAME} characters, on one line")
    if has_hidden(personal.full_name):
        raise _invalid("full_name", "must not contain characters that are not drawn")
    if personal.birth_date and not _is_birth_date(personal.birth_date, today + timedelta(days=1)):
        raise _invalid(
            "birth_date", f"must be YYYY-MM-DD or YYYY, a date from {EARLIEST_BIRTH_YEAR} to today, or be left out"
        )
    if personal.sex not in {"", "M", "F"}:
        raise _invalid("sex", "must be M or F, or be left out")


def _is_birth_date(text: str, latest: date) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        born = date.fromisoformat(text if len(text) > 4 else f"{text}-01-01")
    except ValueError:
        return False
    return born.year >= EARLIEST_BIRTH_YEAR and born <= latest


def _invalid(name: str, what: str) -> DomainError:
    return DomainError(Reason.FIELD_INVALID, f"{name} {what}", {"field": f"personal_data.{name}"})
