"""Processes that get on slowly: stopped most of the time, a moment each, as where too much runs on their machine."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

_STANDS, _RUNS = 0.08, 0.02
"""Seconds, in turn: a fifth of its speed."""


class Slowing:
    """Slows processes down until it is ended.

    Args:
        processes: asked for once, when it begins.
    """

    def __init__(self, processes: Callable[[], Sequence[int]]) -> None:
        self._processes = processes
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Begin."""
        self._ended.clear()
        self._thread = threading.Thread(target=self._slow, args=(self._processes(),), name="slowing")
        self._thread.start()

    def end(self) -> None:
        """Let them run again."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _slow(self, processes: Sequence[int]) -> None:
        while not self._ended.is_set():
            _signal(processes, signal.SIGSTOP)
            self._ended.wait(_STANDS)
            _signal(processes, signal.SIGCONT)
            self._ended.wait(_RUNS)


def _signal(processes: Sequence[int], number: signal.Signals) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, number)
