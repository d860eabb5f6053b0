"""The tools that look, in an environment of their own, made when it is missing or its lock is another."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.places import REPOSITORY

_LOCK = Path(__file__).with_name("requirements.lock")
_HOME = REPOSITORY / "out" / "supply-chain-tools"


class ToolsError(Exception):
    """The tools could not be installed."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a tool ended, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def last(self) -> str:
        """The last line of what it complained of."""
        lines = self.err.strip().splitlines()
        return lines[-1] if lines else f"it ended with {self.status} and said nothing"


def install() -> None:
    """Make sure that they are there.

    Raises:
        ToolsError: pip could not install them.
    """
    digest = hashlib.sha256(_LOCK.read_bytes()).hexdigest()
    mark = _HOME / ".installed"
    if mark.is_file() and mark.read_text(encoding="utf-8") == digest:
        return
    made = _run([sys.executable, "-m", "venv", "--clear", str(_HOME)])
    pip = [str(_HOME / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if made.status or (made := _run([*pip, "--no-deps", "--require-hashes", "-r", str(_LOCK)])).status:
        raise ToolsError(f"the tools of {_LOCK.relative_to(REPOSITORY)} could not be installed: {made.last}")
    mark.write_text(digest, encoding="utf-8")


def run(tool: str, *arguments: str | Path) -> Ended:
    """Run one of them."""
    return _run([str(_HOME / "bin" / tool), *(str(argument) for argument in arguments)])


def _run(command: list[str]) -> Ended:
    ended = subprocess.run(command, check=False, cwd=REPOSITORY, capture_output=True, text=True)
    return Ended(ended.returncode, ended.stdout, ended.stderr)
