"""Failures, by whose they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, insert, or_, select

from idverify.domain.attempts import Scope, Standing
from idverify.ports.attempts import Counted
from idverify.storage.failures import refuse_write
from idverify.storage.tables import AnyRow, attempts


class AttemptsView:
    """Failures, read-only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, counted: Sequence[Counted]) -> dict[Counted, Standing]:
        """Return how those stand that have failed."""
        return {_counted(row): _standing(row) for row in self._connection.execute(_select(counted))}

    def of_subject(self, subject_id: str) -> list[Counted]:
        """Return all that is counted of a citizen."""
        query = select(attempts).where(attempts.c.subject_id == subject_id).order_by(*attempts.primary_key)
        return [_counted(row) for row in self._connection.execute(query)]

    def closed(self, now: datetime) -> list[tuple[Counted, Standing]]:
        """Return what takes no try now, in order."""
        lifted_by_hand = and_(attempts.c.locked, attempts.c.closed_until.is_(None))
        query = select(attempts).where(or_(attempts.c.closed_until > now, lifted_by_hand))
        rows = self._connection.execute(query.order_by(*attempts.primary_key))
        return [(_counted(row), _standing(row)) for row in rows]

    def put(self, standings: Mapping[Counted, Standing]) -> None:
        """Refuse."""
        del standings
        raise refuse_write()

    def clear(self, counted: Sequence[Counted]) -> int:
        """Refuse."""
        del counted
        raise refuse_write()


class SqlAttempts(AttemptsView):
    """Failures, read and written in one transaction."""

    def find(self, counted: Sequence[Counted]) -> dict[Counted, Standing]:
        """Return how those stand that have failed, and hold them; writers queue, so that none is made meanwhile."""
        rows = self._connection.execute(_select(counted).with_for_update())
        return {_counted(row): _standing(row) for row in rows}

    def put(self, standings: Mapping[Counted, Standing]) -> None:
        """Store how some stand now."""
        self.clear(list(standings))
        rows = [
            {
                "scope": counted.scope.value,
                "client": counted.client,
                "subject_id": counted.subject_id,
                "failures": standing.failures,
                "updated": standing.updated,
                "closed_until": standing.closed_until,
                "locked": standing.locked,
            }
            for counted, standing in standings.items()
        ]
        self._connection.execute(insert(attempts), rows)

    def clear(self, counted: Sequence[Counted]) -> int:
        """Forget failures; return of how many."""
        if not counted:
            return 0
        return int(self._connection.execute(delete(attempts).where(_any_of(counted))).rowcount)


def _select(counted: Sequence[Counted]) -> Select[*tuple[Any, ...]]:
    return select(attempts).where(_any_of(counted)).order_by(*attempts.primary_key)


def _any_of(counted: Sequence[Counted]) -> ColumnElement[bool]:
    columns = attempts.c
    return or_(
        *(
            and_(columns.scope == c.scope.value, columns.client == c.client, columns.subject_id == c.subject_id)
            for c in counted
        )
    )


def _counted(row: AnyRow) -> Counted:
    return Counted(Scope(row.scope), row.client, row.subject_id)


def _standing(row: AnyRow) -> Standing:
    return Standing(row.failures, row.updated, row.closed_until, row.locked)
