"""Periods of law, counted by days in Viet Nam."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.law.counting import due, kept_since
from idverify.domain.law.facts import Certainty, Fact, FactCode, LawFacts, Unit

FRIDAY_NIGHT = datetime(2026, 1, 2, 18, 30, tzinfo=UTC)
"""Saturday 3 January 2026, half past one at night, in Viet Nam."""


def fact(count: int, unit: Unit, first: date = date(2026, 1, 1), last: date | None = None) -> Fact:
    return Fact(FactCode.KEEP_LOGS, count, unit, "a test", Certainty.CONFIRMED, first, last)


@pytest.mark.parametrize(
    ("count", "unit", "over"),
    [
        (72, Unit.HOURS, datetime(2026, 1, 5, 18, 30, tzinfo=UTC)),
        (10, Unit.DAYS, datetime(2026, 1, 13, 17, tzinfo=UTC)),
        (2, Unit.WORKING_DAYS, datetime(2026, 1, 7, 17, tzinfo=UTC)),
        (1, Unit.MONTHS, datetime(2026, 2, 3, 17, tzinfo=UTC)),
        (5, Unit.YEARS, datetime(2031, 1, 3, 17, tzinfo=UTC)),
    ],
)
def test_the_first_day_is_not_counted_and_the_last_is_whole(count: int, unit: Unit, over: datetime) -> None:
    monday_off = frozenset({date(2026, 1, 5)})
    if unit is Unit.WORKING_DAYS:  # Monday is off: Tuesday and Wednesday
        assert due(fact(count, unit), FRIDAY_NIGHT, frozenset()) < over
    assert due(fact(count, unit), FRIDAY_NIGHT, monday_off) == over


def test_a_month_ends_with_the_month() -> None:
    end_of_january = datetime(2026, 1, 31, 5, tzinfo=UTC)
    assert due(fact(1, Unit.MONTHS), end_of_january, frozenset()) == datetime(2026, 2, 28, 17, tzinfo=UTC)


@given(
    count=st.integers(1, 2400),
    unit=st.sampled_from([Unit.HOURS, Unit.DAYS, Unit.MONTHS]),
    now=st.datetimes(datetime(2026, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_what_has_been_kept_for_its_time_was_so_before_its_deadline(count: int, unit: Unit, now: datetime) -> None:
    since = kept_since(fact(count, unit), now)
    assert since <= now
    assert due(fact(count, unit), since, frozenset()) >= now


def test_nothing_is_kept_for_working_days() -> None:
    with pytest.raises(ValueError, match="working days"):
        kept_since(fact(2, Unit.WORKING_DAYS), FRIDAY_NIGHT)


def test_the_fact_of_the_day_holds() -> None:
    before, after = fact(1, Unit.DAYS, date(2020, 1, 1), date(2025, 12, 31)), fact(2, Unit.DAYS)
    law = LawFacts([after, before])
    assert law.on(date(2025, 12, 31), FactCode.KEEP_LOGS) == before
    assert law.on(date(2026, 1, 1), FactCode.KEEP_LOGS) == after
    assert law.on(date(2019, 12, 31), FactCode.KEEP_LOGS) is None
    assert law.on(date(2026, 1, 1), FactCode.KEEP_IMAGES) is None
    assert law.overlapping() is None
    assert LawFacts([after, fact(3, Unit.DAYS)]).overlapping() is FactCode.KEEP_LOGS
