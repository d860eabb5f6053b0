"""How many people each client has read in bulk today: one row a client."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, delete, insert, select, update

from idverify.storage.failures import refuse_write
from idverify.storage.tables import reads


class ReadsView:
    """The counts, read-only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, client: str, day: date) -> int:
        """Return how many."""
        this = (reads.c.client == client) & (reads.c.day == day.isoformat())
        return self._connection.execute(select(reads.c.people).where(this)).scalar_one_or_none() or 0

    def add(self, client: str, day: date, people: int) -> None:
        """Refuse."""
        del client, day, people
        raise refuse_write()


class SqlReads(ReadsView):
    """The counts, read and written in one transaction."""

    def add(self, client: str, day: date, people: int) -> None:
        """Count some; what was counted on other days is forgotten."""
        mine, today = reads.c.client == client, day.isoformat()
        self._connection.execute(delete(reads).where(mine, reads.c.day != today))
        counted = self._connection.execute(update(reads).where(mine).values(people=reads.c.people + people))
        if not counted.rowcount:
            self._connection.execute(insert(reads).values(client=client, day=today, people=people))
