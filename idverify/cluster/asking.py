"""Asking all shards at once: of each the quickest copy, a second one where the first is slower than it usually is."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, field

from idverify.cluster.copies import Copy, NoAnswerError, Pending, believed
from idverify.cluster.messages import Message
from idverify.ports import Deadline

_STEP_SECONDS = 0.05
"""So often it is asked whether the caller still waits."""

_BROKEN = {"NOT_HELD", "ANOTHER_LIFE", "NOT_AN_ANSWER"}


@dataclass(slots=True)
class Shard:
    """What is asked of one shard: for some of its buckets, of these copies."""

    number: int
    buckets: frozenset[int]
    copies: Sequence[Copy]


@dataclass(slots=True)
class Asked:
    """How one shard's question stands.

    Attributes:
        message: what is asked.
        copies: not asked yet, the quickest first.
        pending: under way.
        told: the answer; None: none yet.
        hedge_at: when the next copy is asked.
        doubted: copies that turned out to be no longer what they were.
        silent: copies that did not answer.
    """

    message: Message
    copies: list[Copy]
    pending: list[tuple[Copy, Pending]] = field(default_factory=list)
    told: Message | None = None
    hedge_at: float = 0.0
    doubted: list[Copy] = field(default_factory=list)
    silent: list[Copy] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether an answer may still come."""
        return self.told is None and bool(self.pending or self.copies)

    def ask_next(self) -> None:
        """Ask the next copy, if there is one."""
        if self.copies:
            copy = self.copies.pop(0)
            self.pending.append((copy, copy.begin(self.message)))
            self.hedge_at = time.monotonic() + copy.usual_seconds

    def look(self) -> None:
        """Take what has come; ask another copy at once where one failed, or is slow."""
        for copy, pending in [each for each in self.pending if each[1].future.done()]:
            self.pending.remove((copy, pending))
            try:
                told = copy.end(pending)
            except NoAnswerError as error:
                if str(error) in _BROKEN:
                    self.doubted.append(copy)
                elif str(error) != "DEADLINE_EXCEEDED":
                    self.silent.append(copy)
                continue
            if told.facts["life"] != copy.life:
                self.doubted.append(copy)
                continue
            copy.took(time.monotonic() - pending.began)
            self.told = self.told or told
        if self.told is None and (not self.pending or time.monotonic() >= self.hedge_at):
            self.ask_next()


def ask_all(shards: Sequence[Shard], messages: Sequence[Message], seconds: float, deadline: Deadline) -> list[Asked]:
    """Ask every shard, for so many seconds at most.

    Args:
        shards: which, and their copies.
        messages: what each is asked.
        seconds: after which whoever has not answered is silent.
        deadline: of the call; asked all the while.

    Raises:
        DomainError: DEADLINE_EXCEEDED.
    """
    end = time.monotonic() + seconds
    asked = [
        Asked(message, believed(shard.copies, shard.buckets)) for shard, message in zip(shards, messages, strict=True)
    ]
    for each in asked:
        each.ask_next()
    while open_ones := [each for each in asked if each.open]:
        now = time.monotonic()
        if now >= end:
            break
        deadline.check()
        until = min([end, now + _STEP_SECONDS, *(each.hedge_at for each in open_ones if each.copies)])
        futures = [pending.future for each in open_ones for _, pending in each.pending]
        if futures:
            wait(futures, max(0.0, until - now), return_when=FIRST_COMPLETED)
        for each in open_ones:
            each.look()
    for each in asked:
        if each.told is None:
            each.silent += [copy for copy, _ in each.pending]
    return asked
