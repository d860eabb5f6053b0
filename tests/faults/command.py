"""Every write that fails, and every power cut: ``python -m tests.faults.command``, or ``make faults``.

Prints how many there were and what was found; ends with 0 if nothing was. How far it has come is told on stderr.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.faults.disk import built
from tests.places import REPOSITORY

_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where the disk lies: what is synced is known from the record, not from a device."""


def outcomes(job: str, *arguments: str) -> Iterator[dict[str, Any]]:
    """Run a job of the worker in a process of its own; yield what it tells.

    Raises:
        RuntimeError: it ended before its end.
    """
    with tempfile.TemporaryDirectory(prefix="faults-", dir=_MEMORY) as folder:
        shim = built(Path(folder))
        environment = {**os.environ, "LD_PRELOAD": str(shim), "PYTHONWARNINGS": "ignore"}
        command = [sys.executable, "-m", "tests.faults.worker", folder, job, *arguments]
        with subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                yield json.loads(line)
        if process.returncode:
            raise RuntimeError(f"the worker ended with {process.returncode}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return the exit status: 0 nothing was found, 1 something was."""
    parser = argparse.ArgumentParser(prog="make faults", description="a disk that fails, and power cuts")
    parser.add_argument("--every", type=int, default=1, help="only each so-manyth of them, in ways that take turns")
    parser.add_argument("--only", choices=["faults", "cuts"], help="one of the two")
    given = parser.parse_args(arguments)
    found = 0
    for job, what in (("faults", "writes that fail"), ("cuts", "power cuts")):
        if given.only in {None, job}:
            found += _told(job, what, given.every)
    return 1 if found else 0


def _told(job: str, what: str, every: int) -> int:
    """Run one job; print what it came to, and return how many runs found something."""
    began, runs, found = time.monotonic(), 0, 0
    refused: Counter[str] = Counter()
    for outcome in outcomes(job, str(every)):
        runs += 1
        refused.update(reason.partition(":")[0] for reason in outcome["refused"].values())
        if outcome["findings"]:
            found += 1
            print(f"{outcome['what']}:", *outcome["findings"], sep="\n  ")
        if not runs % 50:
            print(f"{runs} {what}", file=sys.stderr)
    told = ", ".join(f"{reason} {count}" for reason, count in refused.most_common())
    print(f"{runs} {what}, {found} with findings; {round(time.monotonic() - began)} s")
    if told:
        print(f"  what was told: {told}")
    return found


if __name__ == "__main__":
    sys.exit(main())
