"""From the words of a subtype to fingers and back (ISO/IEC 19785-3, XML patron format; MOSIP puts them in one text)."""

from __future__ import annotations

from collections.abc import Iterable

from matcher.types import FingerPosition

_FINGERS = ("Thumb", "IndexFinger", "MiddleFinger", "RingFinger", "LittleFinger")
_SIDES = {"Right": FingerPosition.RIGHT_THUMB, "Left": FingerPosition.LEFT_THUMB}
_WORDS = {word.lower(): word for word in (*_FINGERS, *_SIDES)}


def words_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the words of a subtype, spelt as the standard does: ``["right indexfinger"]`` is Right, IndexFinger."""
    return tuple(_WORDS.get(word.lower(), word) for text in texts for word in text.split())


def fingers_of(words: Iterable[str]) -> tuple[FingerPosition, ...]:
    """Return the fingers that words name: each finger of each side; none if a finger or a side is not said."""
    said = set(words)
    return tuple(
        FingerPosition(first + index)
        for side, first in _SIDES.items()
        if side in said
        for index, finger in enumerate(_FINGERS)
        if finger in said
    )


def words_for(position: FingerPosition) -> tuple[str, ...]:
    """Return the words for a finger: its side and its name; none for UNKNOWN."""
    if position is FingerPosition.UNKNOWN:
        return ()
    side = "Left" if position >= FingerPosition.LEFT_THUMB else "Right"
    return side, _FINGERS[position - _SIDES[side]]
