"""Sealing and unsealing of rows: which key, and which place, each sealed column has."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, select

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import PersonalData, TrailHead
from idverify.storage.remembered import Remembered
from idverify.storage.statement import Statement
from idverify.storage.tables import AnyRow, subjects
from idverify.trust.log.entries import Opening, opening
from idverify.trust.sealing import MasterKeys, Purpose, WrappedKey, keyed_hash, new_key, seal, unseal

_MOST_OPENED = 64
"""Keys that are remembered for one transaction: one is about a few people, and who goes through all needs each once."""


class Vault:
    """The keys, put to use on rows. Holds derived keys in memory; thread-safe, since it never changes.

    Attributes:
        remembered: of citizens, in the view or transaction that this vault is for; None: it is for none.
    """

    def __init__(self, keys: MasterKeys) -> None:
        self._keys = keys
        self._number_key = keys.subkey(Purpose.NUMBER_HASH)
        self._service_key = keys.subkey(Purpose.SERVICE_DATA)
        self._head_key = keys.subkey(Purpose.AUDIT_HEAD)
        self._state_key = keys.subkey(Purpose.REGISTER_STATE)
        self._rows_key = keys.subkey(Purpose.REGISTER_ROWS)
        self._log_key = keys.subkey(Purpose.LOG_SALTS)
        self._opened: dict[tuple[str, str, bytes], bytes] | None = None
        self.remembered: Remembered | None = None

    def for_view(self) -> Vault:
        """Return a vault for one consistent view and one thread: a citizen's key is opened once, and is there then."""
        return self._for_one(Remembered(found={}))

    def for_transaction(self) -> Vault:
        """Return a vault for one transaction and one thread: a citizen's key is opened once, and looked for until held.

        Whoever holds it wants it locked, and who deletes it finds it no longer.
        """
        return self._for_one(Remembered(found=None))

    def _for_one(self, remembered: Remembered) -> Vault:
        mine = Vault.__new__(Vault)
        mine.__dict__.update(self.__dict__)
        mine._opened, mine.remembered = {}, remembered  # noqa: SLF001 - of its own class
        return mine

    def number_hash(self, citizen_number: str) -> bytes:
        """Return what a citizen number is found by."""
        return keyed_hash(self._number_key, citizen_number)

    def head_mac(self, sequence: int, digest: str) -> bytes:
        """Return the proof that this service put the end of the audit trail here."""
        return keyed_hash(self._head_key, str(sequence), digest)

    def row_mark(self, table: str, place: Iterable[Any]) -> int:
        """Return the number that stands for a row, below 2^256, from what tells it from all others of its table."""
        parts = (part.hex() if isinstance(part, bytes) else str(part) for part in place)
        return int.from_bytes(keyed_hash(self._rows_key, table, *parts))

    def log_opening(self, sequence: int, payload: str) -> Opening:
        """Return an event as it stands in the log, opened."""
        return opening(self._log_key, sequence, payload)

    def seal_state(self, head: TrailHead, content: bytes) -> bytes:
        """Seal what is known at one end of the trail. A key for each end: none is used often enough to wear out."""
        return seal(self._state_key_at(head), content, "audit_head", "state")

    def open_state(self, head: TrailHead, sealed: bytes) -> bytes:
        """Open it. Raises StoredDataError if it was sealed at another end."""
        return unseal(self._state_key_at(head), sealed, "audit_head", "state")

    def _state_key_at(self, head: TrailHead) -> bytes:
        return keyed_hash(self._state_key, str(head.sequence), head.hash)

    def floor_mac(self, head: TrailHead) -> bytes:
        """Return the proof that this service wrote the events up to here to an archive."""
        return keyed_hash(self._head_key, "floor", str(head.sequence), head.hash)

    @property
    def service_key(self) -> bytes:
        """The key of what belongs to no citizen."""
        return self._service_key

    def sealed_subject(self, subject_id: str, citizen_number: str, personal: PersonalData) -> dict[str, Any]:
        """Return the secret columns of a new citizen, under a new data key."""
        key = new_key()
        wrapped = self._keys.wrap(key, subject_id)
        fields = {"full_name": personal.full_name, "birth_date": personal.birth_date, "sex": personal.sex}
        content = json.dumps(fields, ensure_ascii=False).encode()
        return {
            "number_hash": self.number_hash(citizen_number),
            "number_sealed": self.sealed_number(key, subject_id, citizen_number),
            "personal_sealed": seal(key, content, "subjects", "personal", subject_id),
            "master_key_id": wrapped.master_key_id,
            "data_key_sealed": wrapped.sealed,
        }

    def sealed_number(self, key: bytes, subject_id: str, citizen_number: str) -> bytes:
        """Return a citizen's number, sealed under their data key."""
        return seal(key, citizen_number.encode(), "subjects", "number", subject_id)

    def data_key(self, row: AnyRow) -> bytes:
        """Return the data key of a row that has the columns of :data:`KEY_COLUMNS`."""
        if self._opened is None:
            return self._keys.unwrap(WrappedKey(row.master_key_id, row.data_key_sealed), row.subject_id)
        sealed = (row.subject_id, row.master_key_id, row.data_key_sealed)
        key = self._opened.get(sealed)
        if key is None:
            key = self._keys.unwrap(WrappedKey(row.master_key_id, row.data_key_sealed), row.subject_id)
            if len(self._opened) >= _MOST_OPENED:
                self._opened.clear()
            self._opened[sealed] = key
            if self.remembered is not None:
                self.remembered.find(row.subject_id, key)
        return key

    def citizen_number(self, row: AnyRow) -> str:
        """Return the citizen number of a row of ``subjects``.

        Raises:
            StoredDataError: it does not open, or the hash beside it is another number's: somebody made one citizen
                answer to the number of another.
        """
        number = unseal(self.data_key(row), row.number_sealed, "subjects", "number", row.subject_id).decode()
        if not hmac.compare_digest(self.number_hash(number), row.number_hash):
            raise StoredDataError("the hash of a citizen number does not belong to the sealed number beside it")
        return number

    def bears(self, row: AnyRow, citizen_number: str) -> bool:
        """Tell whether a row of ``subjects`` that was found by the hash of a number holds that number, sealed.

        Raises:
            StoredDataError: it does not open.
        """
        number = unseal(self.data_key(row), row.number_sealed, "subjects", "number", row.subject_id)
        return hmac.compare_digest(number, citizen_number.encode())

    def personal_data(self, row: AnyRow) -> PersonalData:
        """Return the personal data of a row of ``subjects``."""
        content = unseal(self.data_key(row), row.personal_sealed, "subjects", "personal", row.subject_id)
        return PersonalData(**json.loads(content))

    def rewrapped(self, row: AnyRow) -> dict[str, Any]:
        """Return the data key's columns, wrapped anew by the active master key."""
        wrapped = self._keys.wrap(self.data_key(row), row.subject_id)
        return {"master_key_id": wrapped.master_key_id, "data_key_sealed": wrapped.sealed}

    @property
    def active_key_id(self) -> str:
        """Id of the master key that wraps now."""
        return self._keys.active


KEY_COLUMNS = (subjects.c.subject_id, subjects.c.master_key_id, subjects.c.data_key_sealed)
"""What :meth:`Vault.data_key` needs."""

_OF = select(*KEY_COLUMNS).where(subjects.c.subject_id == bindparam("subject_id"))
_FIND, _HOLD = Statement(_OF), Statement(_OF.with_for_update(read=True))


def find_data_key(connection: Connection, vault: Vault, subject_id: str) -> bytes | None:
    """Return a citizen's data key, or None if there is no such citizen."""
    known = vault.remembered
    if known is not None:
        key = (known.held if known.found is None else known.found).get(subject_id)
        if key is not None:
            return key
    row = _FIND.first(connection, subject_id=subject_id)
    return None if row is None else vault.data_key(row)


def hold_data_key(connection: Connection, vault: Vault, subject_id: str) -> bytes:
    """Return a citizen's data key, and keep the citizen from being deleted until the transaction ends.

    Raises:
        DomainError: SUBJECT_NOT_FOUND.
    """
    known = vault.remembered
    if known is not None and subject_id in known.held:
        return known.held[subject_id]
    row = _HOLD.first(connection, subject_id=subject_id)
    if row is None:
        raise DomainError(Reason.SUBJECT_NOT_FOUND, "the citizen is not enrolled, or no longer")
    key = vault.data_key(row)
    if known is not None:
        known.hold(subject_id, key)
    return key
