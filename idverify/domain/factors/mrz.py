"""The machine readable zone of an identity card: three lines of 30 (ICAO Doc 9303, part 5, size TD1).

That a Vietnamese card has the citizen number in the optional data of the first line is an assumption: no public
document says so.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

from idverify.domain.factors.shown import CardHolder

_LAYOUT = re.compile(
    "[IAC][A-Z0-9<]VNM[A-Z0-9<]{9}[0-9<](?P<number>[0-9]{12})[0-9<]{3}"
    "(?P<birth>[0-9]{2}[0-9<]{4})[0-9<](?P<sex>[MFX<])(?P<expires>[0-9]{6}|<{6})[0-9<][A-Z<]{3}[A-Z0-9<]{11}[0-9<]"
    "(?P<name>[A-Z<]{30})"
)


def holder_in(text: str) -> CardHolder:
    """Return whom a card is of, from its machine readable zone.

    Raises:
        ValueError: it has another layout.
    """
    found = _LAYOUT.fullmatch(text)
    if found is None:
        raise ValueError("another layout")
    return CardHolder(found["number"], found["name"], found["birth"], found["sex"], _day(found["expires"]))


def differing(holder: CardHolder, *, full_name: str, birth_date: str, sex: str) -> tuple[str, ...]:
    """Return the fields by which a citizen's own data are others than the card's: full_name, birth_date, sex.

    What either leaves open differs in nothing: of some people only the year is known. Names are compared without marks,
    which a card's lines have none of, and as far as the line goes.
    """
    wrong = {
        "full_name": not _same_name(holder.name, full_name),
        "birth_date": not _same_day(holder.birth, birth_date),
        "sex": holder.sex in "MF" and sex not in {"", holder.sex},
    }
    return tuple(field for field, differs in wrong.items() if differs)


def _day(text: str) -> date | None:
    # Cards have been issued in this century only. One without an end has fillers.
    return None if "<" in text else datetime.strptime(f"20{text}", "%Y%m%d").date()  # noqa: DTZ007 - a day, no time


def _same_name(line: str, full_name: str) -> bool:
    on_card, given = line.replace("<", ""), _latin(full_name)
    # A line that is full may have had to leave something out.
    return given.startswith(on_card) if not line.endswith("<<") else given == on_card


def _latin(name: str) -> str:
    """Return the letters of a name as a card has them: A to Z, without blanks."""
    decomposed = unicodedata.normalize("NFD", name.upper()).translate({ord("Đ"): "D", ord("Ð"): "D"})
    return "".join(c for c in decomposed if "A" <= c <= "Z")


def _same_day(birth: str, given: str) -> bool:
    """Tell whether YYMMDD, of which month and day may be left open, may be YYYY-MM-DD, YYYY or nothing."""
    parts = ((birth[:2], given[2:4]), (birth[2:4], given[5:7]), (birth[4:], given[8:]))
    return all(one == other or not other or one == "<<" for one, other in parts)
