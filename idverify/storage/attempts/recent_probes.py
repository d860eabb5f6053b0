"""The last impressions that were shown for a citizen, sealed under the citizen's key, and gone with the citizen."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select

from idverify.storage.failures import refuse_write
from idverify.storage.statement import Statement
from idverify.storage.tables import recent_probes
from idverify.storage.vault import Vault, find_data_key, hold_data_key
from idverify.trust.sealing import seal, unseal

_MINE = recent_probes.c.subject_id == bindparam("subject_id")
_OF = Statement(
    select(recent_probes.c.probe_id, recent_probes.c.template_sealed).where(_MINE).order_by(recent_probes.c.ordinal)
)
_ADD = Statement(insert(recent_probes).inline(), ["subject_id", "probe_id", "template_sealed"])
_NEWEST = select(recent_probes.c.ordinal).where(_MINE).order_by(recent_probes.c.ordinal.desc()).limit(bindparam("most"))
_OLDER = Statement(delete(recent_probes).where(_MINE, recent_probes.c.ordinal.not_in(_NEWEST)))


class RecentProbesView:
    """The last impressions, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def of(self, subject_id: str) -> list[bytes]:
        """Return the templates of the last impressions shown for a citizen, oldest first."""
        rows = _OF.all(self._connection, subject_id=subject_id)
        if not rows:
            return []
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
            _ADD.execute(self._connection, subject_id=subject_id, probe_id=probe_id, template_sealed=sealed)
        self.replaced |= _OLDER.execute(self._connection, subject_id=subject_id, most=most) > 0


def _place(subject_id: str, probe_id: str) -> tuple[str, ...]:
    return ("recent_probes", "template", subject_id, probe_id)
