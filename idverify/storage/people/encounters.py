"""Encounters as they are shown: with what was impressed, without the templates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, select

from idverify.domain.model import Encounter, Impression
from idverify.storage.people.templates import QUALITY_COLUMNS, position_of, quality_of
from idverify.storage.statement import Statement
from idverify.storage.tables import AnyRow, encounters, templates


def _seen(wanted: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    columns = templates.c.encounter_id, templates.c.position, templates.c.extractor, *QUALITY_COLUMNS
    return select(*columns).where(wanted).order_by(templates.c.place)


def _met(wanted: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return select(encounters).where(wanted).order_by(encounters.c.ordinal)


_SEEN_OF_ONE = Statement(_seen(templates.c.subject_id == bindparam("subject_id")))
_MET_OF_ONE = Statement(_met(encounters.c.subject_id == bindparam("subject_id")))


def encounters_of(connection: Connection, subject_ids: Sequence[str]) -> dict[str, tuple[Encounter, ...]]:
    """Return the encounters of several citizens, oldest first; two queries, however many."""
    seen = connection.execute(_seen(templates.c.subject_id.in_(subject_ids)))
    met = connection.execute(_met(encounters.c.subject_id.in_(subject_ids)))
    found: dict[str, list[Encounter]] = {subject_id: [] for subject_id in subject_ids}
    for subject_id, encounter in _put_together(seen, met):
        found[subject_id].append(encounter)
    return {subject_id: tuple(listed) for subject_id, listed in found.items()}


def encounters_of_one(connection: Connection, subject_id: str) -> tuple[Encounter, ...]:
    """Return the encounters of a citizen, oldest first."""
    seen, met = (query.all(connection, subject_id=subject_id) for query in (_SEEN_OF_ONE, _MET_OF_ONE))
    return tuple(encounter for _, encounter in _put_together(seen, met))


def _put_together(seen: Iterable[AnyRow], met: Iterable[AnyRow]) -> Iterator[tuple[str, Encounter]]:
    impressions: dict[str, list[Impression]] = {}
    for row in seen:
        impressions.setdefault(row.encounter_id, []).append(_impression(row))
    for row in met:
        yield row.subject_id, Encounter(row.encounter_id, row.created, tuple(impressions.get(row.encounter_id, ())))


def _impression(row: AnyRow) -> Impression:
    return Impression(position_of(row), quality_of(row), row.extractor)
