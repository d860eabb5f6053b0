"""First answers: what a repeated request is given."""

from __future__ import annotations

from sqlalchemy import Connection, LargeBinary, Text, bindparam, delete, func, insert, select, text

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.ports import StoredReply
from idverify.storage.failures import refuse_write
from idverify.storage.statement import Statement
from idverify.storage.tables import AnyRow, replies, reply_bodies
from idverify.storage.trail.audit_trail import SqlAudit
from idverify.storage.vault import Vault, find_data_key, hold_data_key
from idverify.trust.sealing import seal, unseal

_AT_A_TIME = 1000
"""Answers that are erased in one transaction: a few tenths of a second."""

_FIND = Statement(
    select(replies, reply_bodies.c.event, reply_bodies.c.body_sealed)
    .outerjoin(reply_bodies, reply_bodies.c.body_id == replies.c.body_id)
    .where(replies.c.caller == bindparam("caller"), replies.c.request_id == bindparam("request_id"))
)
# In words, since each dialect has its own for it; what is there already is no error, so that no savepoint is needed.
_ADD = Statement(
    text(
        "INSERT INTO replies (caller, request_id, method, digest, subject_id, body_id) "
        "VALUES (:caller, :request_id, :method, :digest, :subject_id, :body_id) ON CONFLICT DO NOTHING"
    ).bindparams(bindparam("digest", type_=LargeBinary), bindparam("subject_id", type_=Text))
)
_ADD_BODY = Statement(insert(reply_bodies).returning(reply_bodies.c.body_id), ["event", "body_sealed"])


class RepliesView:
    """First answers, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def find(self, caller: str, request_id: str) -> StoredReply | None:
        """Return the first answer, if the request was answered before."""
        row = self._row(caller, request_id)
        if row is None:
            return None
        return StoredReply(row.method, row.digest, None if row.body_sealed is None else self._body(row))

    def given(self, caller: str, request_id: str) -> tuple[str | None, int | None]:
        """Return whom an answer that is there is about, and the event of the trail at which it was given."""
        row = self._row(caller, request_id)
        return (None, None) if row is None else (row.subject_id, row.event)

    def put(self, caller: str, request_id: str, reply: StoredReply, subject_id: str | None) -> None:
        """Refuse."""
        del caller, request_id, reply, subject_id
        raise refuse_write()

    def _row(self, caller: str, request_id: str) -> AnyRow | None:
        return _FIND.first(self._connection, caller=caller, request_id=request_id)

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
        added = _ADD.execute(
            self._connection,
            caller=caller,
            request_id=request_id,
            method=reply.method,
            digest=reply.digest,
            subject_id=subject_id,
            body_id=None if reply.body is None else self._put_body(seal(key, reply.body, *place)),
        )
        if not added:
            raise DomainError(Reason.REQUEST_REPLAYED, "this request_id has been answered meanwhile")

    def expire(self, last_event: int) -> int:
        """Erase some of the answers given up to an event; return how many: 0 when there are none left.

        That they were given stays known: nothing is done twice.
        """
        first = select(func.min(reply_bodies.c.body_id)).scalar_subquery()
        some = reply_bodies.c.body_id.between(first, first + _AT_A_TIME - 1)
        gone = delete(reply_bodies).where(some, reply_bodies.c.event <= last_event)
        erased = int(self._connection.execute(gone).rowcount)
        self.erased |= erased > 0
        return erased

    def _put_body(self, sealed: bytes) -> int:
        added = _ADD_BODY.first(self._connection, event=self._audit.head().sequence, body_sealed=sealed)
        assert added is not None
        return int(added.body_id)


def erase_bodies_of(connection: Connection, subject_id: str) -> None:
    """Erase the answers that concern a citizen; that they were given stays known."""
    about = select(replies.c.body_id).where(replies.c.subject_id == subject_id, replies.c.body_id.is_not(None))
    connection.execute(delete(reply_bodies).where(reply_bodies.c.body_id.in_(about)))


def _place(caller: str, request_id: str, method: str, digest: bytes) -> tuple[str, ...]:
    return ("replies", "body", caller, request_id, method, digest.hex())
