"""Connections to PostgreSQL that are given up when nothing comes from it for longer than it may take.

PostgreSQL cancels a statement itself, but not where it stands still, and then its machine still confirms all that is
sent: neither a timeout of the server nor one of TCP ends such a wait.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg

Result = TypeVar("Result")


class AnsweringConnection(psycopg.Connection[Any]):
    """A connection whose waits end.

    Attributes:
        longest: seconds that PostgreSQL may take for an answer; None: however long.
        hurried: whether that holds in the transaction at hand.
    """

    longest: float | None = None
    hurried: bool = True

    def wait(self, gen: Generator[Any, Any, Result], *given: Any, **named: Any) -> Result:
        """Wait for an answer. Raises psycopg.OperationalError, the connection closed, if there is none in time."""
        if self.longest is None or not self.hurried:
            return super().wait(gen, *given, **named)
        try:
            return super().wait(_until(gen, time.monotonic() + self.longest), *given, **named)
        except _NoAnswerError:
            self.pgconn.finish()
            raise psycopg.OperationalError("timeout expired: PostgreSQL does not answer") from None

    def commit(self) -> None:
        """End the transaction; the next is hurried again."""
        super().commit()
        self.hurried = True

    def rollback(self) -> None:
        """End the transaction; the next is hurried again."""
        super().rollback()
        self.hurried = True


class _NoAnswerError(Exception):
    """The time is up."""


def _until(steps: Generator[Any, Any, Result], end: float) -> Generator[Any, Any, Result]:
    """Go through the steps of a wait, each sent what is ready; at the end of each interval nothing is."""
    try:
        wanted = next(steps)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > end:
                raise _NoAnswerError
            wanted = steps.send(ready)
    except StopIteration as ended:
        result: Result = ended.value
        return result
