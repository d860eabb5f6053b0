"""The catalogue: each version sealed to its place, so that who has the database alone changes no policy.

A version taken out or put in past the service shows in the tallies (:mod:`idverify.storage.trail.tally`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from idverify.domain.catalogue.as_dict import item_dict, procedure_from, record_type_from
from idverify.domain.catalogue.content import CatalogueContent, Entry, Item, Kind, Origin, Revision, key_of
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Procedure
from idverify.storage.failures import decoding, refuse_write
from idverify.storage.tables import AnyRow, catalogue
from idverify.storage.trail.tally import RowChanges
from idverify.storage.vault import Vault
from idverify.trust.sealing import seal, unseal

_REVISION = "revision"


class CatalogueView:
    """The catalogue, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def content(self) -> CatalogueContent:
        """Return everything, in the order in which it came."""
        revisions, entries = [], []
        for row in self._connection.execute(select(catalogue).order_by(catalogue.c.ordinal)):
            content = unseal(self._vault.service_key, row.content_sealed, *_place(row.kind, row.code, row.version))
            with decoding("version of the catalogue"):
                if row.kind == _REVISION:
                    revisions.append(_revision(row, json.loads(content)))
                else:
                    entries.append(_entry(row, json.loads(content)))
        return CatalogueContent(tuple(revisions), tuple(entries))

    def add(self, revision: Revision, items: Sequence[Item]) -> None:
        """Refuse."""
        del revision, items
        raise refuse_write()


class SqlCatalogue(CatalogueView):
    """The catalogue, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault, changes: RowChanges) -> None:
        super().__init__(connection, vault)
        self._changes = changes

    def add(self, revision: Revision, items: Sequence[Item]) -> None:
        """Add a revision and the versions that it brings. Raises DomainError VERSION_MISMATCH if another came first."""
        rows = [self._row(_REVISION, "", revision.number, _told(revision))]
        for item in items:
            withdrawn = isinstance(item, Procedure) and item.withdrawn
            told = {"item": item_dict(item), "revision": revision.number, "withdrawn": withdrawn}
            rows.append(self._row(key_of(item).kind.value, item.code, item.version, told))
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(catalogue), rows)
        except IntegrityError:
            raise DomainError(Reason.VERSION_MISMATCH, "the catalogue was changed meanwhile; look again") from None
        for row in rows:
            self._changes.added("catalogue", row["kind"], row["code"], row["version"])

    def _row(self, kind: str, code: str, version: int, told: dict[str, Any]) -> dict[str, Any]:
        content = json.dumps(told, ensure_ascii=False).encode()
        sealed = seal(self._vault.service_key, content, *_place(kind, code, version))
        return {"kind": kind, "code": code, "version": version, "content_sealed": sealed}


def _place(kind: str, code: str, version: int) -> tuple[str, ...]:
    return ("catalogue", "content", kind, code, str(version))


def _told(revision: Revision) -> dict[str, Any]:
    return {
        "time": revision.time.isoformat(),
        "author": revision.author,
        "origin": revision.origin.value,
        "digest": revision.digest,
        "added": revision.added,
        "changed": revision.changed,
        "withdrawn": revision.withdrawn,
    }


def _revision(row: AnyRow, told: dict[str, Any]) -> Revision:
    rest = told | {"time": datetime.fromisoformat(told["time"]), "origin": Origin(told["origin"])}
    return Revision(row.version, **rest)


def _entry(row: AnyRow, told: dict[str, Any]) -> Entry:
    if row.kind == Kind.PROCEDURE.value:
        return Entry(procedure_from(told["item"], row.version, withdrawn=told["withdrawn"]), told["revision"])
    return Entry(record_type_from(told["item"], row.version), told["revision"])
