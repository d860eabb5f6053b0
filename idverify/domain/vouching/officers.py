"""Whether two ids are one officer's, however they were typed.

Unicode Technical Standard #39, section 4 (confusable detection) has the idea: two ids that look alike are one. Its data
has thousands of rows; here are the letters of Cyrillic and Greek, which keyboards give, and what looks like a dash.
"""

from __future__ import annotations

import unicodedata

_LOOK_ALIKES = str.maketrans(
    "АВЕКМНОРСТУХЅІЈԚԜӀавекмнорстухѕіјԛԝӏһԁΑΒΕΖΗΙΚΜΝΟΡΤΥΧικνορυχÐƉð",
    "ABEKMHOPCTYXSIJQWIabekmhopctyxsijqwlhdABEZHIKMNOPTYXikvopuxĐĐđ",
)
_DASHES = "\N{MINUS SIGN}\N{HYPHEN BULLET}\N{MODIFIER LETTER MINUS SIGN}"
"""Those that are not of the category Pd."""


def same_officer(one: str, other: str) -> bool:
    """Tell whether two ids are one officer's.

    Neither case nor width of letters, nor blanks and what is not seen, nor the kind of dash, nor a letter of another
    script that looks the same make another officer.
    """
    return _folded(one) == _folded(other) or _seen(one) == _seen(other)


def _folded(officer_id: str) -> str:
    return "".join(unicodedata.normalize("NFKC", officer_id).casefold().split())


def _seen(officer_id: str) -> str:
    letters = unicodedata.normalize("NFKC", officer_id).translate(_LOOK_ALIKES)
    return _folded("".join(map(_plain, letters)))


def _plain(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Cf":  # zero-width: nobody sees it
        return ""
    if kind == "Pd" or character in _DASHES:
        return "-"
    return str(unicodedata.decimal(character)) if kind == "Nd" else character
