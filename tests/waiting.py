"""Waiting for what must come, as long as a busy machine may take; how long it took is never asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

PATIENCE = 60.0
"""Seconds after which what has not come will not."""


def wait_until(condition: Callable[[], object], patience: float = PATIENCE) -> None:
    """Return when a condition holds; fail if it never does."""
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


async def until(condition: Callable[[], object]) -> None:
    """Do the same and let the event loop run meanwhile."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        await asyncio.sleep(0.01)
