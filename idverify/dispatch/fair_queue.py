"""Calls that wait for a worker: the urgent first, and of one urgency every client in its turn."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

_LEAST_COST = 0.001  # seconds; of calls that nobody has measured yet


class Priority(IntEnum):
    """What is worked on first, from what somebody stands and waits for to what can be done at night."""

    COUNTER = 0
    CHECK = 1
    BATCH = 2


@dataclass(frozen=True, slots=True)
class Errand:
    """A call, as far as its place in the queue depends on it.

    Attributes:
        method: full name.
        priority: how urgent.
        client: who asks.
        ends: when nobody waits for the answer any more, on the clock of the workers.
    """

    method: str
    priority: Priority
    client: str
    ends: float


@dataclass(eq=False, slots=True)
class Ticket:
    """A place in the queue.

    Attributes:
        errand: whose.
        expected: seconds of work.
        turn: its place among those of the same priority.
        number: of two with the same turn the first one goes first.
        work: what is to be done; None as long as the request is being read, and afterwards.
        answer: where what came of it goes; None likewise.
        started: when it was begun.
        took: seconds that the work took.
    """

    errand: Errand
    expected: float
    turn: float
    number: int
    work: Callable[[], Any] | None = None
    answer: asyncio.Future[Any] | None = None
    started: float = 0.0
    took: float = field(default=0.0)

    @property
    def order(self) -> tuple[int, float, int]:
        """What sorts the queue."""
        return self.errand.priority, self.turn, self.number


class FairQueue:
    """Start-time fair queueing (Goyal, Vin and Cheng 1996) by client, within each priority.

    A client's turn comes as much later as its calls before cost; so one that sends many waits for itself, and not the
    others for it.
    """

    def __init__(self) -> None:
        self._tickets: list[Ticket] = []
        self._waiting: dict[Priority, Counter[str]] = {priority: Counter() for priority in Priority}
        self._now = dict.fromkeys(Priority, 0.0)
        self._next: dict[tuple[Priority, str], float] = {}
        self._numbers = 0

    def __iter__(self) -> Iterator[Ticket]:
        """Go through the tickets in the order of their turns."""
        return iter(self._tickets)

    def next_turn(self, priority: Priority, client: str) -> float:
        """Return which turn a new call of a client would have."""
        return max(self._now[priority], self._next.get((priority, client), 0.0))

    def ahead(self, priority: Priority, client: str) -> float:
        """Return the seconds of work that go before a new call of a client, or will if the others catch up with it."""
        turn = self.next_turn(priority, client)
        before = self._work_before((priority, turn, self._numbers))
        waiting = self._waiting[priority]
        others = len(waiting) - (client in waiting)
        if not others:
            return before
        return max(before, self._work_before((priority,)) + (turn - self._now[priority]) * (1 + others))

    def enter(self, errand: Errand, expected: float) -> Ticket:
        """Add a call."""
        turn = self.next_turn(errand.priority, errand.client)
        ticket = Ticket(errand, expected, turn, self._numbers)
        self._numbers += 1
        self._next[errand.priority, errand.client] = turn + max(expected, _LEAST_COST)
        insort(self._tickets, ticket, key=_order)
        self._waiting[errand.priority][errand.client] += 1
        return ticket

    def leave(self, ticket: Ticket) -> bool:
        """Remove a ticket; tell whether it was there."""
        if ticket not in self._tickets:
            return False
        self._remove(ticket)
        return True

    def pop(self) -> Ticket | None:
        """Remove and return the first whose work is known, or None."""
        ticket = next((one for one in self._tickets if one.work is not None), None)
        if ticket is not None:
            self._remove(ticket)
            priority = ticket.errand.priority
            self._now[priority] = max(self._now[priority], ticket.turn)
            self._next = {key: turn for key, turn in self._next.items() if turn > self._now[key[0]]}
        return ticket

    def waiting(self, priority: Priority) -> int:
        """Return how many of a priority wait."""
        return self._waiting[priority].total()

    def last_of_greediest(self, priority: Priority, client: str) -> Ticket | None:
        """Return the last ticket of whoever waits with most, if these are at least two more than the client's."""
        waiting = self._waiting[priority]
        if not waiting:
            return None
        greediest, most = waiting.most_common(1)[0]
        if most < waiting[client] + 2:
            return None
        return next(one for one in reversed(self._tickets) if _is_of(one, priority, greediest))

    def _work_before(self, order: tuple[float, ...]) -> float:
        return sum(one.expected for one in self._tickets[: bisect_left(self._tickets, order, key=_order)])

    def _remove(self, ticket: Ticket) -> None:
        self._tickets.remove(ticket)
        waiting, client = self._waiting[ticket.errand.priority], ticket.errand.client
        waiting[client] -= 1
        if not waiting[client]:
            del waiting[client]


def _order(ticket: Ticket) -> tuple[float, ...]:
    return ticket.order


def _is_of(ticket: Ticket, priority: Priority, client: str) -> bool:
    return ticket.errand.priority is priority and ticket.errand.client == client
