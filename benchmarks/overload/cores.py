"""The cores of this machine, divided between what serves and what asks.

Who asks is elsewhere, in truth. Where both share their cores, sending is paid for by what serves: ten times the load
then costs it what a machine of the senders' own would pay.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def of_the_service() -> Iterator[None]:
    """Start processes in this block on all cores but the last; on the only one where there is one."""
    with _on(_all()[:-1] or _all()):
        yield


@contextmanager
def of_the_senders() -> Iterator[None]:
    """Send from the last core during a block."""
    with _on(_all()[-1:]):
        yield


@contextmanager
def _on(cores: list[int]) -> Iterator[None]:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _all() -> list[int]:
    return sorted(os.sched_getaffinity(0))
