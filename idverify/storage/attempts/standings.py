"""Failures, by whose they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, insert, or_, select

from idverify.domain.attempts import Scope, Standing
from idverify.ports.attempts import Counted
from idverify.storage.failures import refuse_write
from idverify.storage.statement import Statement
from idverify.storage.tables import AnyRow, attempts

_ADD = Statement(insert(attempts), [column.name for column in attempts.c])
_MOST_KINDS = 16
"""Of statements that are kept, by how many are counted: one or three."""


class AttemptsView:
    """Failures, read-only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, counted: Sequence[Counted]) -> dict[Counted, Standing]:
        """Return how those stand that have failed."""
        rows = _select(len(counted)).all(self._connection, **_named(counted))
        return {_counted(row): _standing(row) for row in rows}

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
        rows = _select(len(counted), held=True).all(self._connection, **_named(counted))
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
        _ADD.execute_many(self._connection, rows)

    def clear(self, counted: Sequence[Counted]) -> int:
        """Forget failures; return of how many."""
        if not counted:
            return 0
        return _delete(len(counted)).execute(self._connection, **_named(counted))


@lru_cache(_MOST_KINDS)
def _select(count: int, *, held: bool = False) -> Statement:
    query = select(attempts).where(_any_of(count)).order_by(*attempts.primary_key)
    return Statement(query.with_for_update() if held else query)


@lru_cache(_MOST_KINDS)
def _delete(count: int) -> Statement:
    return Statement(delete(attempts).where(_any_of(count)))


def _any_of(count: int) -> ColumnElement[bool]:
    """Return what is true of so many rows, whose keys are given as :func:`_named` does."""
    return or_(
        *(
            and_(*(column == bindparam(f"{column.name}_{place}") for column in attempts.primary_key))
            for place in range(count)
        )
    )


def _named(counted: Sequence[Counted]) -> dict[str, str]:
    return {
        f"{name}_{place}": value
        for place, c in enumerate(counted)
        for name, value in (("scope", c.scope.value), ("client", c.client), ("subject_id", c.subject_id))
    }


def _counted(row: AnyRow) -> Counted:
    return Counted(Scope(row.scope), row.client, row.subject_id)


def _standing(row: AnyRow) -> Standing:
    return Standing(row.failures, row.updated, row.closed_until, row.locked)
