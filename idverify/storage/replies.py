"""First answers: what a repeated request is given."""

from __future__ import annotations

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.ports import StoredReply
from idverify.storage.audit_trail import SqlAudit
from idverify.storage.failures import refuse_write
from idverify.storage.tables import AnyRow, replies
from idverify.storage.vault import Vault, find_data_key, hold_data_key
from idverify.trust.sealing import seal, unseal

_EVENTS_A_TIME = 1000
"""Answers that are erased in one transaction: about so many, a few tenths of a second."""


class RepliesView:
    """First answers, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def find(self, caller: str, request_id: str) -> StoredReply | None:
        """Return the first answer, if the request was answered before."""
        query = select(replies).where(replies.c.caller == caller, replies.c.request_id == request_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        return StoredReply(row.method, row.digest, None if row.body_sealed is None else self._body(row))

    def given(self, caller: str, request_id: str) -> tuple[str | None, int | None]:
        """Return whom an answer that is there is about, and the event of the trail at which it was given."""
        query = select(replies.c.subject_id, replies.c.event)
        found = query.where(replies.c.caller == caller, replies.c.request_id == request_id)
        row = self._connection.execute(found).one()
        return row.subject_id, row.event

    def put(self, caller: str, request_id: str, reply: StoredReply, subject_id: str | None) -> None:
        """Refuse."""
        del caller, request_id, reply, subject_id
        raise refuse_write()

    def _body(self, row: AnyRow) -> bytes:
        if row.subject_id is None:
            key: bytes | None = self._vault.service_key
        else:
            key = find_data_key(self._connection, self._vault, row.subject_id)
        if key is None:
            raise StoredDataError("a stored answer belongs to a citizen who is not there")
        return unseal(key, row.body_sealed, *_place(row.caller, row.request_id, row.method, row.digest))


class SqlReplies(RepliesView):
    """First answers, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault, audit: SqlAudit) -> None:
        super().__init__(connection, vault)
        self._audit = audit
        self.erased = False

    def put(self, caller: str, request_id: str, reply: StoredReply, subject_id: str | None) -> None:
        """Store an answer (sealed; under the citizen's key if one is concerned).

        Raises:
            DomainError: REQUEST_REPLAYED if a concurrent request with this id was answered meanwhile;
                SUBJECT_NOT_FOUND.
        """
        if subject_id is None:
            key = self._vault.service_key
        else:
            key = hold_data_key(self._connection, self._vault, subject_id)
        place = _place(caller, request_id, reply.method, reply.digest)
        row = {
            "caller": caller,
            "request_id": request_id,
            "method": reply.method,
            "digest": reply.digest,
            "subject_id": subject_id,
            "body_sealed": None if reply.body is None else seal(key, reply.body, *place),
            "event": self._audit.head().sequence,
        }
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(replies).values(row))
        except IntegrityError:
            raise DomainError(Reason.REQUEST_REPLAYED, "this request_id has been answered meanwhile") from None

    def expire(self, last_event: int) -> int:
        """Erase some of the answers given up to an event; return how many: 0 when there are none left.

        That they were given stays known: nothing is done twice.
        """
        kept = replies.c.body_sealed.is_not(None)
        first = self._connection.execute(select(func.min(replies.c.event)).where(kept)).scalar_one()
        if first is None or first > last_event:
            return 0
        some = replies.c.event.between(first, min(first + _EVENTS_A_TIME, last_event))
        self.erased = True
        return int(self._connection.execute(update(replies).where(kept, some).values(body_sealed=None)).rowcount)


def _place(caller: str, request_id: str, method: str, digest: bytes) -> tuple[str, ...]:
    return ("replies", "body", caller, request_id, method, digest.hex())
