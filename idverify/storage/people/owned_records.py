"""Records from their owners, kept as long as these allow, sealed under the citizen's data key."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from idverify.domain.errors import StoredDataError
from idverify.domain.model import Provenance, Record, RecordSource
from idverify.domain.model.owners import OwnedRecord
from idverify.storage.failures import refuse_write
from idverify.storage.tables import owned_records
from idverify.storage.vault import Vault, find_data_key, hold_data_key
from idverify.trust.sealing import seal, unseal


class OwnedRecordsView:
    """What is kept, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def get(self, subject_id: str, record_type: str) -> OwnedRecord | None:
        """Return what is kept, whether or not its time is over."""
        this = (owned_records.c.subject_id == subject_id) & (owned_records.c.record_type == record_type)
        row = self._connection.execute(select(owned_records).where(this)).one_or_none()
        if row is None:
            return None
        key = find_data_key(self._connection, self._vault, subject_id)
        if key is None:
            raise StoredDataError("a record belongs to a citizen who is not there")
        place = _place(subject_id, record_type, row.keep_until)
        return OwnedRecord(_record(json.loads(unseal(key, row.body_sealed, *place))), row.keep_until)

    def keep(self, subject_id: str, record: OwnedRecord) -> None:
        """Refuse."""
        del subject_id, record
        raise refuse_write()

    def drop(self, before: datetime) -> None:
        """Refuse."""
        del before
        raise refuse_write()


class SqlOwnedRecords(OwnedRecordsView):
    """What is kept, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        super().__init__(connection, vault)
        self.replaced = False

    def keep(self, subject_id: str, record: OwnedRecord) -> None:
        """Keep a record instead of the one before. Raises DomainError SUBJECT_NOT_FOUND."""
        key = hold_data_key(self._connection, self._vault, subject_id)
        kind = record.record.record_type
        this = (owned_records.c.subject_id == subject_id) & (owned_records.c.record_type == kind)
        body = seal(key, _body(record.record), *_place(subject_id, kind, record.keep_until))
        row = {"subject_id": subject_id, "record_type": kind, "keep_until": record.keep_until, "body_sealed": body}
        self.replaced |= self._connection.execute(delete(owned_records).where(this)).rowcount > 0
        self._connection.execute(insert(owned_records).values(row))

    def drop(self, before: datetime) -> None:
        """Erase those whose time was over then."""
        over = owned_records.c.keep_until <= before
        self.replaced |= self._connection.execute(delete(owned_records).where(over)).rowcount > 0


def _body(record: Record) -> bytes:
    return json.dumps(asdict(record), ensure_ascii=False, default=_plain).encode()


def _plain(value: datetime | RecordSource) -> str:
    return value.isoformat() if isinstance(value, datetime) else value.value


def _record(content: dict[str, Any]) -> Record:
    said = content["provenance"]
    provenance = Provenance(**said | {"received": datetime.fromisoformat(said["received"])})
    return Record(
        content["record_type"],
        content["owning_agency"],
        content["json"],
        content["sha256"],
        content["version"],
        datetime.fromisoformat(content["updated"]),
        source=RecordSource.OWNER,
        provenance=provenance,
    )


def _place(subject_id: str, record_type: str, keep_until: datetime) -> tuple[str, ...]:
    return ("owned_records", "body", subject_id, record_type, keep_until.isoformat(timespec="microseconds"))
