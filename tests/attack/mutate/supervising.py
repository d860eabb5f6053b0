"""A run in a process of its own: one that dies or hangs is a find too."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.attack.mutate.findings import Find, Report

LONGEST_CALL_SECONDS = 180.0
"""That the process may be at one number: what has not ended then does not end."""

_LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Task:
    """Which mutants are to be made."""

    seed: int
    first: int
    calls: int


Made = Callable[[int], Any]
Work = Callable[[Task, Path, Any, Connection], None]


def supervised(task: Task, output: Path, made: Made = lambda _: None, work: Work | None = None) -> Report:
    """Make the mutants, and return what came of it, whatever that does to the process.

    Args:
        task: which.
        output: file for what libraries write past the log.
        made: told now and then how many have been made.
        work: what the process does; tests give something else.
    """
    # Threads of linear algebra wait for each other by spinning: matrices this small are quicker without.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    context = multiprocessing.get_context("spawn")
    number = context.Value("q", task.first)
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=work or _work, args=(task, output, number, theirs), name="mutate")
    process.start()
    theirs.close()
    at, since = -1, time.monotonic()
    while not ours.poll(_LOOK_SECONDS) and process.is_alive():
        made(number.value - task.first)
        if number.value != at:
            at, since = number.value, time.monotonic()
        elif time.monotonic() > since + LONGEST_CALL_SECONDS:
            process.kill()
            return _ended_by(task, number.value, "the process hung")
    try:
        report: Report = ours.recv()
    except EOFError:
        process.join()
        return _ended_by(task, number.value, f"the process died: exit code {process.exitcode}")
    process.join()
    return report


def _ended_by(task: Task, number: int, fault: str) -> Report:
    return Report(calls=number - task.first, finds=[Find(number, fault)])


def _work(task: Task, output: Path, number: Any, report: Connection) -> None:
    """Run in the process; what is printed to stderr there, by whomever, goes to a file."""
    from tests.attack.mutate.run import run

    with output.open("wb") as file:
        os.dup2(file.fileno(), 2)

    def begun(at: int) -> None:
        number.value = at

    report.send(run(task.seed, range(task.first, task.first + task.calls), begun))
