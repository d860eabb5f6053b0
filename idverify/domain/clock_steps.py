"""Clocks that are set: noticed, and put in the audit trail, because assertions and events are dated by them."""

from __future__ import annotations

from datetime import datetime, timedelta

from idverify.domain.model import AuditEntry, RequestContext

TOLERANCE = timedelta(seconds=60)
"""So far may a clock be set without a word: what a time service does at most while it works well."""

LONG_SILENCE = timedelta(days=30)
"""A first event so long after the last is put in the trail: nobody was here, or the clock has run ahead."""

CLOCK_STEPPED = "CLOCK_STEPPED"
"""Action of the event."""


def clock_stepped(now: datetime, step: timedelta, noticed: str) -> AuditEntry:
    """Return the entry that says so.

    Args:
        now: by the clock as it is after the step.
        step: by how much it was set; negative: back.
        noticed: how, ``running``, ``start`` or ``event``.
    """
    details: dict[str, str | int | float | bool | list[str]] = {
        "seconds": round(step.total_seconds()),
        "noticed": noticed,
    }
    return AuditEntry(now, "service", CLOCK_STEPPED, "NOTICED", "", RequestContext(), details)


def set_back(last: datetime | None, entry: AuditEntry) -> AuditEntry | None:
    """Return what the trail must say before an entry that is dated before the last event; None: nothing."""
    if last is None or entry.action == CLOCK_STEPPED or entry.time >= last - TOLERANCE:
        return None
    return clock_stepped(entry.time, entry.time - last, "event")
