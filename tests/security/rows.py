"""The table threat, defence, command: ``threats.toml``, and the cases of ``tests/attack``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.attack.case import Case
from tests.attack.every_case import CASES

_FILE = Path(__file__).parent / "threats.toml"

ATTACKS = "What was found when the service was attacked"


@dataclass(frozen=True, slots=True)
class Row:
    """One threat.

    Attributes:
        name: of the command; rows of one command share it.
        part: the heading under which it stands.
        attempt: what somebody may try.
        defence: what stands against it.
        command: ``pytest PATH...`` or ``make TARGET ...``, in the root of the repository.
        long: whether it takes minutes.
    """

    name: str
    part: str
    attempt: str
    defence: str
    command: str
    long: bool = False


def rows() -> list[Row]:
    """Return all of them, in the order of the page.

    Raises:
        TypeError: a row of the file lacks a field, or has one that no row has.
    """
    written = tomllib.loads(_FILE.read_text(encoding="utf-8"))["row"]
    attacks = [Row(f"attack-{case.number}", ATTACKS, case.name, case.wanted, _again(case), long=True) for case in CASES]
    return [Row(**row) for row in written] + attacks


def _again(case: Case) -> str:
    return f'make attack ATTACK="--only {case.number}"'
