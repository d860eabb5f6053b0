"""The store's contract: registered clients are what the service left, or it shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import Caller, Client, ClientEntry, ClientState, Entitlement, Role, SampleKind
from idverify.storage.store import SqlStore
from idverify.storage.survey import survey
from tests.contract.store_kit import KEYS, NOW, Intruder

MAY = Caller(
    "counter-1",
    frozenset({Role.COUNTER, Role.TESTER}),
    "H05.12",
    frozenset(SampleKind),
    (Entitlement("1.001193", frozenset({"residence", "birth"})), Entitlement("*", frozenset())),
    frozenset({"*"}),
    60,
    7,
)
CLIENT = Client.registered(ClientEntry(MAY, "name:urn:counter-1"), NOW)
REVOKED = CLIENT.in_state(ClientState.REVOKED, NOW + timedelta(days=1))


def add(store: SqlStore, client: Client = CLIENT) -> None:
    with store.transaction() as uow:
        uow.clients.add(client)


def put(store: SqlStore, client: Client) -> None:
    with store.transaction() as uow:
        uow.clients.put(client)


def everyone(store: SqlStore) -> list[Client]:
    with store.reading() as view:
        return view.clients.all()


def test_a_client_comes_back_whole(store: SqlStore) -> None:
    add(store)
    other = Client.registered(ClientEntry(Caller("other", frozenset({Role.ADMIN})), "sha256:00"), NOW, from_file=True)
    add(store, other)
    assert everyone(store) == [CLIENT, other]
    with store.reading() as view:
        assert view.clients.get("counter-1") == CLIENT
        assert view.clients.get("nobody") is None


def test_a_name_is_given_once(store: SqlStore) -> None:
    add(store)
    with pytest.raises(DomainError) as caught:
        add(store, replace(CLIENT, certificate="name:x"))
    assert caught.value.reason is Reason.CLIENT_EXISTS
    assert everyone(store) == [CLIENT]


def test_a_version_follows_the_one_before(store: SqlStore) -> None:
    add(store)
    put(store, REVOKED)
    assert everyone(store) == [REVOKED]
    for stale in (REVOKED, replace(REVOKED, version=4), replace(CLIENT, may=replace(MAY, name="nobody"), version=2)):
        with pytest.raises(DomainError) as caught:
            put(store, stale)
        assert caught.value.reason is Reason.VERSION_MISMATCH


def test_nothing_of_an_entry_lies_open(store: SqlStore, intruder: Intruder) -> None:
    add(store)
    ((name, version, sealed),) = intruder.ask("SELECT name, version, entry_sealed FROM clients")
    assert (name, version) == ("counter-1", 1)
    assert b"urn:counter-1" not in bytes(sealed)
    assert b"tester" not in bytes(sealed)


@pytest.mark.parametrize("change", ["name = 'counter-2'", "version = 2"])
def test_an_entry_moved_does_not_open(store: SqlStore, intruder: Intruder, change: str) -> None:
    add(store)
    intruder.run(f"UPDATE clients SET {change}")
    with pytest.raises(StoredDataError):
        everyone(store)


def test_a_client_put_in_taken_out_or_put_back_as_it_was_shows(
    store: SqlStore, store_url: str, intruder: Intruder
) -> None:
    add(store)
    ((former,),) = intruder.ask("SELECT entry_sealed FROM clients")
    put(store, REVOKED)
    assert survey(store_url, KEYS, None).findings == ()
    intruder.run("UPDATE clients SET version = 1, entry_sealed = :former", {"former": former})
    assert everyone(store) == [CLIENT], "the row alone does not tell"
    assert [found.code for found in survey(store_url, KEYS, None).findings] == ["ROWS_EXCHANGED"]
    intruder.run("DELETE FROM clients")
    (found,) = survey(store_url, KEYS, None).findings
    assert found.code == "ROWS_DIFFER"
    assert "0 registered clients instead of 1" in found.text
