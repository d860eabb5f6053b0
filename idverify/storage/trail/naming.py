"""Rows that are not as they should be, named: read a batch at a time, and the first of them told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Select

from idverify.storage.tables import AnyRow

BATCH = 500
_MOST_NAMED = 20


def in_batches(connection: Connection, query: Select[Any]) -> Iterator[Sequence[AnyRow]]:
    """Return the rows of a query, some at a time; what it holds open is let go however early it ends."""
    with connection.execute(query, execution_options={"yield_per": BATCH}) as rows:
        yield from rows.partitions()


def first_of(found: Iterator[str], more: str) -> Iterator[str]:
    """Return the first twenty, and after them that there are more."""
    for count, finding in enumerate(found):
        if count == _MOST_NAMED:
            yield more
            return
        yield finding
