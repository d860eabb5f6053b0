"""By which version of its procedure a dossier began, sealed to its place: who has the database widens no policy."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from idverify.domain.model import Dossier
from idverify.storage.failures import decoding, refuse_write
from idverify.storage.tables import dossiers
from idverify.storage.vault import Vault
from idverify.trust.sealing import seal, unseal


class DossiersView:
    """The dossiers that are open, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def version(self, dossier: Dossier) -> int | None:
        """Return the version that a dossier began with."""
        query = select(dossiers.c.version_sealed).where(_this(dossier))
        sealed = self._connection.execute(query).scalar_one_or_none()
        if sealed is None:
            return None
        with decoding("dossier"):
            return int(unseal(self._vault.service_key, sealed, *_place(dossier)))

    def note(self, dossier: Dossier, version: int, day: date) -> None:
        """Refuse."""
        del dossier, version, day
        raise refuse_write()

    def forget(self, before: date) -> None:
        """Refuse."""
        del before
        raise refuse_write()


class SqlDossiers(DossiersView):
    """The dossiers that are open, read and written in one transaction."""

    def note(self, dossier: Dossier, version: int, day: date) -> None:
        """Note that one was named on a day, and the version, if it is the first time."""
        named = update(dossiers).where(_this(dossier)).values(last_day=day.isoformat())
        if not self._connection.execute(named).rowcount:
            row = {
                "agency": dossier.agency,
                "procedure_code": dossier.procedure_code,
                "dossier_code": dossier.dossier_code,
                "last_day": day.isoformat(),
                "version_sealed": seal(self._vault.service_key, str(version).encode(), *_place(dossier)),
            }
            self._connection.execute(insert(dossiers).values(row))

    def forget(self, before: date) -> None:
        """Forget those that were named last before a day."""
        self._connection.execute(delete(dossiers).where(dossiers.c.last_day < before.isoformat()))


def _this(dossier: Dossier) -> ColumnElement[bool]:
    return (
        (dossiers.c.agency == dossier.agency)
        & (dossiers.c.procedure_code == dossier.procedure_code)
        & (dossiers.c.dossier_code == dossier.dossier_code)
    )


def _place(dossier: Dossier) -> tuple[str, ...]:
    return ("dossiers", "version", dossier.agency, dossier.procedure_code, dossier.dossier_code)
