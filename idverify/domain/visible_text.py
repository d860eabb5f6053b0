"""Whether a text shows anything. A name that nobody can see is no name, and two that look alike should be alike."""

from __future__ import annotations

import unicodedata

# Default_Ignorable_Code_Point of Unicode 15.1 (DerivedCoreProperties.txt), which nothing in the standard library tells;
# and two that are drawn as nothing although they are called letters or symbols: the blank of Braille and a note
# without a head.
_NOT_DRAWN = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D159, 0x1D159),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
_STANDS_ALONE = frozenset("LNPS")
"""Major categories of what is drawn by itself: letters, numbers, punctuation, symbols; no marks, blanks or controls."""


def is_blank(text: str) -> bool:
    """Tell whether a reader sees nothing: no character, or blanks, marks without a letter, what is not drawn."""
    return not any(unicodedata.category(c)[0] in _STANDS_ALONE and not _is_hidden(c) for c in text)


def has_hidden(text: str) -> bool:
    """Tell whether a character is in the text that is not drawn, so that it looks like another text."""
    return any(_is_hidden(c) for c in text)


def _is_hidden(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _NOT_DRAWN)
