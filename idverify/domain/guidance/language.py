"""Languages, which of them a caller asks for, and what is said in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from idverify.domain.model import Language
from idverify.texts import Value, said

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


def worded(file: str, message: str, /, **values: Value | Text) -> Text:
    """Return a message of :mod:`idverify.texts` in every language; a value that is a text itself is said likewise."""
    return _in_every_language(file, message, values) if values else _unchanging(file, message)


def sentences(told: Iterable[Text]) -> Text:
    """Return whole sentences after each other."""
    every = tuple(told)
    return Text(*(" ".join(text.in_language(language) for text in every) for language in (Language.VI, Language.EN)))


@cache
def _unchanging(file: str, message: str) -> Text:
    return _in_every_language(file, message, {})


def _in_every_language(file: str, message: str, values: Mapping[str, Value | Text]) -> Text:
    def in_one(language: Language) -> str:
        told = {n: v.in_language(language) if isinstance(v, Text) else v for n, v in values.items()}
        return said(file, message, language.value, told)

    return Text(in_one(Language.VI), in_one(Language.EN))


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
