"""The citizen number: 12 digits by the Law on Identity 26/2023, or the former 9.

Twelve digits are read ``PPP G YY SSSSSS``: where the birth was registered, century and sex, year of birth, serial.
There is no check digit, so nothing can be called wrong but the layout; what is unusual is only warned of, because
numbers are issued by others and for reasons that are not known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import PersonalData

_LAYOUT = re.compile(r"[0-9]{12}|[0-9]{9}")
_LENGTH = 12
_FIRST_CENTURY = 1900

# The 63 provinces and cities before the mergers of July 2025. Who was born before then keeps the number, and which
# prefix births since then get is not settled in anything published that we have read.
# Three digits in a row are found in this text only where they are a prefix.
_PROVINCES = (
    "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 "
    "044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 "
    "089 091 092 093 094 095 096"
)


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

    def warnings(self, personal: PersonalData) -> tuple[str, ...]:
        """Return codes of what is unusual about the number; the former 9 digits tell nothing.

        A place of registration abroad has a country's prefix, and those are not listed here: it is unknown too.
        """
        if len(self.text) != _LENGTH:
            return ()
        found = {
            "UNKNOWN_PROVINCE_PREFIX": self.text[:3] not in _PROVINCES,
            "BIRTH_YEAR_DISAGREES": bool(personal.birth_date) and personal.birth_date[:4] != str(self._birth_year),
            "SEX_DISAGREES": bool(personal.sex) and personal.sex != self._sex,
        }
        return tuple(code for code, holds in found.items() if holds)

    @property
    def _birth_year(self) -> int:
        return _FIRST_CENTURY + 100 * (int(self.text[3]) // 2) + int(self.text[4:6])

    @property
    def _sex(self) -> str:
        return "F" if int(self.text[3]) % 2 else "M"
