"""A run in processes of their own, beside each other: one that dies or hangs is a find too."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext
from pathlib import Path
from typing import Any

from tests.attack.mutate.findings import Find, Report, merged

LONGEST_CALL_SECONDS = 600.0
"""That a process may be at one number: what has not ended then does not end. Before the first it may have to compile,
which is a minute of a core that others want too."""

_LOOK_SECONDS = 0.2
_CLEARING_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Task:
    """Which mutants are to be made."""

    seed: int
    first: int
    calls: int

    def shares(self, processes: int) -> list[Task]:
        """Return it in so many parts, none empty, each of numbers that follow each other."""
        bounds = [self.first + self.calls * part // processes for part in range(processes + 1)]
        return [Task(self.seed, first, end - first) for first, end in pairwise(bounds) if end > first]


Made = Callable[[int], Any]
Work = Callable[[Task, Path, Any, Connection], None]


def supervised(tasks: Sequence[Task], folder: Path, made: Made = lambda _: None, work: Work | None = None) -> Report:
    """Make the mutants, each task in a process with a service of its own; return what came of all.

    Args:
        tasks: which.
        folder: for what libraries write past the log, a file a task.
        made: told now and then how many have been made.
        work: what a process does; tests give something else. None: the requests.
    """
    context = multiprocessing.get_context("spawn")
    workers = [_Worker(context, task, folder / f"stderr-{task.first}.txt", work or _work) for task in tasks]
    try:
        while at_work := [worker for worker in workers if worker.report is None]:
            wait([worker.pipe for worker in at_work], _LOOK_SECONDS)
            for worker in at_work:
                worker.look()
            made(sum(worker.made for worker in workers))
    finally:
        for worker in workers:
            worker.end()
    return merged([worker.report for worker in workers if worker.report is not None])


class _Worker:
    """A process, as it is seen from outside.

    Attributes:
        pipe: through which its report comes.
        report: of it, once it has ended, however it has.
    """

    def __init__(self, context: SpawnContext, task: Task, output: Path, work: Work) -> None:
        self.report: Report | None = None
        self._task = task
        self._number = context.Value("q", task.first)
        self.pipe, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=work, args=(task, output, self._number, theirs), name="mutate")
        self._process.start()
        theirs.close()
        self._at, self._since = -1, time.monotonic()

    @property
    def made(self) -> int:
        """How many mutants it has made."""
        return self._number.value - self._task.first if self.report is None else self.report.calls

    def look(self) -> None:
        """Take its report if there is one, and give it up if it does not get on."""
        if self.pipe.poll():
            self.report = self._received()
        elif self._number.value != self._at:
            self._at, self._since = self._number.value, time.monotonic()
        elif time.monotonic() > self._since + LONGEST_CALL_SECONDS:
            self._process.kill()
            self.report = self._ended_by("the process hung")

    def end(self) -> None:
        """Wait for its end; if nobody waits for its report any more, no longer than it may clear away."""
        if self.report is None:
            self._process.terminate()
        self._process.join(None if self.report else _CLEARING_SECONDS)
        self._process.kill()

    def _received(self) -> Report:
        try:
            report: Report = self.pipe.recv()
        except EOFError:
            self._process.join()
            return self._ended_by(f"the process died: exit code {self._process.exitcode}")
        return report

    def _ended_by(self, fault: str) -> Report:
        number = self._number.value
        return Report(calls=number - self._task.first, finds=[Find(number, fault)])


def _work(task: Task, output: Path, number: Any, report: Connection) -> None:
    """Run in the process; what is printed to stderr there, by whomever, goes to a file."""
    from tests.attack.mutate.run import run

    with output.open("wb") as file:
        os.dup2(file.fileno(), 2)

    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, lambda *_: sys.exit())  # not by cancelling what is awaited: that would be a client who goes
    parent = os.getppid()

    def begun(at: int) -> None:
        number.value = at
        if os.getppid() != parent:
            sys.exit("nobody waits for the report any more")

    report.send(run(task.seed, range(task.first, task.first + task.calls), begun))
