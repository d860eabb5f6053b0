"""Every test, measured, as two runs beside each other: tests wait for servers, and two cores are there.

python -m tests.development.measured

What servers and databases are started for is one run, everything else the other. The output of each comes whole.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

SERVERS = ("tests/contract", "tests/e2e", "tests/attack")
"""Folders of the first run; the second leaves out exactly these, so that no test is in neither."""

RUNS: Mapping[str, tuple[str, ...]] = {
    "servers": SERVERS,
    "rest": ("tests", *(f"--ignore={folder}" for folder in SERVERS)),
}


def main(out: Path = Path("out/coverage")) -> int:
    """Run all tests and put together what was measured; return the exit status, 0 if all passed."""
    out.mkdir(parents=True, exist_ok=True)
    for former in out.glob("data*"):
        former.unlink()
    running = {name: _begin(name, arguments, out) for name, arguments in RUNS.items()}
    failed = [name for name, run in running.items() if run.wait() != 0]
    for name in RUNS:
        print(f"== {name}", (out / f"{name}.log").read_text(encoding="utf-8"), sep="\n", flush=True)
    for action in ("combine", "json"):
        subprocess.run([sys.executable, "-m", "coverage", action], check=True)
    print("failed: " + ", ".join(failed) if failed else "all passed")
    return 1 if failed else 0


def _begin(name: str, arguments: tuple[str, ...], out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pytest", "--cov", "--cov-report=", *arguments]
    environment = {**os.environ, "COVERAGE_FILE": str(out / f"data.{name}")}
    with (out / f"{name}.log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)


if __name__ == "__main__":
    sys.exit(main())
