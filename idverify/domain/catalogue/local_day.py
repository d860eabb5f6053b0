"""The day in Viet Nam, by which laws begin and people come of age."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

VIET_NAM = timezone(timedelta(hours=7))
"""No summer time."""


def day_in_viet_nam(now: datetime) -> date:
    """Return the day at an aware time."""
    return now.astimezone(VIET_NAM).date()
