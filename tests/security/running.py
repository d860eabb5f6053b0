"""Running one command of the table, and telling what came of it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from tests.places import REPOSITORY

_COUNT = re.compile(r"(\d+) (passed|skipped)\b")
_NOT_SHOWN = re.compile(r"^NOT SHOWN: .*$", re.MULTILINE)
"""A line of a command that found nothing wrong, and could not look at everything (``make supply-chain``)."""
_SKIPPED = re.compile(r"^SKIPPED \[\d+\] \S+ (.*)$", re.MULTILINE)
"""Why tests were left out, by pytest's ``-rs``."""


class End(Enum):
    """What came of a command.

    It showed what it should, or that it is not so; or what it needs is not on this machine.
    """

    HELD = auto()
    FAILED = auto()
    NOT_SHOWN = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """``result`` in words, what that means, how long it took, and where what it printed is."""

    result: str
    end: End
    seconds: float
    log: str

    def facts(self) -> dict[str, object]:
        """Return it as JSON has it."""
        return {
            "result": self.result,
            "held": self.end is End.HELD,
            "shown": self.end is not End.NOT_SHOWN,
            "seconds": round(self.seconds, 1),
            "log": self.log,
        }


def words_of(command: str) -> list[str]:
    """Return a command of the table as this machine runs it.

    Raises:
        ValueError: it is neither pytest nor make.
    """
    program, *arguments = shlex.split(command)
    match program:
        case "pytest":
            return [sys.executable, "-m", "pytest", "-q", "--no-header", "-rs", *arguments]
        case "make":
            return ["make", "--no-print-directory", *arguments]
        case _:
            raise ValueError(f"{command}: neither pytest nor make")


def run(command: str, log: Path) -> Outcome:
    """Run it, with what it prints in a file."""
    # a make within a make would be told of the outer one's jobs
    environment = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "OUT"}}
    began = time.monotonic()
    with log.open("wb") as out:
        status = subprocess.run(
            words_of(command), check=False, cwd=REPOSITORY, env=environment, stdout=out, stderr=subprocess.STDOUT
        ).returncode
    took = time.monotonic() - began
    result, end = judged(command, status, log.read_text(encoding="utf-8", errors="replace"))
    return Outcome(result, end, took, str(log))


def judged(command: str, status: int, printed: str) -> tuple[str, End]:
    """Return what came of a command, in words and by kind: tests that all skipped show nothing."""
    if status and (not_shown := _NOT_SHOWN.search(printed)):
        return not_shown[0], End.NOT_SHOWN
    if status:
        return f"FAILED ({status})", End.FAILED
    if not command.startswith("pytest "):
        return "held", End.HELD
    last = printed.strip().rpartition("\n")[2]
    counts = {word: int(number) for number, word in _COUNT.findall(last)}
    passed, skipped = counts.get("passed", 0), counts.get("skipped", 0)
    if passed:
        return f"held: {passed} passed" + (f", {skipped} skipped" if skipped else ""), End.HELD
    if skipped:
        return "NOT SHOWN: all skipped: " + "; ".join(sorted(set(_SKIPPED.findall(printed)))), End.NOT_SHOWN
    return "FAILED: it ended well, and no test passed", End.FAILED
