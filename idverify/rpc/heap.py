"""Giving back to the system what large requests took.

What gRPC reads comes in pieces from many threads, and glibc keeps the room of freed pieces for the next ones of the
same thread: hundreds of megabytes after a burst of large requests, for ever. ``malloc_trim`` (malloc_trim(3)) gives the
whole pages among them back. It takes a tenth of a second where there is much to give, so that it is done after large
requests only.
"""

from __future__ import annotations

import asyncio
import ctypes
from collections.abc import Callable

_EVERY_SECONDS = 5.0
_ROUNDS = 6
"""After a large request was answered: the thread that worked on it lets go of it a moment later."""

_LIBC = ctypes.CDLL(None)
_TRIM, _TUNE = getattr(_LIBC, "malloc_trim", None), getattr(_LIBC, "mallopt", None)
"""None where the C library is another one."""

_M_MMAP_THRESHOLD = -3
_LARGE_BYTES = 4 << 20
"""Less than a large body, and more than what an extractor allocates again and again."""


def map_large_blocks() -> None:
    """Let blocks of 4 MiB or more have pages of their own, which the system has back when they are freed.

    glibc begins so (mallopt(3), ``M_MMAP_THRESHOLD``), but takes room for what is as large as the largest block that
    was freed so far, up to 32 MiB, from the heap from then on. For the process, from now on.
    """
    if _TUNE is not None:
        _TUNE(_M_MMAP_THRESHOLD, _LARGE_BYTES)


def give_back() -> None:
    """Give back the memory that is free."""
    if _TRIM is not None:
        _TRIM(0)


async def keep_giving_back(large_requests: Callable[[], int], every_seconds: float = _EVERY_SECONDS) -> None:
    """Give memory back for a while after large requests, until this is cancelled.

    Args:
        large_requests: tells how many have been answered.
        every_seconds: between two looks.
    """
    known = rounds = 0
    while True:
        await asyncio.sleep(every_seconds)
        if (read := large_requests()) != known:
            known, rounds = read, _ROUNDS
        if rounds:
            rounds -= 1
            await asyncio.to_thread(give_back)
