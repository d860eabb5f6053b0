"""Counting periods of law from a time, by days in Viet Nam."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from idverify.domain.catalogue.local_day import VIET_NAM, day_in_viet_nam
from idverify.domain.law.facts import Fact, Unit

_SATURDAY = 5
_MONTHS_A_YEAR = 12


def due(fact: Fact, since: datetime, days_off: frozenset[date]) -> datetime:
    """Return the first moment at which a period that began is over.

    The day on which it began is not counted, and the last one is counted whole (Civil Code 2015, articles 147 and 148,
    from memory); hours are counted from the moment.
    """
    if fact.unit is Unit.HOURS:
        return since + timedelta(hours=fact.count)
    day = day_in_viet_nam(since)
    if fact.unit is Unit.DAYS:
        day += timedelta(days=fact.count)
    elif fact.unit is Unit.WORKING_DAYS:
        day = _working_days_after(day, fact.count, days_off)
    else:
        day = _months_from(day, _months(fact))
    return datetime.combine(day + timedelta(days=1), time(), VIET_NAM).astimezone(UTC)


def kept_since(fact: Fact, now: datetime) -> datetime:
    """Return the time of which everything that began before it has been kept for the whole of a period.

    Raises:
        ValueError: the period is one of working days.
    """
    if fact.unit is Unit.WORKING_DAYS:
        raise ValueError("nothing is kept for working days")
    if fact.unit is Unit.HOURS:
        return now - timedelta(hours=fact.count)
    today = day_in_viet_nam(now)
    first = today - timedelta(days=fact.count) if fact.unit is Unit.DAYS else _months_from(today, -_months(fact))
    return datetime.combine(first, time(), VIET_NAM).astimezone(UTC)


def _months(fact: Fact) -> int:
    return fact.count * (_MONTHS_A_YEAR if fact.unit is Unit.YEARS else 1)


def _months_from(day: date, months: int) -> date:
    years, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + months, _MONTHS_A_YEAR)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def _working_days_after(day: date, count: int, days_off: frozenset[date]) -> date:
    while count:
        day += timedelta(days=1)
        if day.weekday() < _SATURDAY and day not in days_off:
            count -= 1
    return day
