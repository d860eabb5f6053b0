"""Counter transactions: rows that live for minutes, sealed, and gone with the citizen whom one is about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from idverify.domain.errors import StoredDataError
from idverify.domain.model import Transaction
from idverify.storage.counter.transaction_form import read_transaction, written_transaction
from idverify.storage.failures import decoding, refuse_write
from idverify.storage.tables import AnyRow, transactions
from idverify.storage.vault import Vault, find_data_key, hold_data_key
from idverify.trust.sealing import seal, unseal


class TransactionsView:
    """Counter transactions, read-only."""

    _hold = False

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def get(self, transaction_id: str) -> Transaction | None:
        """Return one; in a transaction of the database that writes, held until its end."""
        query = select(transactions).where(transactions.c.transaction_id == transaction_id)
        row = self._connection.execute(query.with_for_update() if self._hold else query).one_or_none()
        return None if row is None else self._transaction(row)

    def open_of(self, client: str, now: datetime) -> int:
        """Return how many of a client are open and have time left."""
        wanted = (transactions.c.expires > now) & transactions.c.open & (transactions.c.client == client)
        return self._connection.execute(select(func.count()).select_from(transactions).where(wanted)).scalar_one()

    def open_at(self, now: datetime) -> list[Transaction]:
        """Return all that are open and have time left, whoever began them, by when that ends."""
        wanted = transactions.c.open & (transactions.c.expires > now)
        query = select(transactions).where(wanted).order_by(transactions.c.expires, transactions.c.transaction_id)
        return [self._transaction(row) for row in self._connection.execute(query).all()]

    def overdue(self, now: datetime, limit: int) -> list[Transaction]:
        """Return those, at most ``limit``, that are open and whose time is over."""
        wanted = transactions.c.open & (transactions.c.expires <= now)
        query = select(transactions).where(wanted).order_by(transactions.c.expires).limit(limit)
        return [self._transaction(row) for row in self._connection.execute(query).all()]

    def any_before(self, before: datetime) -> bool:
        """Tell whether there are some that ended, and expired before then."""
        query = select(transactions.c.transaction_id).where(_gone(before)).limit(1)
        return self._connection.execute(query).first() is not None

    def put(self, transaction: Transaction) -> None:
        """Refuse."""
        del transaction
        raise refuse_write()

    def forget(self, before: datetime) -> None:
        """Refuse."""
        del before
        raise refuse_write()

    def _transaction(self, row: AnyRow) -> Transaction:
        key: bytes | None = self._vault.service_key
        if row.subject_id is not None:
            key = find_data_key(self._connection, self._vault, row.subject_id)
        if key is None:
            raise StoredDataError("a transaction belongs to a citizen who is not there")
        body = unseal(key, row.body_sealed, *_place(row.transaction_id, row.client))
        with decoding("transaction"):
            return read_transaction(row.transaction_id, row.client, row.subject_id or "", body)


class SqlTransactions(TransactionsView):
    """Counter transactions, read and written in one transaction of the database."""

    _hold = True

    def __init__(self, connection: Connection, vault: Vault) -> None:
        super().__init__(connection, vault)
        self.replaced = False

    def put(self, transaction: Transaction) -> None:
        """Store how one stands now.

        Raises:
            DomainError: SUBJECT_NOT_FOUND if the citizen was deleted meanwhile.
        """
        key, subject_id = self._vault.service_key, transaction.subject_id or None
        if subject_id is not None:
            key = hold_data_key(self._connection, self._vault, subject_id)
        place = _place(transaction.transaction_id, transaction.client)
        row = {
            "transaction_id": transaction.transaction_id,
            "client": transaction.client,
            "subject_id": subject_id,
            "expires": transaction.expires,
            "open": transaction.outcome is None,
            "body_sealed": seal(key, written_transaction(transaction), *place),
        }
        former = delete(transactions).where(transactions.c.transaction_id == transaction.transaction_id)
        self.replaced |= self._connection.execute(former).rowcount > 0
        self._connection.execute(insert(transactions).values(row))

    def forget(self, before: datetime) -> None:
        """Forget those that ended, and expired before then."""
        self.replaced |= self._connection.execute(delete(transactions).where(_gone(before))).rowcount > 0


def _gone(before: datetime) -> ColumnElement[bool]:
    return (transactions.c.expires < before) & ~transactions.c.open


def _place(transaction_id: str, client: str) -> tuple[str, ...]:
    return ("transactions", "body", transaction_id, client)
