"""Whose processor time the calls took: that of clerks, servers, cables, PostgreSQL, Ray; looked at once a second."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_EACH_SECONDS = 1.0
_TICK = os.sysconf("SC_CLK_TCK")
_KINDS = (("tests.chaos.served", "servers"), ("tests.chaos.cable", "cables"), ("postgres", "PostgreSQL"))


class Meter(threading.Thread):
    """Measures until it is stopped. What ends between two looks takes less than a second with it, and is left out.

    Args:
        roots: processes that count, with all that they started, beside this one.
    """

    def __init__(self, roots: Sequence[int] = ()) -> None:
        super().__init__(name="meter", daemon=True)
        self._roots = [os.getpid(), *roots]
        self._before: dict[int, float] = {}
        self._now: dict[int, tuple[str, float]] = {}
        self._ended = threading.Event()

    def run(self) -> None:
        self._before = {process: seconds for process, _, seconds in _looked_at(self._roots)}
        while not self._ended.wait(_EACH_SECONDS):
            self._look()

    def stop(self) -> None:
        """Look once more, and no more."""
        self._ended.set()
        self.join()
        self._look()

    def seconds(self) -> Mapping[str, float]:
        """Return what each kind took."""
        took: dict[str, float] = defaultdict(float)
        for process, (kind, seconds) in self._now.items():
            took[kind] += max(0.0, seconds - self._before.get(process, 0.0))
        return took

    def _look(self) -> None:
        self._now |= {process: (kind, seconds) for process, kind, seconds in _looked_at(self._roots)}


def _looked_at(roots: Sequence[int]) -> Iterator[tuple[int, str, float]]:
    """Give each process that counts: its number, its kind, its seconds so far, with those of children that ended."""
    parents, rows = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            row = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().decode(errors="replace")
        except OSError:  # it has ended
            continue
        parents[int(folder.name)] = int(row[1])
        rows[int(folder.name)] = command, [int(each) / _TICK for each in row[11:15]]
    for process, (command, (user, system, waited_user, waited_system)) in rows.items():
        if _is_of(process, roots, parents):
            kind = "clerks" if process == os.getpid() else _kind(command)
            ended = waited_user + waited_system if kind == "PostgreSQL" else 0.0  # one process a connection
            yield process, kind, user + system + ended


def _kind(command: str) -> str:
    return next((kind for words, kind in _KINDS if words in command), "Ray")


def _is_of(process: int, roots: Sequence[int], parents: Mapping[int, int]) -> bool:
    while process not in roots:
        process = parents.get(process, 0)
        if process <= 1:
            return False
    return True
