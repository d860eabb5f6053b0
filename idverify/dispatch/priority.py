"""Who goes first where there is not room for all."""

from __future__ import annotations

from enum import IntEnum


class Priority(IntEnum):
    """What is worked on first, from what somebody stands and waits for to what can be done at night."""

    COUNTER = 0
    CHECK = 1
    BATCH = 2
