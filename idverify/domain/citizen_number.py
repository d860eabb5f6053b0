"""The citizen number: 12 digits by the Law on Identity 26/2023, or the former 9.

Twelve digits are read ``PPP G YY SSSSSS``: where the birth was registered, century and sex, year of birth, serial.
There is no check digit, so nothing can be called wrong but the layout; what is unusual is only warned of, because
numbers are issued by others and for reasons that are not known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from idverify.domain.citizens.provinces import Province, Provinces
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import NumberWarning, PersonalData

_LAYOUT = re.compile(r"[0-9]{12}|[0-9]{9}")
_LENGTH = 12
_FIRST_CENTURY = 1900


@dataclass(frozen=True, slots=True)
class NumberSaid:
    """What a number of 12 digits says of who bears it. ``province`` None: no known one, perhaps another country."""

    province: Province | None = field(repr=False)
    birth_year: int = field(repr=False)
    sex: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CitizenNumber:
    """A citizen number of correct layout; make it with :meth:`parse`. Personal: tells sex, year and place of birth."""

    text: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> CitizenNumber:
        """Read a citizen number; blanks, dots and digits of other scripts are not tolerated.

        Raises:
            DomainError: IDENTIFIER_MALFORMED; never quotes the number.
        """
        if not _LAYOUT.fullmatch(text):
            raise DomainError(
                Reason.IDENTIFIER_MALFORMED,
                "a citizen number is 12 digits (or the former 9), without blanks or signs",
                {"field": "citizen_number", "length": str(len(text))},
            )
        return cls(text)

    @property
    def province_code(self) -> str:
        """The first three digits: of a number of 12 where the birth was registered."""
        return self.text[:3]

    def said(self, provinces: Provinces) -> NumberSaid | None:
        """Return what the number says; None for the former 9 digits, which say nothing."""
        if len(self.text) != _LENGTH:
            return None
        century, year = int(self.text[3]) // 2, int(self.text[4:6])
        sex = "F" if int(self.text[3]) % 2 else "M"
        return NumberSaid(provinces.get(self.province_code), _FIRST_CENTURY + 100 * century + year, sex)

    def warnings(self, personal: PersonalData, provinces: Provinces, today: date) -> tuple[NumberWarning, ...]:
        """Return what is unusual about the number; the former 9 digits tell nothing.

        A place of registration abroad has a country's prefix, and those are not listed here: it is unknown too.

        Args:
            personal: what the citizen's number should agree with.
            provinces: those that are known.
            today: the date in UTC; the year may have begun in Viet Nam.
        """
        said = self.said(provinces)
        if said is None:
            return ()
        born = personal.birth_date
        found = {
            NumberWarning.UNKNOWN_PROVINCE_PREFIX: said.province is None,
            NumberWarning.BIRTH_YEAR_DISAGREES: bool(born) and born[:4] != str(said.birth_year),
            NumberWarning.BIRTH_YEAR_TO_COME: said.birth_year > (today + timedelta(days=1)).year,
            NumberWarning.SEX_DISAGREES: bool(personal.sex) and personal.sex != said.sex,
        }
        return tuple(warning for warning, holds in found.items() if holds)
