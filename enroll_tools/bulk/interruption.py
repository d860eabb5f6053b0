"""Ending a bulk enrolment before it is done, in good order: Ctrl-C, or the end of the machine's day."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruption() -> Iterator[Event]:
    """Give an event that is set by the first SIGINT or SIGTERM; the second one ends the process as ever."""
    stop = Event()
    former = {number: signal.getsignal(number) for number in _SIGNALS}

    def ask(number: int, _: FrameType | None) -> None:
        stop.set()
        signal.signal(number, former[signal.Signals(number)])

    for number in _SIGNALS:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number in _SIGNALS:
            signal.signal(number, former[number])
