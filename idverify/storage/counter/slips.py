"""Paper slips, each sealed to its serial and version: who has the database alone makes none up.

One put back as it was before it was reconciled shows in the tallies (:mod:`idverify.storage.trail.tally`).
"""

from __future__ import annotations

import hmac
import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Slip, SlipState
from idverify.domain.vouching.slip_numbers import serial_of
from idverify.storage.failures import decoding, refuse_write
from idverify.storage.registry.versions import replace_version
from idverify.storage.tables import AnyRow, slips
from idverify.storage.trail.tally import RowChanges
from idverify.storage.vault import Vault
from idverify.trust.sealing import seal, unseal


class SlipsView:
    """Slips, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def count(self) -> int:
        """Return how many were ever issued; the serials count them."""
        return self._connection.execute(select(func.count()).select_from(slips)).scalar_one()

    def get(self, number: str) -> Slip | None:
        """Return the slip of a whole number; None also if only its serial is right."""
        slip = self.of_serial(serial_of(number))
        return slip if slip is not None and hmac.compare_digest(slip.number, number) else None

    def of_serial(self, serial: str) -> Slip | None:
        """Return the slip of a serial."""
        row = self._connection.execute(select(slips).where(slips.c.serial == serial)).one_or_none()
        return None if row is None else self._slip(row)

    def page(self, after: int, limit: int, agency_code: str, state: SlipState | None) -> list[tuple[int, Slip]]:
        """Return slips in the order in which they were issued, each with its serial as a number.

        Args:
            after: serial of the last one of the page before.
            limit: at most so many.
            agency_code: only this agency's; empty: all.
            state: only those; None: all.
        """
        query = select(slips).where(slips.c.serial > f"{after:06}").order_by(slips.c.serial).limit(limit)
        if agency_code:
            query = query.where(slips.c.agency_code == agency_code)
        if state is not None:
            query = query.where(slips.c.state == state.value)
        return [(int(row.serial), self._slip(row)) for row in self._connection.execute(query).all()]

    def add(self, slip: Slip) -> None:
        """Refuse."""
        del slip
        raise refuse_write()

    def put(self, slip: Slip) -> None:
        """Refuse."""
        del slip
        raise refuse_write()

    def _slip(self, row: AnyRow) -> Slip:
        place = _place(row.serial, row.agency_code, row.state, row.version)
        body = unseal(self._vault.service_key, row.body_sealed, *place)
        with decoding("slip"):
            content = json.loads(body)
            return Slip(
                content["number"],
                row.agency_code,
                content["client"],
                datetime.fromisoformat(content["issued"]),
                SlipState(row.state),
                datetime.fromisoformat(content["closed"]) if content["closed"] else None,
                content["void_reason"],
                content["subject_id"],
                content["transaction_id"],
                row.version,
            )


class SqlSlips(SlipsView):
    """Slips, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault, changes: RowChanges) -> None:
        super().__init__(connection, vault)
        self._changes = changes

    def add(self, slip: Slip) -> None:
        """Keep a new one."""
        serial = serial_of(slip.number)
        self._connection.execute(insert(slips).values(serial=serial, **self._columns(slip)))
        self._changes.added("slips", serial, slip.version)

    def put(self, slip: Slip) -> None:
        """Replace the version before. Raises DomainError VERSION_MISMATCH if that is not the one stored."""
        serial, values = serial_of(slip.number), self._columns(slip)
        if not replace_version(self._connection, self._changes, slips.c.serial, serial, slip.version, values):
            raise DomainError(Reason.VERSION_MISMATCH, "the slip was changed meanwhile")

    def _columns(self, slip: Slip) -> dict[str, Any]:
        content = {
            "number": slip.number,
            "client": slip.client,
            "issued": slip.issued.isoformat(),
            "closed": slip.closed.isoformat() if slip.closed else "",
            "void_reason": slip.void_reason,
            "subject_id": slip.subject_id,
            "transaction_id": slip.transaction_id,
        }
        place = _place(serial_of(slip.number), slip.agency_code, slip.state.value, slip.version)
        body = seal(self._vault.service_key, json.dumps(content, ensure_ascii=False).encode(), *place)
        return {
            "agency_code": slip.agency_code,
            "state": slip.state.value,
            "version": slip.version,
            "body_sealed": body,
        }


def _place(serial: str, agency_code: str, state: str, version: int) -> tuple[str, ...]:
    return ("slips", "body", serial, agency_code, state, str(version))
