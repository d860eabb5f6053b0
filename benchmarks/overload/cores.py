"""The cores of this machine, divided between what serves and what asks.

Who asks is elsewhere, in truth. Where both share their cores, sending is paid for by what serves: ten times the load
then costs it what a machine of the senders' own would pay.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

Server = TypeVar("Server")


@contextmanager
def served_apart(serving: AbstractContextManager[Server]) -> Iterator[Server]:
    """Serve during a block on all cores but the last, and send from that; on the only one where there is one.

    Args:
        serving: starts the process that serves, which takes the cores of whoever starts it.
    """
    cores = sorted(os.sched_getaffinity(0))
    with ExitStack() as undo:
        with _on(cores[:-1] or cores):
            server = undo.enter_context(serving)
        undo.enter_context(_on(cores[-1:]))
        yield server


@contextmanager
def _on(cores: list[int]) -> Iterator[None]:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
