"""The last impressions that were shown for a citizen, sealed under the citizen's key, and gone with the citizen."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from idverify.storage.failures import refuse_write
from idverify.storage.tables import recent_probes
from idverify.storage.vault import Vault, find_data_key, hold_data_key
from idverify.trust.sealing import seal, unseal


class RecentProbesView:
    """The last impressions, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def of(self, subject_id: str) -> list[bytes]:
        """Return the templates of the last impressions shown for a citizen, oldest first."""
        columns = recent_probes.c
        rows = self._connection.execute(
            select(columns.probe_id, columns.template_sealed)
            .where(columns.subject_id == subject_id)
            .order_by(columns.ordinal)
        ).all()
        key = find_data_key(self._connection, self._vault, subject_id)
        if key is None:
            return []
        return [unseal(key, row.template_sealed, *_place(subject_id, row.probe_id)) for row in rows]

    def add(self, subject_id: str, templates: Sequence[bytes], most: int) -> None:
        """Refuse."""
        del subject_id, templates, most
        raise refuse_write()


class SqlRecentProbes(RecentProbesView):
    """The last impressions, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        super().__init__(connection, vault)
        self.replaced = False

    def add(self, subject_id: str, templates: Sequence[bytes], most: int) -> None:
        """Remember impressions, and of all of them the last ``most``.

        Raises:
            DomainError: SUBJECT_NOT_FOUND.
        """
        key = hold_data_key(self._connection, self._vault, subject_id)
        for template in templates[-most:]:
            probe_id = str(uuid.uuid4())
            sealed = seal(key, template, *_place(subject_id, probe_id))
            row = {"subject_id": subject_id, "probe_id": probe_id, "template_sealed": sealed}
            self._connection.execute(insert(recent_probes).values(row))
        mine = recent_probes.c.subject_id == subject_id
        newest = select(recent_probes.c.ordinal).where(mine).order_by(recent_probes.c.ordinal.desc()).limit(most)
        kept = self._connection.execute(newest).scalars().all()
        older = delete(recent_probes).where(mine, recent_probes.c.ordinal.not_in(kept))
        self.replaced |= self._connection.execute(older).rowcount > 0


def _place(subject_id: str, probe_id: str) -> tuple[str, ...]:
    return ("recent_probes", "template", subject_id, probe_id)
