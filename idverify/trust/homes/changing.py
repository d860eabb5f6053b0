"""One at a time changes keys in a folder, whatever file they are in."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from idverify.trust.homes.unavailable import keys_unavailable

PATIENCE = 10.0
"""Seconds for which a command waits for another that changes keys in the same folder: a token may be slow."""

_LOOK_SECONDS = 0.05


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Keep others from changing keys in the folder of a file: each begins with what the one before left.

    The lock is of the folder, and ends with whoever holds it, however that ends.

    Raises:
        DomainError: KEYS_UNAVAILABLE: another one is at it, and does not come to its end.
        OSError: there is no such folder.
    """
    descriptor, until = os.open(path.parent, os.O_RDONLY), time.monotonic() + PATIENCE
    try:
        while not _locked(descriptor):
            if time.monotonic() > until:
                raise keys_unavailable("KEYS_BUSY", f"another command is changing keys in {path.parent}; try again")
            time.sleep(_LOOK_SECONDS)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
