"""Giving an encounter to another citizen, or to nobody."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select, update

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Features, Moved, StoredTemplate
from idverify.storage.people.templates import add_template
from idverify.storage.tables import encounters, templates
from idverify.storage.trail.tally import PLACES, TABLES, RowChanges


def move_encounter(
    connection: Connection,
    changes: RowChanges,
    encounter_id: str,
    held: Sequence[StoredTemplate],
    taker: str,
    key: bytes,
) -> Moved:
    """Move an encounter: its templates are sealed anew, with new ids.

    Args:
        connection: in a transaction that writes.
        changes: notes rows that come and go.
        encounter_id: which.
        held: its templates, in order.
        taker: subject id of who gets it.
        key: their data key.

    Raises:
        DomainError: ENCOUNTER_NOT_FOUND.
    """
    giver = _hold(connection, encounter_id)
    this = encounters.c.encounter_id == encounter_id
    connection.execute(delete(templates).where(templates.c.encounter_id == encounter_id))
    connection.execute(update(encounters).where(this).values(subject_id=taker))
    changes.removed("encounters", encounter_id, giver)
    changes.added("encounters", encounter_id, taker)
    added = []
    for place, old in enumerate(held):
        feature = Features(old.position, old.template, old.quality, old.extractor)
        new = add_template(connection, key, taker, encounter_id, place, feature)
        changes.removed("templates", old.template_id, giver, encounter_id, place)
        changes.added("templates", new.template_id, taker, encounter_id, place)
        added.append(new)
    return Moved(tuple(held), tuple(added))


def remove_encounter(connection: Connection, changes: RowChanges, encounter_id: str) -> int:
    """Remove an encounter with its templates and images, and return how many templates; its citizen stays.

    Raises:
        DomainError: ENCOUNTER_NOT_FOUND.
    """
    _hold(connection, encounter_id)
    removed = 0
    for name in ("images", "templates", "reference_galleries", "reference_encounters", "encounters"):
        this = TABLES[name].c.encounter_id == encounter_id
        rows = connection.execute(select(*PLACES[name]).where(this)).all()
        for row in rows:
            changes.removed(name, *row)
        connection.execute(delete(TABLES[name]).where(this))
        removed += len(rows) if name == "templates" else 0
    return removed


def _hold(connection: Connection, encounter_id: str) -> str:
    """Lock an encounter, and return whose it is."""
    this = encounters.c.encounter_id == encounter_id
    holder = connection.execute(select(encounters.c.subject_id).where(this).with_for_update()).scalar_one_or_none()
    if holder is None:
        raise DomainError(Reason.ENCOUNTER_NOT_FOUND, "there is no such encounter")
    return str(holder)
