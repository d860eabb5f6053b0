"""Templates in the place of others: at the same place of the same encounter, under new ids."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, delete, select

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Features, Moved
from idverify.storage.people.templates import add_template, read_templates
from idverify.storage.tables import templates
from idverify.storage.trail.tally import RowChanges


def replace_templates(
    connection: Connection, changes: RowChanges, subject_id: str, key: bytes, new: Mapping[int, Features]
) -> Moved:
    """Replace some templates of a citizen.

    Args:
        connection: in a transaction that writes.
        changes: notes rows that come and go.
        subject_id: whose.
        key: their data key.
        new: what takes the place of each, by the id of the one before.

    Raises:
        DomainError: VERSION_MISMATCH if one of them is not there, or is another citizen's.
    """
    these = templates.c.template_id.in_(list(new)) & (templates.c.subject_id == subject_id)
    rows = connection.execute(select(templates).where(these).order_by(templates.c.template_id)).all()
    if len(rows) < len(new):
        raise DomainError(Reason.VERSION_MISMATCH, "the citizen's templates were changed meanwhile")
    former = read_templates(rows, {subject_id: key})
    connection.execute(delete(templates).where(these))
    added = []
    for row in rows:
        stored = add_template(connection, key, subject_id, row.encounter_id, row.place, new[row.template_id])
        changes.removed("templates", row.template_id, subject_id, row.encounter_id, row.place)
        changes.added("templates", stored.template_id, subject_id, row.encounter_id, row.place)
        added.append(stored)
    return Moved(tuple(former), tuple(added))
