"""What a run came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

SLOWEST = 5
"""Calls that are told of."""


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
        seconds: that they took; of processes beside each other, the longest.
        codes: how they ended.
        reasons: why they, and requests of streams, were refused.
        answered: those that were not, by RPC.
        finds: what is wrong.
        slowest: seconds, number and RPC of the calls that took longest.
        warm_memory: resident bytes after the warm-up; 0: there were fewer calls. Of processes beside each other, that
            of the one which grew most.
        memory: its resident bytes at the end.
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


def merged(reports: Sequence[Report]) -> Report:
    """Return what processes beside each other came to."""
    most = max(reports, key=lambda report: (report.warm_memory > 0, report.memory - report.warm_memory))
    whole = Report(
        calls=sum(report.calls for report in reports),
        at_socket=sum(report.at_socket for report in reports),
        seconds=max(report.seconds for report in reports),
        finds=sorted((find for report in reports for find in report.finds), key=lambda find: find.number),
        slowest=sorted(slow for report in reports for slow in report.slowest)[-SLOWEST:],
        warm_memory=most.warm_memory,
        memory=most.memory,
        events=sum(report.events for report in reports),
    )
    for report in reports:
        whole.codes += report.codes
        whole.reasons += report.reasons
        whole.answered += report.answered
    return whole
