"""Numbers that stand for a citizen's for a while: found by a keyed hash, sealed under the citizen's data key.

A version that was put back, such as one before a number was used up, shows in the tallies.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import VirtualNumber
from idverify.storage.failures import decoding, refuse_write
from idverify.storage.tables import AnyRow, virtual_numbers
from idverify.storage.trail.tally import RowChanges
from idverify.storage.vault import Vault, find_data_key, hold_data_key
from idverify.trust.sealing import seal, unseal


class VirtualNumbersView:
    """Virtual numbers, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def get(self, number: str) -> VirtualNumber | None:
        """Return a number, valid or not.

        Raises:
            StoredDataError: the row that answers to the number holds another.
        """
        found = virtual_numbers.c.number_hash == self._vault.number_hash(number)
        row = self._connection.execute(select(virtual_numbers).where(found)).one_or_none()
        if row is None:
            return None
        read = self._read(row)
        if read.number != number:
            raise StoredDataError("a virtual number's row answers to a number that is not sealed in it")
        return read

    def of(self, subject_id: str) -> list[VirtualNumber]:
        """Return the numbers of a citizen, oldest first."""
        query = select(virtual_numbers).where(virtual_numbers.c.subject_id == subject_id)
        read = [self._read(row) for row in self._connection.execute(query).all()]
        return sorted(read, key=lambda number: (number.created, number.number))

    def add(self, number: VirtualNumber) -> None:
        """Refuse."""
        del number
        raise refuse_write()

    def put(self, number: VirtualNumber) -> None:
        """Refuse."""
        del number
        raise refuse_write()

    def _read(self, row: AnyRow) -> VirtualNumber:
        key = find_data_key(self._connection, self._vault, row.subject_id)
        if key is None:
            raise StoredDataError("a virtual number belongs to a citizen who is not there")
        place = _place(row.number_hash, row.subject_id, row.version)
        said = json.loads(unseal(key, row.content_sealed, *place))
        with decoding("virtual number"):
            return VirtualNumber(
                said["number"],
                row.subject_id,
                datetime.fromisoformat(said["created"]),
                datetime.fromisoformat(said["expires"]),
                said["one_time"],
                row.version,
                _time(said["used"]),
                _time(said["revoked"]),
            )


class SqlVirtualNumbers(VirtualNumbersView):
    """Virtual numbers, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault, changes: RowChanges) -> None:
        super().__init__(connection, vault)
        self._changes = changes

    def add(self, number: VirtualNumber) -> None:
        """Store a new one. Raises DomainError SUBJECT_NOT_FOUND."""
        digest = self._vault.number_hash(number.number)
        row = {"number_hash": digest, "subject_id": number.subject_id, **self._columns(number, digest)}
        self._connection.execute(insert(virtual_numbers).values(row))
        self._changes.added("virtual_numbers", digest, number.subject_id, number.version)

    def put(self, number: VirtualNumber) -> None:
        """Replace the version before. Raises DomainError VERSION_MISMATCH if that is not the one stored."""
        digest = self._vault.number_hash(number.number)
        this = (virtual_numbers.c.number_hash == digest) & (virtual_numbers.c.version == number.version - 1)
        changed = update(virtual_numbers).where(this).values(self._columns(number, digest))
        if self._connection.execute(changed).rowcount != 1:
            raise DomainError(Reason.VERSION_MISMATCH, "the number was changed meanwhile")
        self._changes.removed("virtual_numbers", digest, number.subject_id, number.version - 1)
        self._changes.added("virtual_numbers", digest, number.subject_id, number.version)

    def _columns(self, number: VirtualNumber, digest: bytes) -> dict[str, Any]:
        key = hold_data_key(self._connection, self._vault, number.subject_id)
        content = {
            "number": number.number,
            "created": number.created.isoformat(),
            "expires": number.expires.isoformat(),
            "one_time": number.one_time,
            "used": number.used.isoformat() if number.used else "",
            "revoked": number.revoked.isoformat() if number.revoked else "",
        }
        place = _place(digest, number.subject_id, number.version)
        return {"version": number.version, "content_sealed": seal(key, json.dumps(content).encode(), *place)}


def _place(digest: bytes, subject_id: str, version: int) -> tuple[str, ...]:
    return ("virtual_numbers", "content", digest.hex(), subject_id, str(version))


def _time(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
