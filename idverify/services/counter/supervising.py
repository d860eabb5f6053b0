"""What whoever leads a counter sees of it: what is open, and what was decided, of its agency, and of no citizen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from idverify.domain.catalogue.local_day import VIET_NAM, day_in_viet_nam
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import (
    AcquisitionCount,
    AuditEvent,
    Decision,
    DecisionCounts,
    EventSearch,
    FingerPosition,
    HourCount,
    NextStep,
    Transaction,
)
from idverify.ports import UnitOfWork
from idverify.services.calls.call import Call
from idverify.services.counter.steps import Steps

MOST_DAYS = 31
MOST_TOLD = 500
WINDOW = 20_000
"""Numbers of events that are looked through before the deadline is asked again: some tens of milliseconds."""

_DECIDING = ("Verify", "AuthenticateCitizen", "AuthenticateByException")
_CAPTURING = "AddCapture"
_DECISIONS = {decision.value for decision in Decision}
_EXCEPTION = "EXCEPTION"
_CAPTURED, _POOR, _DECIDED, _SILENT = "captured", "poor", "decided", "inconclusive"


@dataclass(frozen=True, slots=True)
class OpenTransaction:
    """A transaction that is open, and what its officer does next."""

    transaction: Transaction
    next: NextStep


@dataclass(frozen=True, slots=True)
class SupervisionService:
    """Tells what goes on at the counters of an agency: the one of the context, or all where it names none."""

    steps: Steps

    def open(self, call: Call) -> tuple[list[OpenTransaction], int]:
        """Return the transactions that are open, oldest first, at most so many, and how many there are."""
        call.deadline.check()
        agency = call.context.agency_code
        with self.steps.store.reading() as view:
            found = view.transactions.open_at(self.steps.clock.now())
        theirs = [each for each in found if agency in {"", each.context.agency_code}]
        theirs.sort(key=lambda each: (each.begun, each.transaction_id))
        return [OpenTransaction(each, self.steps.seen(each)) for each in theirs[:MOST_TOLD]], len(theirs)

    def decisions(self, call: Call, first_day: str, last_day: str) -> DecisionCounts:
        """Count what was decided in some days.

        Args:
            call: whose deadline counts.
            first_day: YYYY-MM-DD in Viet Nam; empty: today.
            last_day: likewise; empty: the first.

        Raises:
            DomainError: FIELD_INVALID, DEADLINE_EXCEEDED.
        """
        first = _day("first_day", first_day) or day_in_viet_nam(self.steps.clock.now())
        last = _day("last_day", last_day) or first
        if not timedelta() <= last - first < timedelta(days=MOST_DAYS):
            text = f"last_day must be from first_day on, and at most {MOST_DAYS} days with it"
            raise DomainError(Reason.FIELD_INVALID, text, {"field": "last_day"})
        since, until = _midnight(first), _midnight(last + timedelta(days=1))
        counting = _Counting()
        with self.steps.store.reading() as view:
            wanted = EventSearch(since, until, agency_code=call.context.agency_code)
            after, end = _bounds(view, since, until)
            while after < end:
                call.deadline.check()
                window = min(after + WINDOW, end)
                counting.add(view.audit.of_actions((*_DECIDING, _CAPTURING), wanted, after, window))
                after = window
        return counting.result()


class _Counting:
    """Counts events."""

    def __init__(self) -> None:
        self._hours: dict[tuple[str, int], Counter[str]] = {}
        self._fingers: dict[FingerPosition, Counter[str]] = {}
        self._devices: dict[str, Counter[str]] = {}
        self._total: Counter[str] = Counter()

    def add(self, events: Iterable[AuditEvent]) -> None:
        """Count some; refused calls are none."""
        for event in events:
            outcome = event.entry.outcome
            if event.entry.action == _CAPTURING:
                if outcome in {"CAPTURED", "POOR"}:
                    self._shown(event, [_CAPTURED if outcome == "CAPTURED" else _POOR])
            elif outcome in {*_DECISIONS, _EXCEPTION}:
                local = event.entry.time.astimezone(VIET_NAM)
                hour = self._hours.setdefault((local.date().isoformat(), local.hour), Counter())
                hour[outcome] += 1
                if outcome != _EXCEPTION:
                    silent = outcome == Decision.INCONCLUSIVE.value
                    self._shown(event, [_DECIDED, _SILENT] if silent else [_DECIDED])

    def result(self) -> DecisionCounts:
        """Return the counts."""
        hours = tuple(
            HourCount(*key, *(count[name] for name in ("MATCH", "NO_MATCH", "INCONCLUSIVE", _EXCEPTION)))
            for key, count in sorted(self._hours.items())
        )
        fingers = {finger: _acquired(count) for finger, count in sorted(self._fingers.items())}
        devices = {device: _acquired(count) for device, count in sorted(self._devices.items())}
        return DecisionCounts(hours, fingers, devices, _acquired(self._total))

    def _shown(self, event: AuditEvent, what: list[str]) -> None:
        details = event.entry.details
        fingers = {FingerPosition[name] for name in _listed(details.get("fingers"))}
        devices = {*_listed(details.get("devices")), *_listed(details.get("device"))}
        for count in (
            self._total,
            *(self._fingers.setdefault(finger, Counter()) for finger in fingers),
            *(self._devices.setdefault(device, Counter()) for device in devices),
        ):
            count.update(what)


def _listed(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(each) for each in value]
    return [value] if isinstance(value, str) else []


def _acquired(count: Counter[str]) -> AcquisitionCount:
    return AcquisitionCount(count[_CAPTURED], count[_POOR], count[_DECIDED], count[_SILENT])


def _bounds(view: UnitOfWork, since: datetime, until: datetime) -> tuple[int, int]:
    """Return the last event before some time, and the last within it."""
    return view.audit.last_before(since), view.audit.last_before(until)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIET_NAM)


def _day(name: str, stated: str) -> date | None:
    try:
        return date.fromisoformat(stated) if stated else None
    except ValueError:
        raise DomainError(Reason.FIELD_INVALID, f"{name} must be YYYY-MM-DD", {"field": name}) from None
