"""What bandit's rules find in the code that is shipped, by ruff (S)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.places import REPOSITORY
from tests.supply_chain.part import Part

_CODE = ("matcher", "idverify", "enroll_tools", "benchmarks")
_ASSERTS = "S101"
"""They narrow types; pyproject.toml leaves them out too."""


def static() -> Part:
    """Look at the code as it is, and once more without regard to what is allowed where it stands."""
    found = [f"{place}: {code}" for place, code in _found()]
    allowed = len(_found("--ignore-noqa")) - len(found)
    return Part(
        "static",
        (f"ruff S: {len(found)} found in {', '.join(_CODE)}; {allowed} allowed where they stand (noqa)",),
        tuple(found),
    )


def _found(*options: str) -> list[tuple[str, str]]:
    ruff = (Path(sys.executable).with_name("ruff"), "check", "--no-cache", "--select", "S", "--ignore", _ASSERTS)
    ended = subprocess.run(
        [*ruff, "--output-format", "json", *options, *_CODE],
        check=False,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    if ended.returncode not in {0, 1}:
        raise OSError(f"ruff: {ended.stderr.strip()}")
    return [
        (f"{Path(one['filename']).relative_to(REPOSITORY)}:{one['location']['row']}", str(one["code"]))
        for one in json.loads(ended.stdout)
    ]
