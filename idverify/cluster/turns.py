"""Each change is taken once: who carries messages can keep one, and bring it again when it is no longer true."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

_WINDOW = 1024
"""Turns of one sender that may overtake each other; what is older comes too late."""


@dataclass(slots=True)
class Sender:
    """Numbers what one server sends to one copy.

    Attributes:
        start: which start of the shard it is meant for, as the shard last said; empty: it did not say yet.
    """

    start: str = ""
    _name: str = field(default_factory=lambda: os.urandom(8).hex())
    _turns: count[int] = field(default_factory=lambda: count(1))

    def next(self) -> dict[str, Any]:
        """Return the facts that a message has beside its own."""
        return {"start": self.start, "sender": self._name, "turn": next(self._turns)}


class Turns:
    """What a shard has taken since its process started. Not thread-safe.

    Attributes:
        start: a name of that start: what was meant for another is not taken.
    """

    def __init__(self) -> None:
        self.start = os.urandom(8).hex()
        self._highest: dict[str, int] = {}
        self._taken: dict[str, set[int]] = {}

    def take(self, facts: Mapping[str, Any]) -> bool:
        """Tell whether a message is meant for this start, and take it: it was not taken before."""
        if facts["start"] != self.start:
            return False
        sender, turn = str(facts["sender"]), int(facts["turn"])
        taken = self._taken.setdefault(sender, set())
        highest = max(self._highest.get(sender, 0), turn)
        if turn in taken or turn <= highest - _WINDOW:
            return False
        self._highest[sender] = highest
        taken.add(turn)
        if len(taken) > 2 * _WINDOW:
            self._taken[sender] = {each for each in taken if each > highest - _WINDOW}
        return True
