"""Facts of law: each with its source, its days, and how certain it is. Which one holds is told by the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum


class Unit(Enum):
    """In what a fact counts."""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working-days"
    MONTHS = "months"
    YEARS = "years"


class Certainty(Enum):
    """How a fact is known: read in the text of the law, or decided by whoever answers for it; told of it; assumed."""

    CONFIRMED = "confirmed"
    SECONDARY = "secondary"
    ASSUMPTION = "assumption"


class FactCode(Enum):
    """What facts there are."""

    REQUEST_REPLY = "request.reply"
    REQUEST_ACCESS = "request.access"
    REQUEST_CORRECTION = "request.correction"
    REQUEST_ERASURE = "request.erasure"
    REQUEST_HISTORY = "request.history"
    REQUEST_RESTRICTION = "request.restriction"
    REQUEST_OBJECTION = "request.objection"
    BREACH_NOTICE = "breach.notice"
    ASSESSMENT_RENEWAL = "assessment.renewal"
    KEEP_DECEASED = "keep.deceased"
    KEEP_IMAGES = "keep.images"
    KEEP_RECORD_VERSIONS = "keep.record-versions"
    KEEP_CONSENTS = "keep.consents"
    KEEP_PRESENCES = "keep.presences"
    KEEP_AUDIT_EVENTS = "keep.audit-events"
    KEEP_LOGS = "keep.logs"
    KEEP_BACKUPS = "keep.backups"


@dataclass(frozen=True, slots=True)
class Fact:
    """One period that the law, or whoever answers for the service, sets.

    Attributes:
        code: of what.
        count: how many.
        unit: of these.
        source: where it stands.
        certainty: how it is known.
        valid_from: first day.
        valid_until: last day; None: it holds still.
    """

    code: FactCode
    count: int
    unit: Unit
    source: str
    certainty: Certainty
    valid_from: date
    valid_until: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether it holds on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    @property
    def text(self) -> str:
        """The period in words."""
        return f"{self.count} {self.unit.value}"


@dataclass(frozen=True, slots=True)
class LawFacts:
    """All of them. ``days_off``: on which, besides weekends, nobody works."""

    facts: Sequence[Fact]
    days_off: frozenset[date] = frozenset()

    def on(self, day: date, code: FactCode) -> Fact | None:
        """Return the fact that holds on a day; None: there is none."""
        return next((fact for fact in self.facts if fact.code is code and fact.holds(day)), None)

    def overlapping(self) -> FactCode | None:
        """Return of what two facts hold on one day, if there is any."""
        by_code: dict[FactCode, date] = {}
        for fact in sorted(self.facts, key=lambda f: f.valid_from):
            if fact.code in by_code and fact.valid_from <= by_code[fact.code]:
                return fact.code
            by_code[fact.code] = fact.valid_until or date.max
        return None
