"""Every registered client in memory: who calls is asked for each call, and must cost no database."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from threading import Lock

from idverify.domain.model import Client


class ClientDirectory:
    """The clients as they are in the database; any thread. Whoever changes one there puts it here after the commit."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._by_name: dict[str, Client] = {}
        self._by_certificate: dict[str, dict[str, Client]] = {}

    def fill(self, clients: Iterable[Client]) -> None:
        """Put many."""
        for client in clients:
            self.put(client)

    def put(self, client: Client) -> None:
        """Put a client; an older version than is known changes nothing."""
        with self._lock:
            former = self._by_name.get(client.name)
            if former is not None:
                if former.version >= client.version:
                    return
                self._by_certificate.get(former.certificate, {}).pop(client.name, None)
            self._by_name[client.name] = client
            if client.certificate:
                self._by_certificate.setdefault(client.certificate, {})[client.name] = client

    def known_by(self, certificates: Collection[str]) -> list[Client]:
        """Return the clients that are known by one of these; more than one: who calls is not certain."""
        with self._lock:
            found = {name: c for key in certificates for name, c in self._by_certificate.get(key, {}).items()}
        return list(found.values())

    def get(self, name: str) -> Client | None:
        """Return the client of a name."""
        with self._lock:
            return self._by_name.get(name)

    def all(self) -> list[Client]:
        """Return every client, in the order in which they were registered."""
        with self._lock:
            return list(self._by_name.values())
