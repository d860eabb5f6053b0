"""Legal holds, each sealed to its id and version: one taken out or put back shows in the tallies."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from idverify.domain.errors import DomainError, Reason
from idverify.domain.law.holds import LegalHold
from idverify.storage.failures import decoding, refuse_write
from idverify.storage.registry.versions import replace_version
from idverify.storage.tables import AnyRow, legal_holds
from idverify.storage.trail.tally import RowChanges
from idverify.storage.vault import Vault
from idverify.trust.sealing import seal, unseal

_HOLDS = 1


class LegalHoldsView:
    """Legal holds, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def held(self) -> frozenset[str]:
        """Return the subjects on whom there is a hold."""
        query = select(legal_holds.c.subject_id).where(legal_holds.c.version == _HOLDS)
        return frozenset(self._connection.execute(query).scalars())

    def of(self, subject_id: str) -> list[LegalHold]:
        """Return those on a citizen, released ones too, oldest first."""
        query = select(legal_holds).where(legal_holds.c.subject_id == subject_id).order_by(legal_holds.c.ordinal)
        return [self._hold(row) for row in self._connection.execute(query).all()]

    def page(self, after_ordinal: int, limit: int) -> list[tuple[int, LegalHold]]:
        """Return holds in the order in which they were placed, each with its ordinal."""
        query = select(legal_holds).where(legal_holds.c.ordinal > after_ordinal).order_by(legal_holds.c.ordinal)
        return [(row.ordinal, self._hold(row)) for row in self._connection.execute(query.limit(limit)).all()]

    def add(self, hold: LegalHold) -> None:
        """Refuse."""
        del hold
        raise refuse_write()

    def put(self, hold: LegalHold) -> None:
        """Refuse."""
        del hold
        raise refuse_write()

    def _hold(self, row: AnyRow) -> LegalHold:
        body = unseal(self._vault.service_key, row.body_sealed, *_place(row.hold_id, row.subject_id, row.version))
        with decoding("legal hold"):
            said: dict[str, Any] = json.loads(body)
            return LegalHold(
                row.hold_id,
                row.subject_id,
                said["reason"],
                said["client"],
                said["officer"],
                datetime.fromisoformat(said["placed"]),
                datetime.fromisoformat(said["released"]) if said["released"] else None,
                said["release_reason"],
                row.version,
            )


class SqlLegalHolds(LegalHoldsView):
    """Legal holds, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault, changes: RowChanges) -> None:
        super().__init__(connection, vault)
        self._changes = changes

    def add(self, hold: LegalHold) -> None:
        """Keep a new one."""
        name = {"hold_id": hold.hold_id, "subject_id": hold.subject_id}
        self._connection.execute(insert(legal_holds).values(**name, **self._columns(hold)))
        self._changes.added("legal_holds", hold.hold_id, hold.version)

    def put(self, hold: LegalHold) -> None:
        """Replace the version before. Raises DomainError VERSION_MISMATCH if that is not the one stored."""
        values = self._columns(hold)
        if not replace_version(
            self._connection, self._changes, legal_holds.c.hold_id, hold.hold_id, hold.version, values
        ):
            raise DomainError(Reason.VERSION_MISMATCH, "the hold was changed meanwhile")

    def _columns(self, hold: LegalHold) -> dict[str, Any]:
        content = {
            "reason": hold.reason,
            "client": hold.client,
            "officer": hold.officer,
            "placed": hold.placed.isoformat(),
            "released": hold.released.isoformat() if hold.released else "",
            "release_reason": hold.release_reason,
        }
        place = _place(hold.hold_id, hold.subject_id, hold.version)
        body = seal(self._vault.service_key, json.dumps(content, ensure_ascii=False).encode(), *place)
        return {"version": hold.version, "body_sealed": body}


def _place(hold_id: str, subject_id: str, version: int) -> tuple[str, ...]:
    return ("legal_holds", "body", hold_id, subject_id, str(version))
