"""What has been kept for its time, and taking it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, select

from idverify.domain.law.schedule import DataKind
from idverify.domain.model import CitizenChange, CitizenState
from idverify.storage.counter.consents import ConsentsView
from idverify.storage.counter.presences import PresencesView
from idverify.storage.failures import refuse_write
from idverify.storage.people.changes import ChangesView
from idverify.storage.tables import citizen_changes, consents, encounters, images, presences, records
from idverify.storage.trail.tally import PLACES, TABLES, RowChanges
from idverify.storage.vault import Vault

_NAMES = {
    DataKind.IMAGES: "images",
    DataKind.RECORD_VERSIONS: "records",
    DataKind.CONSENTS: "consents",
    DataKind.PRESENCES: "presences",
}
"""Tables from which rows are taken, by the names of :data:`PLACES`."""

_WITHDRAWN = 2


class RetentionView:
    """What has been kept for its time, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def due(
        self,
        kind: DataKind,
        before: datetime,
        *,
        held: frozenset[str] = frozenset(),
        among: Sequence[str] | None = None,
        limit: int | None = None,
    ) -> list[tuple[Any, ...]]:
        """Return what has been kept since before a time, each as its subject id and what else tells it from others.

        Args:
            kind: of what.
            before: the time.
            held: subjects of whom nothing is due.
            among: only of these subjects; None: of all.
            limit: at most so many; None: all.
        """
        found: Mapping[DataKind, Callable[[datetime, Sequence[str] | None], Iterator[tuple[Any, ...]]]] = {
            DataKind.DECEASED: self._deceased,
            DataKind.IMAGES: self._images,
            DataKind.RECORD_VERSIONS: self._record_versions,
            DataKind.CONSENTS: self._consents,
            DataKind.PRESENCES: self._presences,
        }
        return list(islice((each for each in found[kind](before, among) if each[0] not in held), limit))

    def remove(self, kind: DataKind, found: Sequence[tuple[Any, ...]]) -> None:
        """Refuse."""
        del kind, found
        raise refuse_write()

    def _deceased(self, before: datetime, among: Sequence[str] | None) -> Iterator[tuple[Any, ...]]:
        changes = ChangesView(self._connection, self._vault)
        for subject_id in self._subjects(citizen_changes.c.subject_id, among):
            died = _death(changes.of(subject_id))
            if died is not None and died < before:
                yield (subject_id,)

    def _images(self, before: datetime, among: Sequence[str] | None) -> Iterator[tuple[Any, ...]]:
        query = select(images.c.subject_id, images.c.encounter_id, images.c.place).join(
            encounters, encounters.c.encounter_id == images.c.encounter_id
        )
        yield from self._rows(_of(images.c.subject_id, among, query.where(encounters.c.created < before)))

    def _record_versions(self, before: datetime, among: Sequence[str] | None) -> Iterator[tuple[Any, ...]]:
        newer = records.alias()
        follows = and_(
            newer.c.subject_id == records.c.subject_id,
            newer.c.record_type == records.c.record_type,
            newer.c.version == records.c.version + 1,
        )
        query = select(records.c.subject_id, records.c.record_type, records.c.version).join(newer, follows)
        yield from self._rows(_of(records.c.subject_id, among, query.where(newer.c.updated < before)))

    def _consents(self, before: datetime, among: Sequence[str] | None) -> Iterator[tuple[Any, ...]]:
        view = ConsentsView(self._connection, self._vault)
        for subject_id in self._subjects(consents.c.subject_id, among, consents.c.version == _WITHDRAWN):
            for consent in view.of(subject_id):
                if consent.withdrawn is not None and consent.withdrawn < before:
                    yield subject_id, consent.consent_id

    def _presences(self, before: datetime, among: Sequence[str] | None) -> Iterator[tuple[Any, ...]]:
        view = PresencesView(self._connection, self._vault)
        for subject_id in self._subjects(presences.c.subject_id, among):
            for presence in view.of(subject_id):
                if presence.seen < before:
                    yield subject_id, presence.presence_id

    def _subjects(
        self, column: ColumnElement[str], among: Sequence[str] | None, *wanted: ColumnElement[bool]
    ) -> Sequence[str]:
        query = _of(column, among, select(column).where(*wanted))
        return self._connection.execute(query.distinct()).scalars().all()

    def _rows(self, query: Select[Any]) -> Iterator[tuple[Any, ...]]:
        yield from map(tuple, self._connection.execute(query).all())


class SqlRetention(RetentionView):
    """What has been kept for its time, read and taken out in one transaction."""

    def __init__(self, connection: Connection, vault: Vault, changes: RowChanges) -> None:
        super().__init__(connection, vault)
        self._changes = changes
        self.erased = False

    def remove(self, kind: DataKind, found: Sequence[tuple[Any, ...]]) -> None:
        """Take out what :meth:`due` found; a citizen is not taken out here, but erased whole."""
        name = _NAMES[kind]
        table = TABLES[name]
        keys = _KEYS[kind]
        for each in found:
            this = and_(*(table.c[key] == value for key, value in zip(keys, each, strict=True)))
            place = self._connection.execute(select(*PLACES[name]).where(this)).one()
            self._connection.execute(delete(table).where(this))
            self._changes.removed(name, *place)
        self.erased |= bool(found)


_KEYS = {
    DataKind.IMAGES: ("subject_id", "encounter_id", "place"),
    DataKind.RECORD_VERSIONS: ("subject_id", "record_type", "version"),
    DataKind.CONSENTS: ("subject_id", "consent_id"),
    DataKind.PRESENCES: ("subject_id", "presence_id"),
}
"""Columns of what :meth:`RetentionView.due` returns."""


def _of(column: ColumnElement[str], among: Sequence[str] | None, query: Select[Any]) -> Select[Any]:
    return query if among is None else query.where(column.in_(among))


def _death(changes: Sequence[CitizenChange]) -> datetime | None:
    """Return since when a citizen has been dead; None: they are not."""
    died = None
    for change in reversed(changes):
        if change.after.state is not CitizenState.DECEASED:
            break
        died = change.changed
    return died
