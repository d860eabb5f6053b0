"""Made-up identities for the fingers of test sets: well-formed, the same every time, and nobody's.

A test set names its subjects ``1`` or ``101``; the service wants a citizen number and a name. The number is derived
from the set's and the subject's name, with the layout of real ones (province, century and sex, year, serial), so that
it passes every check; the name says that it is a test.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_GIVEN = re.compile(r"[0-9]{12}|[0-9]{9}")
_PROVINCES = ("024", "027", "001", "031", "033", "034", "035", "036", "037", "038", "040", "042", "048", "079", "092")
"""Prefixes of birth registration, 024 and 027 (both now Bac Ninh) first."""

_FIRST_YEAR, _YEARS = 1940, 65
_NAME = "NGƯỜI THỬ NGHIỆM"  # "test person"


@dataclass(frozen=True, slots=True)
class Identity:
    """A citizen for the service; ``birth_date`` is YYYY-MM-DD, ``sex`` M or F."""

    citizen_number: str = field(repr=False)
    full_name: str = field(repr=False)
    birth_date: str = field(repr=False)
    sex: str = field(repr=False)


def make_identities(namespace: str, subjects: Iterable[str]) -> dict[str, Identity]:
    """Return an identity for every subject.

    A subject that is a citizen number itself (9 or 12 digits, as in a manifest) keeps it, with no birth date or sex:
    what is not known is not made up.

    Args:
        namespace: name of the test set: equal subjects of different sets are different people.
        subjects: their names; a name that comes twice is one subject.
    """
    made: dict[str, Identity] = {}
    taken: set[str] = set()
    for subject in sorted(set(subjects)):
        identity = Identity(subject, _NAME, "", "") if _GIVEN.fullmatch(subject) else _free(namespace, subject, taken)
        taken.add(identity.citizen_number)
        made[subject] = identity
    return made


def _free(namespace: str, subject: str, taken: set[str]) -> Identity:
    """Draw again while the number is somebody's: among 100 000 subjects it happens a few times."""
    draw = 0
    while (identity := _drawn(namespace, subject, draw)).citizen_number in taken:
        draw += 1
    return identity


def _drawn(namespace: str, subject: str, draw: int) -> Identity:
    digest = hashlib.sha256(f"{namespace}\n{subject}\n{draw}".encode()).digest()
    number = int.from_bytes(digest, "big")
    number, province = divmod(number, len(_PROVINCES))
    number, year = divmod(number, _YEARS)
    number, female = divmod(number, 2)
    number, month = divmod(number, 12)
    number, day = divmod(number, 28)
    born = _FIRST_YEAR + year
    century_and_sex = 2 * ((born - 1900) // 100) + female
    text = f"{_PROVINCES[province]}{century_and_sex}{born % 100:02}{number % 1_000_000:06}"
    return Identity(text, f"{_NAME} {subject}"[:100], f"{born}-{month + 1:02}-{day + 1:02}", "F" if female else "M")
