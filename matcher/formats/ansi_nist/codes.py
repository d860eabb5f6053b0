"""Finger positions of ANSI/NIST-ITL (table 8), and the types of records that hold no fingers."""

from __future__ import annotations

FINGERS = range(1, 11)
"""Single fingers, right thumb to left little, as everywhere."""

ANY_FINGER = frozenset({0, 16, 17, 19})
"""Unknown, extra digits, and tips: of no one finger of the ten."""

PLAIN_THUMBS = {11: 1, 12: 6}
"""Plain impressions of the right and the left thumb."""

SLAPS = frozenset({13, 14, 15})
"""Four fingers of the right hand, of the left, two thumbs: their number says which fingers they show."""

FURTHER_GROUPS = range(40, 51)
"""Other groups of fingers; which they show only their segmentation says."""

AMPUTATED = "XX"
UNABLE_TO_PRINT = "UP"
SCARRED = "SR"

NO_FINGERS = {
    3: "low-resolution images (type 3)",
    5: "images of two levels (type 5)",
    6: "images of two levels (type 6)",
    10: "faces and marks (type 10)",
    15: "palms (type 15)",
    17: "irises (type 17)",
    19: "soles (type 19)",
}
"""What is told of a file that holds nothing else."""


def finger_of(code: int) -> int | None:
    """Return the finger, 0 where none is known, of a code of one finger; None: it is of several, or of none."""
    if code in FINGERS:
        return code
    if code in ANY_FINGER:
        return 0
    return PLAIN_THUMBS.get(code)
