"""What a case of attack is, and what is found when it is run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.attack.stage import Stage


@dataclass(frozen=True)
class Outcome:
    """What was seen: ``now`` in words and figures, and whether the service ``held``."""

    now: str
    held: bool


@dataclass
class Findings:
    """Collects what a case with several parts finds."""

    told: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def note(self, text: str, held: bool) -> None:
        """Add a finding."""
        self.told.append(text)
        if not held:
            self.missed.append(text)

    def same(self, what: str, found: object, wanted: object) -> None:
        """Add a finding that is one thing or another."""
        instead = f" instead of {_words(wanted)}" if found != wanted else ""
        self.note(f"{what}: {_words(found)}{instead}", found == wanted)

    @property
    def outcome(self) -> Outcome:
        """All of them in one; those that did not hold first and marked."""
        rest = [text for text in self.told if text not in self.missed]
        return Outcome("; ".join([*(f"NOT HELD: {text}" for text in self.missed), *rest]), not self.missed)


def _words(found: object) -> str:
    if isinstance(found, dict):
        found = sorted(found)
    if isinstance(found, list | tuple | set):
        return ", ".join(_words(one) for one in found) if found else "none"
    return str(found)


@dataclass(frozen=True)
class Case:
    """One thing that was found when the service was attacked, done again.

    Attributes:
        number: of the finding, ``"1"`` to ``"11"`` or ``"who"``; several cases may show one.
        name: in a few words.
        before: what it came to when it was found, with the figures that were recorded then.
        wanted: what must come of it.
        run: does it, and tells what came of it. Raises nothing that the service may do.
    """

    number: str
    name: str
    before: str
    wanted: str
    run: Callable[[Stage], Outcome]
