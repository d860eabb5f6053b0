"""Fingers that are one under two names, and fingers of one person under a name each: what sets themselves do not say.

Compared by the name of the set and of the finger, wherever the files lie. Docs: docs/accuracy.md.
"""

from __future__ import annotations

from enroll_tools.datasets import DatasetSample

ONE_FINGER: tuple[tuple[tuple[str, str], tuple[str, str]], ...] = (
    (("fvc2002/DB3_B", "108"), ("fvc2004/DB3_B", "102")),
    (("socofing", "32/RIGHT_INDEX"), ("socofing", "32/RIGHT_MIDDLE")),
    (("socofing", "41/LEFT_LITTLE"), ("socofing", "41/LEFT_RING")),
)
"""Pairs of (set, finger) whose prints are evidently of one finger: as strangers they are left out of every fit. A
finger is named by its subject, and by its position where the set states one: ``12/LEFT_INDEX``."""

_PERSON_BEFORE_FINGER = {"fcj2020": 1}
"""Sets whose subjects are persons with fingers at their end, and how many digits the finger has."""


def is_set(name: str, known: str) -> bool:
    """Tell whether a set, named by the last parts of its folder's path, is a known one."""
    return name == known or name.endswith(f"/{known}")


def person_of(name: str, sample: DatasetSample) -> str:
    """Name the person of a print, uniquely within its set; where nobody says, every finger is another's."""
    for known, digits in _PERSON_BEFORE_FINGER.items():
        if is_set(name, known):
            return sample.subject[:-digits]
    return sample.subject


def are_one(name: str, a: str, b: str) -> bool:
    """Tell whether two fingers of a set are evidently one; named as by :func:`~benchmarks.impressions.finger_of`."""
    a, b = (finger.removesuffix("/UNKNOWN") for finger in (a, b))
    return any(
        is_set(name, one[0]) and is_set(name, other[0]) and {a, b} == {one[1], other[1]} for one, other in ONE_FINGER
    )
