"""Registering clients, and changing what they may do; effective with the next call of whoever it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from idverify.domain.client_rules import (
    procedures_named,
    record_types_named,
    require_keys_sound,
    require_sound,
    shares_key,
)
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Client, ClientEntry, ClientKey, ClientState
from idverify.ports import Catalogue, ClientAssertions, Clock, Store, UnitOfWork
from idverify.services.calls.auditing import entry as audit_entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.paging import decode_token, encode_token, page_limit
from idverify.services.calls.refusing import Concern
from idverify.services.registry.bootstrap import take_in
from idverify.services.registry.describing import described
from idverify.services.registry.directory import ClientDirectory

Encode = Callable[[Client], bytes]

_OUTCOMES = {
    ClientState.ACTIVE: "REINSTATED",
    ClientState.SUSPENDED: "SUSPENDED",
    ClientState.REVOKED: "REVOKED",
}


@dataclass(frozen=True, slots=True)
class ClientsService:
    """Keeps the registry; nobody changes their own entry."""

    store: Store
    catalogue: Catalogue
    directory: ClientDirectory
    clock: Clock
    assertions: ClientAssertions

    def open(self, from_file: Sequence[ClientEntry]) -> None:
        """Read who is registered, and take in who is new in the clients file."""
        with self.store.reading() as view:
            self.directory.fill(view.clients.all())
        self.take_in(from_file)

    def take_in(self, from_file: Sequence[ClientEntry]) -> None:
        """Register who is new in the clients file."""
        take_in(self.store, self.clock, self.directory, from_file)

    def register(self, call: Call, entry: ClientEntry, encode: Encode) -> bytes:
        """Register a client.

        Raises:
            DomainError: FIELD_*, PROCEDURE_NOT_FOUND, RECORD_TYPE_NOT_FOUND, CLIENT_EXISTS, REQUEST_REPLAYED.
        """
        entry = self._sound(entry)

        def changed(uow: UnitOfWork) -> Client:
            client = Client.registered(entry, self.clock.now())
            _require_own(uow, entry)
            uow.clients.add(client)
            return client

        return self._changed(call, "REGISTERED", changed, encode)

    def update(self, call: Call, entry: ClientEntry, expected_version: int | None, encode: Encode) -> bytes:
        """Say anew what a client may do, or by which certificate it is known.

        Raises:
            DomainError: as :meth:`register`, and CLIENT_NOT_FOUND, CLIENT_STATE_FINAL, VERSION_MISMATCH,
                CLIENT_NOT_AUTHORIZED.
        """
        entry = self._sound(entry)

        def changed(uow: UnitOfWork) -> Client:
            former = _current(uow, call, entry.may.name, expected_version)
            _require_own(uow, entry)
            return _put(uow, former.as_entry(entry, self.clock.now()))

        return self._changed(call, "UPDATED", changed, encode)

    def put_in_state(
        self, call: Call, name: str, state: ClientState, expected_version: int | None, encode: Encode
    ) -> bytes:
        """Suspend, reinstate or revoke a client; the last is for good.

        Raises:
            DomainError: CLIENT_NOT_FOUND, CLIENT_STATE_FINAL, VERSION_MISMATCH, CLIENT_NOT_AUTHORIZED,
                REQUEST_REPLAYED.
        """

        def changed(uow: UnitOfWork) -> Client:
            former = _current(uow, call, name, expected_version)
            return _put(uow, former.in_state(state, self.clock.now()))

        return self._changed(call, _OUTCOMES[state], changed, encode)

    def get(self, call: Call, name: str) -> Client:
        """Return a client. Raises DomainError CLIENT_NOT_FOUND."""
        call.deadline.check()
        client = self.directory.get(name)
        if client is None:
            raise _not_found()
        return client

    def page(self, call: Call, page_size: int, page_token: str) -> tuple[list[Client], str]:
        """Return a page of clients in the order of registration, and the token of the next.

        Raises:
            DomainError: FIELD_INVALID, PAGE_TOKEN_INVALID.
        """
        call.deadline.check()
        limit = page_limit(page_size, default=50)
        after = decode_token(page_token, "clients")
        clients = self.directory.all()
        more = after + limit < len(clients)
        return clients[after : after + limit], encode_token("clients", after + limit) if more else ""

    def _changed(self, call: Call, outcome: str, changed: Callable[[UnitOfWork], Client], encode: Encode) -> bytes:
        def work(_: Concern) -> bytes:
            with self.store.transaction() as uow:
                client = changed(uow)
                uow.audit.append(audit_entry(self.clock, call, outcome, details=described(client)))
                body = encode(client)
                remember(uow, call, body, None)
            self.directory.put(client)
            return body

        return answer_once(self.store, self.clock, call, work)

    def _sound(self, entry: ClientEntry) -> ClientEntry:
        """Return an entry with its keys as they are kept."""
        entry = replace(entry, keys=tuple(map(self._checked, entry.keys)))
        require_sound(entry)
        require_keys_sound(entry, self.clock.now())
        for procedure in sorted(procedures_named(entry)):
            if not self.catalogue.knows(procedure):
                raise DomainError(Reason.PROCEDURE_NOT_FOUND, "there is no procedure with this code; list them")
        for record_type in sorted(record_types_named(entry)):
            self.catalogue.record_type(record_type)
        return entry

    def _checked(self, key: ClientKey) -> ClientKey:
        try:
            jwk, key_id, sha256 = self.assertions.check_key(key.jwk)
        except ValueError as error:
            raise DomainError(
                Reason.FIELD_INVALID, f"client.keys holds what is no key: {error}", {"field": "client.keys"}
            ) from None
        return replace(key, jwk=jwk, key_id=key_id, sha256=sha256)


def _current(uow: UnitOfWork, call: Call, name: str, expected_version: int | None) -> Client:
    """Return the client to be changed."""
    if name == call.caller.name:
        raise DomainError(
            Reason.CLIENT_NOT_AUTHORIZED,
            "nobody changes their own entry; ask another administrator",
            {"cause": "OWN_ENTRY"},
        )
    client = uow.clients.get(name)
    if client is None:
        raise _not_found()
    if expected_version is not None and expected_version != client.version:
        raise DomainError(
            Reason.VERSION_MISMATCH,
            "the client has another version; read it again",
            {"current_version": str(client.version)},
        )
    if client.state is ClientState.REVOKED:
        raise DomainError(Reason.CLIENT_STATE_FINAL, "a revoked client stays revoked; register another one")
    return client


def _put(uow: UnitOfWork, client: Client) -> Client:
    uow.clients.put(client)
    return client


def _require_own(uow: UnitOfWork, entry: ClientEntry) -> None:
    """Of two clients with one certificate neither could call, and two with one key would pass for two people."""
    clients = uow.clients.all()
    if shares_key(entry, clients):
        raise DomainError(
            Reason.CLIENT_EXISTS,
            "another client has this key, or had it until it was revoked",
            {"field": "client.keys"},
        )
    known = entry.certificate
    if known and any(c.certificate == known and c.name != entry.may.name for c in clients):
        raise DomainError(
            Reason.CLIENT_EXISTS,
            "another client is known by this certificate, or was until it was revoked",
            {"field": "client.certificate"},
        )


def _not_found() -> DomainError:
    return DomainError(Reason.CLIENT_NOT_FOUND, "no client is registered under this name")
