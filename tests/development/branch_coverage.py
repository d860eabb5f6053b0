"""Fails where tests leave too many branches untaken: what is trusted is tested both ways round.

python -m tests.development.branch_coverage out/coverage.json
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PACKAGES = (
    "matcher/formats",
    "idverify/domain",
    "idverify/trust",
    "idverify/access",
    "idverify/dispatch",
    "idverify/rpc",
)
"""What is held to it; nothing in them is compiled, which no tracer sees."""

LEAST_PERCENT = 95.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """Branches of a package, and those that no test took as ``file:line``."""

    package: str
    branches: int
    taken: int
    missing: tuple[str, ...]

    @property
    def percent(self) -> float:
        """Part of the branches that was taken."""
        return 100.0 * self.taken / self.branches if self.branches else 0.0

    @property
    def enough(self) -> bool:
        """A package without any branch was not measured."""
        return self.percent >= LEAST_PERCENT


def coverage_of(package: str, files: Mapping[str, Any]) -> Coverage:
    """Add up the files of a package, as coverage.py's JSON report has them."""
    branches, taken, missing = 0, 0, []
    for name, file in sorted(files.items()):
        if name.startswith(f"{package}/"):
            branches += file["summary"]["num_branches"]
            taken += file["summary"]["covered_branches"]
            missing += [f"{name}:{source}" + (f"->{to}" if to > 0 else "") for source, to in file["missing_branches"]]
    return Coverage(package, branches, taken, tuple(missing))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each package; return 1 if one falls short."""
    parser = argparse.ArgumentParser(prog="python -m tests.development.branch_coverage", description=__doc__)
    parser.add_argument("report", type=Path, help="what `coverage json` or `pytest --cov-report=json` wrote")
    files = json.loads(parser.parse_args(arguments).report.read_text(encoding="utf-8"))["files"]
    measured = [coverage_of(package, files) for package in PACKAGES]
    for one in measured:
        verdict = "" if one.enough else f"  less than {LEAST_PERCENT:g} %: {' '.join(one.missing) or 'not measured'}"
        print(f"{one.package:18} {one.percent:6.2f} % of {one.branches} branches{verdict}")
    return 0 if all(one.enough for one in measured) else 1


if __name__ == "__main__":
    sys.exit(main())
