"""Every test that is not long, in runs beside each other, and measured where what is trusted is tested.

python -m tests.development.measured

A test that is measured takes half as long again, and most are not of what is trusted. Measured are the tests of the
service without its database servers and of the formats, and those over its socket; not those of the matcher, the pages,
the tools and the attacks. The output of each run comes whole when it has ended. What is marked ``long`` is left to
``make test-long``.
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

from tests.development.branch_coverage import PACKAGES

BESIDE = 3
"""Runs at a time: one more than the cores that there are, as tests wait for servers."""


@dataclass(frozen=True)
class Run:
    """One pytest process.

    Attributes:
        name: of its log.
        folders: what it runs.
        marked: which of their tests, as ``-m`` has it; runs of the same folders divide them.
        chosen: further arguments, which choose among them.
        measured: whether the branches are counted that its tests take.
    """

    name: str
    folders: tuple[str, ...]
    marked: str = ""
    chosen: tuple[str, ...] = ()
    measured: bool = False


_SERVICE = "tests/unit/idverify"
_USED = (f"{_SERVICE}/services", f"{_SERVICE}/start")
_TRUSTED = tuple(f"tests/unit/{package}" for package in PACKAGES)
_APART = (
    Run("services", _USED, measured=True),
    Run("e2e-slow", ("tests/e2e",), "slow or postgresql"),
    Run("contract", ("tests/contract",)),
    Run("e2e", ("tests/e2e",), "not (slow or postgresql)", measured=True),
    Run(
        "service",
        (_SERVICE,),
        chosen=tuple(f"--ignore={folder}" for folder in (*_USED, *_TRUSTED) if folder.startswith(_SERVICE)),
        measured=True,
    ),
    Run("tools", ("tests/unit/benchmarks", "tests/unit/enroll_tools")),
    Run("trusted", ("tests/property", *_TRUSTED), measured=True),
    Run("attack", ("tests/attack",)),
    Run("page", ("tests/page",)),
)
_ELSEWHERE = sorted({folder for run in _APART for folder in run.folders})

RUNS = (Run("rest", ("tests",), chosen=tuple(f"--ignore={folder}" for folder in _ELSEWHERE)), *_APART)
"""In the order in which they begin, the longest first. The rest is what no other has, so that no test is in none."""


def main(out: Path = Path("out/coverage")) -> int:
    """Run all tests and put together what was measured; return the exit status, 0 if all passed."""
    out.mkdir(parents=True, exist_ok=True)
    for former in out.glob("data*"):
        former.unlink()
    failed = []
    with ThreadPoolExecutor(BESIDE) as workers:
        # Else each run that needs it compiles what was changed since the installation: half a minute of a processor.
        compiled = workers.submit(subprocess.run, [sys.executable, "-m", "idverify", "compile"], check=True)
        for run, ended in zip(RUNS, workers.map(lambda run: _played(run, out), RUNS), strict=True):
            took = f"{ended.seconds:.0f} s, {ended.busy:.0f} s of a processor"
            print(f"== {run.name}, {took}\n{ended.said}", flush=True)
            failed += [] if ended.passed else [run.name]
        compiled.result()
    for action in ("combine", "json"):
        subprocess.run([sys.executable, "-m", "coverage", action], check=True)
    print("failed: " + ", ".join(failed) if failed else "all passed")
    return 1 if failed else 0


@dataclass(frozen=True)
class _Ended:
    """``busy``: seconds of a processor, which tell of a test's cost where others run beside it."""

    passed: bool
    said: str
    seconds: float
    busy: float


def _played(run: Run, out: Path) -> _Ended:
    began, log = monotonic(), out / f"{run.name}.log"
    with log.open("wb") as told:
        environment = {**os.environ, "COVERAGE_FILE": str(out / f"data.{run.name}")}
        process = subprocess.Popen(command(run), stdout=told, stderr=subprocess.STDOUT, env=environment)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds, busy = monotonic() - began, used.ru_utime + used.ru_stime
    return _Ended(process.returncode == 0, log.read_text(encoding="utf-8"), seconds, busy)


def command(run: Run) -> Sequence[str]:
    """Return what is run."""
    told = ("--durations=15", "--durations-min=3")
    measuring = ("--cov", "--cov-report=") if run.measured else ()
    marked = f"({run.marked}) and not long" if run.marked else "not long"
    return [sys.executable, "-m", "pytest", *told, *measuring, *run.folders, "-m", marked, *run.chosen]


if __name__ == "__main__":
    sys.exit(main())
