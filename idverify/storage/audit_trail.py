"""The audit trail in the database: appended to in the transaction that acts, never changed."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, insert, select, update

from idverify.domain.errors import StoredDataError
from idverify.domain.model import AuditEntry, AuditEvent, TrailCheck, TrailHead
from idverify.storage.failures import refuse_write
from idverify.storage.tables import AnyRow, audit, audit_head
from idverify.storage.vault import Vault
from idverify.trust.audit_chain import GENESIS, StoredEvent, chain, check_chain, event_of

_BATCH = 1000
_HEAD_ID = 1
_NO_HEAD = (0, "")


class AuditView:
    """The trail, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def page(self, after_sequence: int, limit: int, subject_id: str | None = None) -> list[AuditEvent]:
        """Return events in order; with ``subject_id`` those of one citizen."""
        query = select(audit).where(audit.c.sequence > after_sequence).order_by(audit.c.sequence).limit(limit)
        if subject_id is not None:
            query = query.where(audit.c.subject_id == subject_id)
        return [event_of(_stored(row)) for row in self._connection.execute(query)]

    def head(self) -> TrailHead:
        """Return where the chain ends.

        Raises:
            StoredDataError: the end of the chain was tampered with.
        """
        row = self._connection.execute(select(audit_head)).one_or_none()
        if row is None or not self._is_ours(row):
            raise StoredDataError("the end of the audit trail was not put where it is by this service")
        return TrailHead(row.sequence, row.hash)

    def holds(self, head: TrailHead) -> bool:
        """Tell whether the chain once ended there: whether this is the continuation of that history."""
        query = select(audit.c.hash).where(audit.c.sequence == head.sequence)
        return self._connection.execute(query).scalar_one_or_none() == head.hash

    def check(self) -> TrailCheck:
        """Recompute the whole chain, and compare its end with where this service last put it."""
        row = self._connection.execute(select(audit_head)).one_or_none()
        # A head that was not put there by this service is no head; an intact empty trail has none.
        head = (0, GENESIS) if row is None else _NO_HEAD
        if row is not None and self._is_ours(row):
            head = (row.sequence, row.hash)
        return check_chain(self._all(), head)

    def append(self, entry: AuditEntry) -> AuditEvent:
        """Refuse."""
        del entry
        raise refuse_write()

    def _is_ours(self, head: AnyRow) -> bool:
        return hmac.compare_digest(head.mac, self._vault.head_mac(head.sequence, head.hash))

    def _all(self) -> Iterator[StoredEvent]:
        last: int | None = None
        while True:
            query = select(audit).order_by(audit.c.sequence).limit(_BATCH)
            rows = self._connection.execute(query if last is None else query.where(audit.c.sequence > last)).all()
            if not rows:
                return
            yield from map(_stored, rows)
            last = rows[-1].sequence


class SqlAudit(AuditView):
    """The trail, read and appended to in one transaction."""

    def append(self, entry: AuditEntry) -> AuditEvent:
        """Add an event to the end of the chain, in the transaction at hand.

        Raises:
            StoredDataError: the end of the chain was tampered with; nothing is appended to it then.
        """
        # Locked until commit: whoever appends next, in whatever process, sees this event and follows it.
        head = self._connection.execute(select(audit_head).with_for_update()).one_or_none()
        if head is None or not self._is_ours(head):
            raise StoredDataError("the end of the audit trail was not put where it is by this service")
        event = chain(head.sequence + 1, head.hash, entry)
        self._connection.execute(insert(audit).values(asdict(event)))
        self._connection.execute(update(audit_head).values(_head(self._vault, event.sequence, event.hash)))
        return event_of(event)


def begin_trail(connection: Connection, vault: Vault) -> None:
    """Put the end of a new trail at its beginning; does nothing to one that has begun.

    Raises:
        StoredDataError: there are events, but the end of the trail is gone.
    """
    if connection.execute(select(audit_head.c.id)).first() is not None:
        return
    if connection.execute(select(audit.c.sequence).limit(1)).first() is not None:
        raise StoredDataError("the audit trail has events, but its end is not recorded")
    connection.execute(insert(audit_head).values(id=_HEAD_ID, **_head(vault, 0, GENESIS)))


def _head(vault: Vault, sequence: int, digest: str) -> dict[str, Any]:
    return {"sequence": sequence, "hash": digest, "mac": vault.head_mac(sequence, digest)}


def _stored(row: AnyRow) -> StoredEvent:
    return StoredEvent(row.sequence, row.time, row.action, row.subject_id, row.previous_hash, row.hash, row.payload)
