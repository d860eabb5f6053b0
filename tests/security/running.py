"""Running one command of the table, and telling what came of it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.places import REPOSITORY

_COUNT = re.compile(r"(\d+) (passed|skipped)\b")
_NOT_SHOWN = re.compile(r"^NOT SHOWN: .*$", re.MULTILINE)
"""A line of a command that found nothing wrong, and could not look at everything (``make supply-chain``)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``result`` in words, whether that is as it should be, how long it took, and where what it printed is."""

    result: str
    held: bool
    seconds: float
    log: str


def words_of(command: str) -> list[str]:
    """Return a command of the table as this machine runs it.

    Raises:
        ValueError: it is neither pytest nor make.
    """
    program, *arguments = shlex.split(command)
    match program:
        case "pytest":
            return [sys.executable, "-m", "pytest", "-q", "--no-header", *arguments]
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
    result, held = judged(command, status, log.read_text(encoding="utf-8", errors="replace"))
    return Outcome(result, held, took, str(log))


def judged(command: str, status: int, printed: str) -> tuple[str, bool]:
    """Return what came of a command, and whether that shows what it should: tests that all skipped show nothing."""
    if status and (not_shown := _NOT_SHOWN.search(printed)):
        return not_shown[0], False
    if status:
        return f"FAILED ({status})", False
    if not command.startswith("pytest "):
        return "held", True
    last = printed.strip().rpartition("\n")[2]
    counts = {word: int(number) for number, word in _COUNT.findall(last)}
    if not counts.get("passed"):
        return "NOTHING SHOWN: all skipped", False
    skipped = f", {counts['skipped']} skipped" if counts.get("skipped") else ""
    return f"held: {counts['passed']} passed{skipped}", True
