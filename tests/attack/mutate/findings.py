"""What a run came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Find:
    """Something that is wrong, and the number of the mutant after which it was."""

    number: int
    fault: str
    rpc: str = ""


@dataclass
class Report:
    """Figures and finds.

    Attributes:
        calls: that were made.
        at_socket: of them, over a real connection.
        seconds: that they took.
        codes: how they ended.
        reasons: why they, and requests of streams, were refused.
        answered: those that were not, by RPC.
        finds: what is wrong.
        slowest: seconds, number and RPC of the calls that took longest.
        warm_memory: resident bytes after the warm-up; 0: there were fewer calls.
        memory: resident bytes at the end.
        events: in the trail at the end.
    """

    calls: int = 0
    at_socket: int = 0
    seconds: float = 0.0
    codes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    finds: list[Find] = field(default_factory=list)
    slowest: list[tuple[float, int, str]] = field(default_factory=list)
    warm_memory: int = 0
    memory: int = 0
    events: int = 0

    def count(self, rpc: str, code: str, reasons: Sequence[str]) -> None:
        """Count how a call ended."""
        self.codes[code] += 1
        self.reasons.update(reasons)
        if code == "OK":
            self.answered[rpc] += 1
