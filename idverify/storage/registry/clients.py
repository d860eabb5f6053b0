"""Registered clients: each entry sealed to its name and version, so that who has the database alone registers nobody.

An entry put back as it was in a former version shows in the tallies (:mod:`idverify.storage.trail.tally`).
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, Client, ClientKey, ClientState, Entitlement, Role, SampleKind
from idverify.storage.failures import decoding, refuse_write
from idverify.storage.registry.versions import replace_version
from idverify.storage.tables import AnyRow, clients
from idverify.storage.trail.tally import RowChanges
from idverify.storage.vault import Vault
from idverify.trust.sealing import seal, unseal


class ClientsView:
    """Registered clients, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def get(self, name: str) -> Client | None:
        """Return a client."""
        row = self._connection.execute(select(clients).where(clients.c.name == name)).one_or_none()
        return None if row is None else self._client(row)

    def all(self) -> list[Client]:
        """Return every client, in the order in which they were registered."""
        return [self._client(row) for row in self._connection.execute(select(clients).order_by(clients.c.ordinal))]

    def add(self, client: Client) -> None:
        """Refuse."""
        del client
        raise refuse_write()

    def put(self, client: Client) -> None:
        """Refuse."""
        del client
        raise refuse_write()

    def _client(self, row: AnyRow) -> Client:
        content = unseal(self._vault.service_key, row.entry_sealed, *_place(row.name, row.version))
        with decoding("client"):
            return _read(row.name, row.version, json.loads(content))


class SqlClients(ClientsView):
    """Registered clients, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault, changes: RowChanges) -> None:
        super().__init__(connection, vault)
        self._changes = changes

    def add(self, client: Client) -> None:
        """Add a new one. Raises DomainError CLIENT_EXISTS if the name is taken."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(clients).values(name=client.name, **self._columns(client)))
        except IntegrityError:
            raise DomainError(Reason.CLIENT_EXISTS, "a client of this name is registered", {"field": "name"}) from None
        self._changes.added("clients", client.name, client.version)

    def put(self, client: Client) -> None:
        """Replace the version before. Raises DomainError VERSION_MISMATCH if that is not the one stored."""
        name, values = clients.c.name, self._columns(client)
        if not replace_version(self._connection, self._changes, name, client.name, client.version, values):
            raise DomainError(Reason.VERSION_MISMATCH, "the client has another version; read it again")

    def _columns(self, client: Client) -> dict[str, Any]:
        content = json.dumps(_written(client), ensure_ascii=False).encode()
        sealed = seal(self._vault.service_key, content, *_place(client.name, client.version))
        return {"version": client.version, "entry_sealed": sealed}


def _place(name: str, version: int) -> tuple[str, ...]:
    return ("clients", "entry", name, str(version))


def _written(client: Client) -> dict[str, Any]:
    may = client.may
    return {
        "roles": sorted(role.value for role in may.roles),
        "agency_code": may.agency_code,
        "sample_kinds": sorted(kind.value for kind in may.sample_kinds),
        "entitlements": [[e.procedure, sorted(e.record_types)] for e in may.entitlements],
        "record_types": sorted(may.record_types),
        "calls_per_minute": may.calls_per_minute,
        "reads_per_day": may.reads_per_day,
        "certificate": client.certificate,
        "state": client.state.value,
        "created": client.created.isoformat(),
        "updated": client.updated.isoformat(),
        "from_file": client.from_file,
        "keys": [
            [key.key_id, key.jwk, key.sha256, key.until.isoformat(), key.since and key.since.isoformat()]
            for key in client.keys
        ],
    }


def _read(name: str, version: int, entry: dict[str, Any]) -> Client:
    may = Caller(
        name,
        frozenset(map(Role, entry["roles"])),
        entry["agency_code"],
        frozenset(map(SampleKind, entry["sample_kinds"])),
        tuple(Entitlement(procedure, frozenset(types)) for procedure, types in entry["entitlements"]),
        frozenset(entry["record_types"]),
        entry["calls_per_minute"],
        entry["reads_per_day"],
    )
    created, updated = datetime.fromisoformat(entry["created"]), datetime.fromisoformat(entry["updated"])
    state = ClientState(entry["state"])
    keys = tuple(map(_read_key, entry.get("keys", ())))  # later than the others
    return Client(may, entry["certificate"], state, version, created, updated, entry["from_file"], keys)


def _read_key(content: list[Any]) -> ClientKey:
    key_id, jwk, sha256, until, since = content
    begins = None if since is None else datetime.fromisoformat(since)
    return ClientKey(key_id, jwk, sha256, datetime.fromisoformat(until), begins)
