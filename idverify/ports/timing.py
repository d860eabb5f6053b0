"""The time, and how much of it a call still has."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Return the current time, aware, UTC."""


class Deadline(Protocol):
    """How long a call may still take."""

    def check(self) -> None:
        """Raise DomainError DEADLINE_EXCEEDED if the time is up or the caller went away."""

    def seconds_left(self) -> float:
        """Return how long the caller still waits; infinite where nobody does."""
