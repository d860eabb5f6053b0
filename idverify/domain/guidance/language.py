"""Languages, and which of them a caller asks for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from idverify.domain.model import Language

_LONGEST_HEADER = 256
_MOST_HEADERS = 256


@dataclass(frozen=True, slots=True)
class Text:
    """One text in every language."""

    vi: str
    en: str

    def in_language(self, language: Language) -> str:
        """Return the text."""
        return self.vi if language is Language.VI else self.en


@lru_cache(_MOST_HEADERS)
def language_asked(accept_language: str) -> Language:
    """Return the language that is asked for (RFC 9110, 12.5.4): of the highest weight, of equals the first.

    What cannot be read, or is in neither language, gets Vietnamese: that of the clerks.
    """
    best, weight = Language.VI, 0.0
    for part in accept_language[:_LONGEST_HEADER].split(","):
        tag, _, parameters = part.strip().lower().partition(";")
        asked = next((known for known in Language if tag.strip().partition("-")[0] == known.value), None)
        if asked is not None and (given := _weight(parameters)) > weight:
            best, weight = asked, given
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    digits = value.replace(".", "", 1)
    if name.strip() != "q" or not (digits.isascii() and digits.isdigit() and len(value) <= 5):
        return 0.0
    return min(1.0, float(value))
