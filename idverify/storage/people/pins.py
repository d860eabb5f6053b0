"""PINs of citizens: their hashes, sealed under the citizen's data key, and gone with it.

A version that was put back, such as one before a PIN was changed, shows in the tallies.
"""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import CitizenPin
from idverify.storage.failures import refuse_write
from idverify.storage.tables import citizen_pins
from idverify.storage.trail.tally import RowChanges
from idverify.storage.vault import Vault, find_data_key, hold_data_key
from idverify.trust.sealing import seal, unseal


class PinsView:
    """PINs, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def of(self, subject_id: str) -> CitizenPin | None:
        """Return a citizen's PIN; None: none was set."""
        query = select(citizen_pins).where(citizen_pins.c.subject_id == subject_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        key = find_data_key(self._connection, self._vault, subject_id)
        if key is None:
            raise StoredDataError("a PIN belongs to a citizen who is not there")
        hashed = unseal(key, row.pin_sealed, *_place(subject_id, row.version)).decode()
        return CitizenPin(subject_id, hashed, row.version)

    def put(self, pin: CitizenPin) -> None:
        """Refuse."""
        del pin
        raise refuse_write()


class SqlPins(PinsView):
    """PINs, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault, changes: RowChanges) -> None:
        super().__init__(connection, vault)
        self._changes = changes

    def put(self, pin: CitizenPin) -> None:
        """Store one in the place of the version before.

        Raises:
            DomainError: VERSION_MISMATCH if that is not the one stored; SUBJECT_NOT_FOUND.
        """
        key = hold_data_key(self._connection, self._vault, pin.subject_id)
        sealed = seal(key, pin.hashed.encode(), *_place(pin.subject_id, pin.version))
        columns = {"subject_id": pin.subject_id, "version": pin.version, "pin_sealed": sealed}
        if pin.version == 1:
            self._connection.execute(insert(citizen_pins).values(columns))
        else:
            this = (citizen_pins.c.subject_id == pin.subject_id) & (citizen_pins.c.version == pin.version - 1)
            if self._connection.execute(update(citizen_pins).where(this).values(columns)).rowcount != 1:
                raise DomainError(Reason.VERSION_MISMATCH, "the PIN was changed meanwhile")
            self._changes.removed("citizen_pins", pin.subject_id, pin.version - 1)
        self._changes.added("citizen_pins", pin.subject_id, pin.version)


def _place(subject_id: str, version: int) -> tuple[str, ...]:
    return ("citizen_pins", "pin", subject_id, str(version))
