"""Confirmations that were issued, and whether they were revoked.

A row stays when its citizen is deleted, without what names a consent: its bit of the status list is set for ever. What
is changed in one past the service, to have it hold again or escape a revocation, shows in the tallies
(:mod:`idverify.storage.trail.tally`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from idverify.domain.model import Confirmation
from idverify.storage.failures import refuse_write
from idverify.storage.tables import AnyRow, confirmations
from idverify.storage.trail.tally import PLACES, RowChanges
from idverify.storage.vault import Vault, hold_data_key

_HOLDS, _REVOKED = 1, 2


class ConfirmationsView:
    """Confirmations, read-only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, confirmation_id: str) -> Confirmation | None:
        """Return one."""
        this = confirmations.c.confirmation_id == confirmation_id
        row = self._connection.execute(select(confirmations).where(this)).one_or_none()
        return None if row is None else _confirmation(row)

    def revoked(self, first: int, last: int) -> list[int]:
        """Return which of those issued ``first``-th to ``last``-th are revoked."""
        column = confirmations.c.ordinal
        wanted = column.between(first, last) & (confirmations.c.version == _REVOKED)
        return [row.ordinal for row in self._connection.execute(select(column).where(wanted).order_by(column))]

    def add(self, confirmation: Confirmation) -> int:
        """Refuse."""
        del confirmation
        raise refuse_write()

    def revoke(
        self, *, confirmation_id: str = "", subject_id: str = "", consent_ref: str = "", client: str | None = None
    ) -> list[Confirmation]:
        """Refuse."""
        del confirmation_id, subject_id, consent_ref, client
        raise refuse_write()


class SqlConfirmations(ConfirmationsView):
    """Confirmations, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault, changes: RowChanges) -> None:
        super().__init__(connection)
        self._vault = vault
        self._changes = changes

    def add(self, confirmation: Confirmation) -> int:
        """Keep a new one. Raises DomainError SUBJECT_NOT_FOUND."""
        hold_data_key(self._connection, self._vault, confirmation.subject_id)
        row = {
            "confirmation_id": confirmation.confirmation_id,
            "subject_id": confirmation.subject_id,
            "client": confirmation.client,
            "consent_ref": confirmation.consent_ref,
            "expires": confirmation.expires,
            "version": _HOLDS,
        }
        added = self._connection.execute(insert(confirmations).values(**row).returning(confirmations.c.ordinal))
        ordinal = int(added.scalar_one())
        self._note(self._changes.added, confirmations.c.ordinal == ordinal)
        return ordinal

    def revoke(
        self, *, confirmation_id: str = "", subject_id: str = "", consent_ref: str = "", client: str | None = None
    ) -> list[Confirmation]:
        """Revoke those that hold and are meant; see :meth:`idverify.ports.counter.Confirmations.revoke`."""
        meant = {
            confirmations.c.confirmation_id: confirmation_id,
            confirmations.c.subject_id: subject_id,
            confirmations.c.consent_ref: consent_ref,
            confirmations.c.client: client or "",
        }
        given = [column == value for column, value in meant.items() if value]
        if not given:
            raise ValueError("which")
        held = select(confirmations).where(confirmations.c.version == _HOLDS, *given).with_for_update()
        rows = self._connection.execute(held).all()
        for row in rows:
            this = confirmations.c.ordinal == row.ordinal
            self._change(this, version=_REVOKED)
        return [_confirmation(row) for row in rows]

    def forget_subject(self, subject_id: str) -> None:
        """Revoke what a citizen's deletion leaves without ground, and forget what it rested on."""
        self.revoke(subject_id=subject_id)
        self._change(confirmations.c.subject_id == subject_id, consent_ref="")

    def _change(self, these: ColumnElement[bool], **values: Any) -> None:
        """Change some rows, by columns that ``these`` does not look at."""
        self._note(self._changes.removed, these)
        self._connection.execute(update(confirmations).where(these).values(**values))
        self._note(self._changes.added, these)

    def _note(self, note: Callable[..., None], these: ColumnElement[bool]) -> None:
        for place in self._connection.execute(select(*PLACES["confirmations"]).where(these)):
            note("confirmations", *place)


def _confirmation(row: AnyRow) -> Confirmation:
    return Confirmation(
        row.confirmation_id, row.subject_id, row.client, row.consent_ref, row.expires, row.version == _REVOKED
    )
