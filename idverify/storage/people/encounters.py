"""Encounters as they are shown: with what was impressed, without the templates."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from idverify.domain.model import Encounter, Impression
from idverify.storage.people.templates import QUALITY_COLUMNS, position_of, quality_of
from idverify.storage.tables import AnyRow, encounters, templates


def encounters_of(connection: Connection, subject_ids: Sequence[str]) -> dict[str, tuple[Encounter, ...]]:
    """Return the encounters of several citizens, oldest first; two queries, however many."""
    met = select(encounters).where(encounters.c.subject_id.in_(subject_ids)).order_by(encounters.c.ordinal)
    seen = (
        select(templates.c.encounter_id, templates.c.position, templates.c.extractor, *QUALITY_COLUMNS)
        .where(templates.c.subject_id.in_(subject_ids))
        .order_by(templates.c.place)
    )
    impressions: dict[str, list[Impression]] = {}
    for row in connection.execute(seen):
        impressions.setdefault(row.encounter_id, []).append(_impression(row))
    found: dict[str, list[Encounter]] = {subject_id: [] for subject_id in subject_ids}
    for row in connection.execute(met):
        shown = tuple(impressions.get(row.encounter_id, ()))
        found[row.subject_id].append(Encounter(row.encounter_id, row.created, shown))
    return {subject_id: tuple(listed) for subject_id, listed in found.items()}


def _impression(row: AnyRow) -> Impression:
    return Impression(position_of(row), quality_of(row), row.extractor)
