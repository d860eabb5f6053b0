"""What came of looking at one thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

HELD, WRONG, NOT_SHOWN = 0, 1, 3


@dataclass(frozen=True, slots=True)
class Part:
    """What came of looking at one thing.

    Attributes:
        name: for ``--only``.
        said: what was looked at and how much of it, a line each.
        wrong: what must be mended.
        not_shown: what could not be looked at: nothing is known of it, good or bad.
    """

    name: str
    said: tuple[str, ...]
    wrong: tuple[str, ...] = ()
    not_shown: tuple[str, ...] = ()

    @property
    def result(self) -> str:
        """In a word or two."""
        return "WRONG" if self.wrong else "NOT SHOWN" if self.not_shown else "held"


def status_of(parts: Iterable[Part]) -> int:
    """Return the exit status: what is wrong outweighs what could not be looked at."""
    looked = list(parts)
    if any(part.wrong for part in looked):
        return WRONG
    return NOT_SHOWN if any(part.not_shown for part in looked) else HELD
