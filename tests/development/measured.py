"""Every test, in runs beside each other, and measured where what is trusted is tested.

python -m tests.development.measured

A test that is measured takes half as long again, and most are not of what is trusted. Measured are the tests of the
service without its database servers and of the formats, and those over its socket; not those of the matcher, the tools
and the attacks. The output of each run comes whole when it has ended.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

BESIDE = 3
"""Runs at a time: one more than the cores that there are, as tests wait for servers."""

COMPILING = (
    "from matcher import RidgeExtractor; from matcher.warm_up import warm_up; warm_up(RidgeExtractor())",
    "from matcher.extraction.leader import load_leader; from matcher.warm_up import warm_up; warm_up(load_leader())",
)
"""Makes the machine code of the matcher, else each run that needs it makes its own: half a minute of a processor."""


@dataclass(frozen=True)
class Run:
    """One pytest process.

    Attributes:
        name: of its log.
        folders: what it runs.
        chosen: further arguments, which choose among the tests of the folders; runs of the same folders divide them.
        measured: whether the branches are counted that its tests take.
    """

    name: str
    folders: tuple[str, ...]
    chosen: tuple[str, ...] = ()
    measured: bool = False


_APART = (
    Run("service", ("tests/property", "tests/unit/idverify", "tests/unit/matcher/formats"), measured=True),
    Run("e2e-slow", ("tests/e2e",), ("-m", "slow")),
    Run("e2e", ("tests/e2e",), ("-m", "not slow", "-k", "not postgresql"), measured=True),
    Run("attack", ("tests/attack",)),
    Run("contract", ("tests/contract",)),
    Run("e2e-postgresql", ("tests/e2e",), ("-m", "not slow", "-k", "postgresql")),
    Run("tools", ("tests/unit/benchmarks", "tests/unit/enroll_tools")),
    Run("page", ("tests/page",), measured=True),
)
_ELSEWHERE = sorted({folder for run in _APART for folder in run.folders})

RUNS = (*_APART[:6], Run("rest", ("tests",), tuple(f"--ignore={folder}" for folder in _ELSEWHERE)), *_APART[6:])
"""In the order in which they begin, the longest first. The rest is what no other has, so that no test is in none."""


def main(out: Path = Path("out/coverage")) -> int:
    """Run all tests and put together what was measured; return the exit status, 0 if all passed."""
    out.mkdir(parents=True, exist_ok=True)
    for former in out.glob("data*"):
        former.unlink()
    failed = []
    with ThreadPoolExecutor(BESIDE) as workers:
        compiled = workers.submit(_compile)
        for run, ended in zip(RUNS, workers.map(lambda run: _played(run, out), RUNS), strict=True):
            print(f"== {run.name}, {ended.seconds:.0f} s\n{ended.said}", flush=True)
            failed += [] if ended.passed else [run.name]
        compiled.result()
    for action in ("combine", "json"):
        subprocess.run([sys.executable, "-m", "coverage", action], check=True)
    print("failed: " + ", ".join(failed) if failed else "all passed")
    return 1 if failed else 0


def _compile() -> None:
    for program in COMPILING:
        subprocess.run([sys.executable, "-c", program], check=True)


@dataclass(frozen=True)
class _Ended:
    passed: bool
    said: str
    seconds: float


def _played(run: Run, out: Path) -> _Ended:
    began, log = monotonic(), out / f"{run.name}.log"
    with log.open("wb") as told:
        environment = {**os.environ, "COVERAGE_FILE": str(out / f"data.{run.name}")}
        status = subprocess.run(command(run), stdout=told, stderr=subprocess.STDOUT, env=environment, check=False)
    return _Ended(status.returncode == 0, log.read_text(encoding="utf-8"), monotonic() - began)


def command(run: Run) -> Sequence[str]:
    """Return what is run."""
    told = ("--durations=15", "--durations-min=3")
    measuring = ("--cov", "--cov-report=") if run.measured else ()
    return [sys.executable, "-m", "pytest", *told, *measuring, *run.folders, *run.chosen]


if __name__ == "__main__":
    sys.exit(main())
