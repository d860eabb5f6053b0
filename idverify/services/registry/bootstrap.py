"""Taking clients in from the clients file: who is registered there and not here yet. The registry has the last word."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from idverify.domain.client_rules import shares_key
from idverify.domain.errors import Reason
from idverify.domain.model import AuditEntry, Client, ClientEntry, RequestContext
from idverify.ports import Clock, Store
from idverify.services.registry.describing import described
from idverify.services.registry.directory import ClientDirectory

_LOG = logging.getLogger(__name__)


def take_in(store: Store, clock: Clock, directory: ClientDirectory, entries: Sequence[ClientEntry]) -> None:
    """Register who is new, on the record, and say in the log where file and registry differ.

    Raises:
        DomainError: STORE_UNAVAILABLE, STORE_NOT_WRITABLE.
    """
    if any(directory.get(entry.may.name) is None for entry in entries):
        now = clock.now()
        with store.transaction() as uow:
            directory.fill(uow.clients.all())  # of several servers another one may have read the file first
            clients = [Client.registered(entry, now, from_file=True) for entry in _new(directory, entries)]
            for client in clients:
                uow.clients.add(client)
                details = {**described(client), "source": "clients_file"}
                uow.audit.append(
                    AuditEntry(now, "operator", "RegisterClient", "REGISTERED", "", RequestContext(), details)
                )
        directory.fill(clients)
    _tell_differences(directory, entries)


def _new(directory: ClientDirectory, entries: Sequence[ClientEntry]) -> Iterator[ClientEntry]:
    for entry in entries:
        if directory.get(entry.may.name) is not None:
            continue
        facts = {"caller": entry.may.name, "reason": Reason.CLIENT_EXISTS.code}
        if entry.certificate and directory.known_by({entry.certificate}):
            _LOG.warning("a client of the clients file is not registered: its certificate is another's", extra=facts)
            continue
        if shares_key(entry, directory.all()):
            _LOG.warning("a client of the clients file is not registered: a key of it is another's", extra=facts)
            continue
        yield entry


def _tell_differences(directory: ClientDirectory, entries: Sequence[ClientEntry]) -> None:
    by_name = {entry.may.name: entry for entry in entries}
    for client in directory.all():
        entry, facts = by_name.get(client.name), {"caller": client.name}
        if entry is None:
            if client.from_file and client.caller.barred is None:
                _LOG.warning("not in the clients file any more, and still registered", extra=facts)
        elif (entry.may, entry.certificate, entry.keys) != (client.may, client.certificate, client.keys):
            _LOG.warning("the clients file says otherwise of a client than the registry, which counts", extra=facts)
