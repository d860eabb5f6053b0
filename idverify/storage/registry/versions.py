"""Rows of which only the newest version is kept, told apart by a name and a version, and counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Connection, update

from idverify.storage.trail.tally import RowChanges


# As many parameters as a replacement has parts.
def replace_version(
    connection: Connection, changes: RowChanges, name: Column[Any], key: str, version: int, values: Mapping[str, Any]
) -> bool:
    """Put a version in the place of the one before, in the table and in what is counted of it.

    Args:
        connection: in a transaction that writes.
        changes: of the transaction.
        name: the column that names the row; its table is in :data:`idverify.storage.trail.tally.PLACES` by this column
            and ``version``.
        key: which row.
        version: of the new one.
        values: of the new one, its version among them.

    Returns:
        Whether the version before is the one that was stored; otherwise nothing has changed.
    """
    table = name.table
    this = (name == key) & (table.c.version == version - 1)
    if connection.execute(update(table).where(this).values(values)).rowcount != 1:
        return False
    changes.removed(table.name, key, version - 1)
    changes.added(table.name, key, version)
    return True
