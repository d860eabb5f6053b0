"""How many people a client may read in a day of whom nobody has shown a finger."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from idverify.domain.errors import DomainError, Reason
from idverify.ports import Clock, UnitOfWork
from idverify.services.calls.call import Call
from idverify.services.calls.refusing import Concern


@dataclass(frozen=True, slots=True)
class ReadBudget:
    """Counts in the transaction that reads. A day is one of UTC.

    Attributes:
        clock: tells the day.
        most: people a client and day, where its entry does not say otherwise.
    """

    clock: Clock
    most: int

    def left(self, uow: UnitOfWork, call: Call) -> int:
        """Return how many people may be read still. Raises DomainError READ_BUDGET_EXCEEDED if none."""
        now = self.clock.now()
        most = self.most if call.caller.reads_per_day is None else call.caller.reads_per_day
        left = most - uow.reads.of(call.caller.limited_as, now.date())
        if left > 0:
            return left
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        raise DomainError(
            Reason.READ_BUDGET_EXCEEDED,
            "this client has read as many people as it may in a day",
            {"reads_per_day": str(most), "retry_seconds": str(math.ceil((midnight - now).total_seconds()))},
        )

    def spend_one(self, uow: UnitOfWork, call: Call, about: Concern) -> None:
        """Count one person before they are looked for: a number that nobody bears tells something too, and counts.

        Raises:
            DomainError: READ_BUDGET_EXCEEDED.
        """
        self._spend_one(uow, call)
        # Looked at again: of any number of readings at the same moment no more are told than may be.
        about.on_refusal = partial(self._spend_one, call=call)

    def _spend_one(self, uow: UnitOfWork, call: Call) -> None:
        self.left(uow, call)
        self.spend(uow, call, 1)

    def spend(self, uow: UnitOfWork, call: Call, people: int) -> None:
        """Count people who are read now."""
        uow.reads.add(call.caller.limited_as, self.clock.now().date(), people)
