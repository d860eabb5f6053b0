"""Whether two spellings are one name.

Alike are: upper and lower case; composed and decomposed letters, whatever the order of their marks (Unicode, annex 15);
blanks of any kind and number; the two places where the tone of a syllable is written (``hòa`` and ``hoà``, ``thúy`` and
``thuý``); and the letter Eth, which older Vietnamese fonts drew for Đ.

A name without its marks is another name: Thu, Thư and Thứ are three people. So is one with its parts in another order.
"""

from __future__ import annotations

import unicodedata

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
"""Combining grave, acute, tilde, hook above, dot below: tones, of the syllable. Other marks make other vowels."""

_LETTERS = str.maketrans({"\u00f0": "\u0111"})


def same_name(one: str, other: str) -> bool:
    """Tell whether two spellings are one name."""
    return _syllables(one) == _syllables(other)


def _syllables(name: str) -> list[tuple[str, str]]:
    """Return the syllables of a name: the letters with the marks that make vowels, and the tones."""
    folded = unicodedata.normalize("NFKC", name).casefold().translate(_LETTERS)
    return [_syllable(unicodedata.normalize("NFD", word)) for word in folded.split()]


def _syllable(decomposed: str) -> tuple[str, str]:
    letters = "".join(c for c in decomposed if c not in _TONES)
    return unicodedata.normalize("NFC", letters), "".join(sorted(c for c in decomposed if c in _TONES))
