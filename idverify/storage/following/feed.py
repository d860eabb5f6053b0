"""Of several servers each tells the others what it wrote, as far as they keep it in memory: which rows came or went.

A row of the feed says of one transaction where to look, and never what is there: whoever follows reads the rows
themselves. So a feed that somebody changed past the service hides or invents nobody; at most something is seen later.

Transactions that write come one after the other over all servers, so that the feed grows in the order of the commits,
and whoever has read it up to a position knows all before. A position is the time of the database in microseconds, or
one more than the last: greater than any from before a restored backup.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, func, select, text

from idverify.domain.catalogue.content import CatalogueContent
from idverify.domain.model import Client, StoredTemplate
from idverify.storage.failures import decoding, translated
from idverify.storage.people.members import Members, Touched
from idverify.storage.people.subjects import SubjectsView
from idverify.storage.registry.catalogue import CatalogueView
from idverify.storage.registry.clients import ClientsView
from idverify.storage.tables import AnyRow, feed, templates
from idverify.storage.trail.trail_end import read_end
from idverify.storage.trail.trail_guard import TrailGuard
from idverify.storage.vault import Vault

FOLLOWED = frozenset({"templates", "reference_galleries", "clients", "catalogue"})
"""Tables of whose rows servers keep something in memory."""

_PUT = text(
    "INSERT INTO feed (position, touched) SELECT greatest(coalesce(max(position), 0) + 1, "
    "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint), :touched FROM feed RETURNING position"
)
_TELL = text("SELECT pg_notify('idverify_' || left(current_schema(), 54), '')")
_OLD = text(
    "DELETE FROM feed WHERE position < (extract(epoch FROM clock_timestamp()) * 1000000)::bigint - :kept "
    "AND position < (SELECT max(position) FROM feed)"
)
_MOST_ROWS = 200
_BATCH = 500


@dataclass(frozen=True, slots=True)
class FeedPart:
    """What was committed since a position.

    Attributes:
        position: of the last of it.
        ended: there was no more.
        added: templates that other servers added, and that are there.
        removed: ids of those that are gone, whoever took them out.
        clients: as they are by now, if anybody changed them.
        catalogue: the same; None: nobody changed it.
    """

    position: int
    ended: bool = True
    added: Sequence[StoredTemplate] = ()
    removed: Sequence[int] = ()
    clients: Sequence[Client] = ()
    catalogue: CatalogueContent | None = None


class Feed:
    """The feed as one server writes and reads it; PostgreSQL only. Safe to use from many threads.

    Args:
        reader: engine of views.
        vault: opens what is sealed.
        members: told whom others put into galleries.
        guard: told how far the trail has come.
    """

    def __init__(self, reader: Engine, vault: Vault, members: Members, guard: TrailGuard) -> None:
        self._reader = reader
        self._vault = vault
        self._members = members
        self._guard = guard
        self._lock = Lock()
        self._own: set[int] = set()  # committed by this server, and not read again yet
        self.newest_own = 0
        """The last position that this server committed itself."""

    def put(self, connection: Connection, touched: Touched, *, always: bool = False) -> int | None:
        """Tell what a transaction touched, in it; return at which position. None: nothing that anybody follows."""
        rows = [[table, *map(_plain, place)] for table, place in touched if table in FOLLOWED]
        if not rows and not always:
            return None
        position = int(connection.execute(_PUT, {"touched": json.dumps(rows)}).scalar_one())
        connection.execute(_TELL)
        return position

    def committed(self, position: int) -> None:
        """Note that what was told at a position is committed, and is in this server's memory by then."""
        with self._lock:
            self._own.add(position)
            self.newest_own = max(self.newest_own, position)

    def end(self) -> int:
        """Return the last position; 0: nothing was ever told. Raises DomainError STORE_UNAVAILABLE."""
        with translated(), self._reader.begin() as connection:
            return int(connection.execute(select(func.max(feed.c.position))).scalar_one() or 0)

    def after(self, position: int) -> FeedPart | None:
        """Return what was committed after a position, as it is by now; None: not all of that is told any more.

        Raises:
            DomainError: STORE_UNAVAILABLE.
            StoredDataError: something stored cannot be read.
        """
        with translated(), self._reader.begin() as connection:
            query = select(feed).where(feed.c.position >= position).order_by(feed.c.position).limit(_MOST_ROWS + 1)
            told = connection.execute(query).all()
            if not told or told[0].position != position:
                return None
            if len(told) == 1:
                return FeedPart(position)
            return self._part(connection, told)

    def forget(self, connection: Connection, kept_seconds: float) -> None:
        """Delete what was told longer ago, but for the last; whoever is so far behind compares everything instead."""
        connection.execute(_OLD, {"kept": int(kept_seconds * 1_000_000)})

    def _part(self, connection: Connection, told: Sequence[AnyRow]) -> FeedPart:
        own = self._own_among({row.position for row in told})
        mine = [place for row in told[1:] if row.position in own for place in _places(row)]
        others = [place for row in told[1:] if row.position not in own for place in _places(row)]
        self._members.note(others)
        self._guard.committed(read_end(connection, self._vault).head)
        added = self._templates(connection, _ids(others))
        kept = {template.template_id for template in added} | _there(connection, _ids(mine) - _ids(others))
        names = sorted({str(place[0]) for table, place in others if table == "clients"})
        clients = ClientsView(connection, self._vault)
        changed = any(table == "catalogue" for table, _ in others)
        return FeedPart(
            told[-1].position,
            len(told) <= _MOST_ROWS,
            added,
            sorted((_ids(mine) | _ids(others)) - kept),
            [client for name in names if (client := clients.get(name)) is not None],
            CatalogueView(connection, self._vault).content() if changed else None,
        )

    def _own_among(self, positions: set[int]) -> set[int]:
        with self._lock:
            own = self._own & positions
            # The last is looked at once more, as the one to go on from.
            self._own = {position for position in self._own if position >= max(positions)}
            return own

    def _templates(self, connection: Connection, ids: set[int]) -> list[StoredTemplate]:
        view = SubjectsView(connection, self._vault)
        return [template for some in _some(ids) for template in view.templates_by_id(some)]


def _places(row: AnyRow) -> list[tuple[str, tuple[Any, ...]]]:
    with decoding("row of the feed"):
        return [(str(table), tuple(place)) for table, *place in json.loads(row.touched)]


def _ids(places: Iterable[tuple[str, tuple[Any, ...]]]) -> set[int]:
    with decoding("row of the feed"):
        return {int(place[0]) for table, place in places if table == "templates"}


def _there(connection: Connection, ids: set[int]) -> set[int]:
    return {
        found
        for some in _some(ids)
        for found in connection.execute(
            select(templates.c.template_id).where(templates.c.template_id.in_(some))
        ).scalars()
    }


def _some(ids: set[int]) -> Iterable[list[int]]:
    ordered = sorted(ids)
    return [ordered[first : first + _BATCH] for first in range(0, len(ordered), _BATCH)]


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value
