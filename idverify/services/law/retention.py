"""The retention schedule put to work: what is due is taken out, where somebody has decided that it shall be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.law.counting import kept_since
from idverify.domain.law.facts import Certainty, Fact, LawFacts
from idverify.domain.law.schedule import SCHEDULE, SWEPT, DataKind, Scheduled
from idverify.domain.model import AuditEntry, RequestContext
from idverify.ports import Clock, Deadline, Store, UnitOfWork
from idverify.services.calls.auditing import Details
from idverify.services.citizens import CitizenService, citizen_of, held_entries
from idverify.services.foreground import Foreground

_AT_ONCE = 1000
"""What is looked for at once."""

_BATCH = 20
"""Subjects of whom something is taken out in one transaction, so that nobody waits long for the database."""

_PATIENCE_SECONDS = 1.0
"""That it waits for calls at most, before each transaction."""


@dataclass(frozen=True, slots=True)
class Due:
    """A line of the schedule today.

    Attributes:
        line: of the schedule.
        fact: the period; None: none is set, or none holds today, and nothing is due.
        count: how many have been kept for it.
        carried_out: the service takes them out: the period is confirmed. What is assumed is told of only.
    """

    line: Scheduled
    fact: Fact | None
    count: int
    carried_out: bool


def look_up(view: UnitOfWork, law: LawFacts, now: datetime) -> list[Due]:
    """Return what is due by each line of the schedule; nothing is changed."""
    found, held = [], held_entries(view)
    for line in SCHEDULE:
        fact = None if line.fact is None else law.on(day_in_viet_nam(now), line.fact)
        count = 0
        if fact is not None and line.kind is not None:
            count = len(view.retention.due(line.kind, kept_since(fact, now), held=held))
        found.append(Due(line, fact, count, line.kind is not None and _is_decided(fact)))
    return found


@dataclass(frozen=True, slots=True)
class RetentionService:
    """Takes out what has been kept for its time; a chore."""

    store: Store
    clock: Clock
    law: LawFacts
    citizens: CitizenService
    foreground: Foreground

    def sweep(self, life: Deadline) -> None:
        """Do it once, in many transactions; each kind of which something was taken out is an event, with numbers only.

        Raises:
            DomainError, StoredDataError: the database cannot be written; DEADLINE_EXCEEDED: the service ends.
        """
        for kind, fact in self._decided():
            before = kept_since(fact, self.clock.now())
            while found := self._found(kind, before):
                for first in range(0, len(found), _BATCH):
                    life.check()
                    self.foreground.give_way(_PATIENCE_SECONDS)
                    self._take_out(kind, fact, before, found[first : first + _BATCH])

    def _found(self, kind: DataKind, before: datetime) -> list[str]:
        """Return the subjects of some of what is due; looking for it may take long, and keeps nobody from writing."""
        with self.store.reading() as view:
            due = view.retention.due(kind, before, held=held_entries(view), limit=_AT_ONCE)
        return list(dict.fromkeys(each[0] for each in due))

    def _decided(self) -> Iterator[tuple[DataKind, Fact]]:
        today = day_in_viet_nam(self.clock.now())
        for kind, code in SWEPT.items():
            fact = self.law.on(today, code)
            if fact is not None and _is_decided(fact):
                yield kind, fact

    def _take_out(self, kind: DataKind, fact: Fact, before: datetime, subjects: Sequence[str]) -> None:
        with self.store.transaction() as uow:
            found = uow.retention.due(kind, before, held=held_entries(uow), among=subjects)
            if kind is DataKind.DECEASED:
                for (subject_id,) in found:
                    self.citizens.erase(uow, citizen_of(uow, subject_id), self._erased)
            else:
                uow.retention.remove(kind, found)
            details: Details = {"kind": kind.value, "count": len(found), "period": fact.text}
            uow.audit.append(
                AuditEntry(self.clock.now(), "service", "KeepNoLonger", "ERASED", "", RequestContext(), details)
            )

    def _erased(self, subject_id: str, details: Details) -> AuditEntry:
        return AuditEntry(
            self.clock.now(), "service", "DeleteCitizen", "DELETED", subject_id, RequestContext(), details
        )


def _is_decided(fact: Fact | None) -> bool:
    return fact is not None and fact.certainty is Certainty.CONFIRMED
