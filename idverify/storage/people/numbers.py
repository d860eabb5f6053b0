"""The numbers that citizens bore before: found by a keyed hash, sealed under the citizen's data key."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.storage.failures import refuse_write
from idverify.storage.statement import Statement
from idverify.storage.tables import AnyRow, former_numbers, subjects
from idverify.storage.trail.tally import RowChanges
from idverify.storage.vault import Vault, find_data_key, hold_data_key
from idverify.trust.sealing import seal, unseal

_BY_NUMBER = Statement(select(former_numbers).where(former_numbers.c.number_hash == bindparam("number_hash")))
_OF_ONE = Statement(select(former_numbers).where(former_numbers.c.subject_id == bindparam("subject_id")))


def former_numbers_of(connection: Connection, vault: Vault, keys: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    """Return the former numbers of several citizens, given their data keys, in order; one query, however many."""
    rows = connection.execute(select(former_numbers).where(former_numbers.c.subject_id.in_(keys))).all()
    found: dict[str, list[str]] = {subject_id: [] for subject_id in keys}
    for row in rows:
        found[row.subject_id].append(_number(row, keys[row.subject_id], vault))
    return {subject_id: tuple(sorted(numbers)) for subject_id, numbers in found.items()}


class NumbersView:
    """Former numbers, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def holder_before(self, citizen_number: str) -> str | None:
        """Return the subject id of who bore a number before; None: it is nobody's former number.

        Raises:
            StoredDataError: the row that answers to the number holds another.
        """
        row = _BY_NUMBER.first(self._connection, number_hash=self._vault.number_hash(citizen_number))
        if row is None:
            return None
        key = find_data_key(self._connection, self._vault, row.subject_id)
        if key is None or _number(row, key, self._vault) != citizen_number:
            raise StoredDataError("a former number's row answers to a number that is not sealed in it")
        subject_id: str = row.subject_id
        return subject_id

    def former_of(self, subject_id: str) -> tuple[str, ...]:
        """Return the numbers that a citizen bore before, in order; nothing if there is no such citizen."""
        known = self._vault.remembered
        if known is not None and known.has_one_number(subject_id):
            return ()
        rows = _OF_ONE.all(self._connection, subject_id=subject_id)
        key = find_data_key(self._connection, self._vault, subject_id) if rows else None
        return () if key is None else tuple(sorted(_number(row, key, self._vault) for row in rows))

    def replace(self, subject_id: str, citizen_number: str, *, keep_former: bool) -> None:
        """Refuse."""
        del subject_id, citizen_number, keep_former
        raise refuse_write()


class SqlNumbers(NumbersView):
    """Numbers, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault, changes: RowChanges) -> None:
        super().__init__(connection, vault)
        self._changes = changes

    def replace(self, subject_id: str, citizen_number: str, *, keep_former: bool) -> None:
        """Give a citizen another number; with ``keep_former`` the one before leads to them for ever.

        Raises:
            DomainError: REFERENCE_EXISTS if the number is, or was, somebody else's, or is their own already;
                SUBJECT_NOT_FOUND.
        """
        key = hold_data_key(self._connection, self._vault, subject_id)
        this = subjects.c.subject_id == subject_id
        own = self._connection.execute(select(subjects).where(this).with_for_update()).one()
        digest = self._vault.number_hash(citizen_number)
        borne = select(subjects.c.subject_id).where(subjects.c.number_hash == digest)
        if self._connection.execute(borne).first() or self.holder_before(citizen_number) not in {None, subject_id}:
            raise DomainError(Reason.REFERENCE_EXISTS, "this citizen number is enrolled")
        former = self._vault.citizen_number(own)
        if self._connection.execute(delete(former_numbers).where(former_numbers.c.number_hash == digest)).rowcount:
            self._changes.removed("former_numbers", digest, subject_id)
        columns = {"number_hash": digest, "number_sealed": self._vault.sealed_number(key, subject_id, citizen_number)}
        self._connection.execute(update(subjects).where(this).values(columns))
        if self._vault.remembered is not None:
            self._vault.remembered.forget(subject_id)
        self._changes.removed("subjects", subject_id, own.number_hash)
        self._changes.added("subjects", subject_id, digest)
        if keep_former:
            sealed = seal(key, former.encode(), *_place(subject_id, own.number_hash))
            row = {"number_hash": own.number_hash, "subject_id": subject_id, "number_sealed": sealed}
            self._connection.execute(insert(former_numbers).values(row))
            self._changes.added("former_numbers", own.number_hash, subject_id)


def _place(subject_id: str, number_hash: bytes) -> tuple[str, ...]:
    return ("former_numbers", "number", subject_id, number_hash.hex())


def _number(row: AnyRow, key: bytes, vault: Vault) -> str:
    number = unseal(key, row.number_sealed, *_place(row.subject_id, row.number_hash)).decode()
    if not hmac.compare_digest(vault.number_hash(number), row.number_hash):
        raise StoredDataError("the hash of a former number does not belong to the sealed number beside it")
    return number
