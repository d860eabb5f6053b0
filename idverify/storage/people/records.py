"""Linked records: every version is kept, sealed under the citizen's data key."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select
from sqlalchemy.exc import IntegrityError

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import Record
from idverify.storage.failures import refuse_write
from idverify.storage.statement import Statement
from idverify.storage.tables import AnyRow, records
from idverify.storage.trail.tally import RowChanges
from idverify.storage.vault import Vault, find_data_key, hold_data_key
from idverify.trust.sealing import seal, unseal

_MOST_KINDS = 64
"""Of statements that are kept, by how many types are asked for."""


class RecordsView:
    """Linked records, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def get(self, subject_id: str, record_type: str) -> Record | None:
        """Return the newest version."""
        return self.newest(subject_id, [record_type]).get(record_type)

    def newest(self, subject_id: str, record_types: Collection[str]) -> dict[str, Record]:
        """Return the newest versions of some types, as far as there are any; by one statement."""
        if not record_types:
            return {}
        named = {f"record_type_{place}": record_type for place, record_type in enumerate(record_types)}
        rows = _newest(len(named)).all(self._connection, subject_id=subject_id, **named)
        if not rows:
            return {}
        key = find_data_key(self._connection, self._vault, subject_id)
        if key is None:
            raise StoredDataError("a record belongs to a citizen who is not there")
        return {row.record_type: _record(row, key) for row in rows}

    def put(self, subject_id: str, record: Record) -> None:
        """Refuse."""
        del subject_id, record
        raise refuse_write()


class SqlRecords(RecordsView):
    """Linked records, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault, changes: RowChanges) -> None:
        super().__init__(connection, vault)
        self._changes = changes

    def put(self, subject_id: str, record: Record) -> None:
        """Store a new version.

        Raises:
            DomainError: VERSION_MISMATCH if ``record.version`` does not follow the stored; SUBJECT_NOT_FOUND.
        """
        key = hold_data_key(self._connection, self._vault, subject_id)
        newest = select(func.coalesce(func.max(records.c.version), 0)).where(
            records.c.subject_id == subject_id, records.c.record_type == record.record_type
        )
        current = self._connection.execute(newest).scalar_one()
        if record.version != current + 1:
            raise _mismatch()
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(records).values(_row(subject_id, record, key)))
        except IntegrityError:
            # Another process stored this version since we looked.
            raise _mismatch() from None
        self._changes.added("records", subject_id, record.record_type, record.version)


@lru_cache(_MOST_KINDS)
def _newest(count: int) -> Statement:
    others = records.alias()
    same = (others.c.subject_id == records.c.subject_id) & (others.c.record_type == records.c.record_type)
    newest = select(func.max(others.c.version)).where(same).scalar_subquery()
    wanted = records.c.record_type.in_([bindparam(f"record_type_{place}") for place in range(count)])
    mine = records.c.subject_id == bindparam("subject_id")
    return Statement(select(records).where(mine, wanted, records.c.version == newest))


def _mismatch() -> DomainError:
    return DomainError(Reason.VERSION_MISMATCH, "the record has another version; read it again")


def _row(subject_id: str, record: Record, key: bytes) -> dict[str, Any]:
    # The digest is sealed too: that of a short text gives the text away to whoever tries all texts.
    content = json.dumps({"json": record.json, "sha256": record.sha256}).encode()
    return {
        "subject_id": subject_id,
        "record_type": record.record_type,
        "version": record.version,
        "owning_agency": record.owning_agency,
        "updated": record.updated,
        "content_sealed": seal(key, content, *_place(subject_id, record)),
    }


def _record(row: AnyRow, key: bytes) -> Record:
    shown = Record(row.record_type, row.owning_agency, "", "", row.version, row.updated)
    content = json.loads(unseal(key, row.content_sealed, *_place(row.subject_id, shown)))
    return replace(shown, json=content["json"], sha256=content["sha256"])


def _place(subject_id: str, record: Record) -> tuple[str, ...]:
    updated = record.updated.astimezone(UTC).isoformat()
    told = (record.record_type, str(record.version), record.owning_agency, updated)
    return ("records", "content", subject_id, *told)
